#pragma once

#include <set>
#include <string>
#include <vector>

#include "app/journal.h"

namespace kensho::app {

/// What a registry asks of a case report beyond its form, for every way a report can come: therapy
/// and institution registered and offered, a participant new where the report registers and known
/// where it does not, who neither withdrew nor was erased. Borrows the store, whose offers must not
/// change while this lives.
class CaseRules {
 public:
  explicit CaseRules(const storage::JournalStore& store) : store_(&store) {}

  /// The rules the report breaks, as the registry stands with what `batch` holds so far; empty
  /// where it may be accepted. No rule's text names the participant. Errors: those of the store.
  Result<std::vector<std::string>> broken_by(const CaseReport& report, const Batch& batch);

 private:
  Result<bool> is_offered(const std::string& therapy, const std::string& institution);

  const storage::JournalStore* store_;
  std::set<std::string> offered_;  // only what is there: it cannot grow beyond the registry
};

}  // namespace kensho::app
