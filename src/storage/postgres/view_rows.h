// The views of a registry as rows in memory: what a batch adds to them, or all that a journal
// leads to.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/registry.h"
#include "journal/submission.h"
#include "storage/journal_store.h"
#include "storage/postgres/entries.h"

namespace kensho::postgres {

/// A view's table without the registry's key. Its statements are sql/postgres/merge_<name>.sql,
/// rows_<name>.sql and clear_<name>.sql, with the columns in this order.
struct ViewTable {
  std::string_view name;
  std::vector<std::string_view> columns;
  std::size_t key_columns;  // the first so many tell rows apart
};

/// Every view.
const std::vector<ViewTable>& view_tables();

/// Rows of every view, by key.
class ViewRows {
 public:
  using Values = std::vector<std::string>;  // as PostgreSQL writes them as text
  using Table = std::map<Values, Values>;   // key columns -> the others

  /// Brings the rows up to date with one entry. Errors: corrupted: its payload cannot be read.
  Status apply(const StoredEntry& stored);
  /// The same for a report that is decoded already; `submission` may be null.
  void apply_report(const StoredEntry& stored, const CaseReport& report,
                    const journal::SubmissionKey* submission);

  /// How many rows there are in all views together.
  std::size_t size() const;
  void clear() { tables_.clear(); }

  /// The rows of a view. Contract: one of view_tables().
  Table& table(std::string_view name) { return tables_[name]; }

 private:
  void add_entry_of(const ParticipantKey& person, std::uint64_t seq, Placement placement);
  Status apply_withdrawal(const StoredEntry& stored);
  Status apply_erasure(const journal::Entry& entry);
  Status apply_import(const journal::Entry& entry);

  std::map<std::string_view, Table> tables_;
};

/// A case report and how it was sent, where it was.
struct SentReport {
  CaseReport report;
  std::optional<journal::SubmissionKey> submission;
};

/// The report in an entry of kind case_reported. Errors: corrupted: it cannot be read.
Result<SentReport> report_in(const journal::Entry& entry);

/// The participant an entry is about, whose kind must be about a person. Errors: as report_in.
Result<ParticipantKey> person_in(const journal::Entry& entry);

/// Adds the rows to the views of a registry, and empties them here. One round trip a view.
Status merge(Connection& connection, std::int64_t registry, ViewRows& rows);

/// How a view as it is stored differs from `rows`; empty where it does not. Takes the rows of that
/// view apart. Cost: one pass over the stored view.
Result<std::optional<storage::ViewDifference>> compare(Connection& connection,
                                                       std::int64_t registry, const ViewTable& view,
                                                       ViewRows& rows);

}  // namespace kensho::postgres
