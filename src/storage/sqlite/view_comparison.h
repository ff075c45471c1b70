#pragma once

#include <memory>
#include <string>

#include "base/external_sort.h"
#include "storage/journal_store.h"
#include "storage/sqlite/database.h"

namespace kensho {

/// Compares the stored views with what the journal's entries make of them, in memory that does not
/// grow with the journal.
///
/// The entries' changes are sorted by view and key. A part of a view at a time is then made in the
/// connection's temporary schema, by the same statements that keep the stored one, and both are
/// read side by side in the order of the key.
class ViewComparison final : public storage::ViewAudit {
 public:
  /// Holds a read transaction as long as it lives: what the connection reads meanwhile is one
  /// state. The database must outlive it. `folder` takes the temporary file of the sort.
  static Result<std::unique_ptr<storage::ViewAudit>> begin(Database& database, std::string folder);
  ~ViewComparison() override;

  Status add(std::span<const storage::ViewChange> changes) override;
  Result<std::vector<storage::ViewDifference>> finish() override;

 private:
  ViewComparison(Database& database, std::string folder);

  Database* database_;
  ExternalSorter changes_;
};

}  // namespace kensho
