// The views of the journal in SQLite: what they are, how an entry changes them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/registry.h"
#include "journal/entry.h"
#include "journal/submission.h"
#include "storage/sqlite/statement.h"

namespace kensho {

/// The views in one schema of a connection. The database must outlive it.
class Views {
 public:
  /// Makes the tables where they are missing. `schema` is "main" or "temp".
  static Status create(Database& database, std::string_view schema);
  static Result<Views> open(const Database& database, std::string_view schema);

  /// Brings the views up to date with one entry. Errors: corrupted: its payload cannot be read.
  Status apply(const journal::Entry& entry);
  /// The same for a report that is decoded already; `submission` may be null.
  Status apply_report(const journal::Entry& entry, const CaseReport& report,
                      const journal::SubmissionKey* submission);

  /// Takes away what the views hold of the person that this entry is about. All entries about that
  /// person have to go. Errors: corrupted: its payload cannot be read.
  Status forget(const journal::Entry& entry);

  /// The tables, each with its columns in key order.
  struct Table {
    std::string_view name;
    std::string_view columns;
  };
  static const std::vector<Table>& tables();

 private:
  /// One statement for each way to change a view.
  struct Statements {
    Statement participant;
    Statement participant_entry;
    Statement withdrawn;
    Statement erased;
    Statement import;
    Statement newest;
    Statement submission;
    Statement forget_entry;
    Statement forget_participant;
    Statement forget_withdrawn;
    Statement forget_submission;
  };
  explicit Views(Statements statements) : to_(std::move(statements)) {}

  Status apply_import(const journal::Entry& entry);
  Status apply_withdrawal(const journal::Entry& entry);
  Status apply_erasure(const journal::Entry& entry);

  Statements to_;
};

}  // namespace kensho
