// The views of the journal in SQLite: the statements that take storage::ViewChange.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/case_report.h"
#include "journal/entry.h"
#include "journal/submission.h"
#include "storage/sqlite/statement.h"
#include "storage/view_change.h"

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
  /// Brings one view up to date with one change.
  Status apply(const storage::ViewChange& change);

  /// Takes away what the views hold of the person that this entry is about. All entries about that
  /// person have to go. Errors: corrupted: its payload cannot be read.
  Status forget(const journal::Entry& entry);

 private:
  struct Forget {
    Statement entry;
    Statement participant;
    Statement withdrawn;
    Statement submission;
  };
  Views(std::vector<Statement> put, Forget forget)
      : put_(std::move(put)), forget_(std::move(forget)) {}

  std::vector<Statement> put_;  // one for each of storage::view_tables()
  Forget forget_;
};

}  // namespace kensho
