#include "storage/journal_store.h"

#include <fmt/format.h>

namespace kensho::storage {

std::string in_words(const ViewDifference& difference) {
  std::string words = fmt::format("view '{}'", difference.view);
  const char* joint = " ";
  const auto add = [&](std::uint64_t rows, const char* form) {
    if (rows == 0) return;
    words += joint + fmt::format(fmt::runtime(form), rows, rows == 1 ? "row" : "rows");
    joint = ", ";
  };
  add(difference.lacking, "lacks {} {} that the journal makes");
  add(difference.changed, "has {} {} with other values than the journal makes");
  add(difference.extra, "has {} {} that no entry makes");
  return words;
}

Status JournalStore::check_views() const {
  const auto audit = TRY(audit_views());
  const std::uint64_t size = TRY(head()).size;
  const auto feed = [&audit](const journal::Entry& entry) -> Status {
    const auto changes = TRY(view_changes(entry));
    return audit->add(changes);
  };
  TRY(read(0, size, feed));
  const auto differences = TRY(audit->finish());
  if (differences.empty()) return ok();
  return Error{Errc::corrupted, in_words(differences.front()) + "; rebuild the views"};
}

}  // namespace kensho::storage
