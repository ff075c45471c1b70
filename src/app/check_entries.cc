#include "app/check_entries.h"

#include "journal/commitment.h"
#include "storage/read_entries.h"

namespace kensho::app {
namespace {

EntryVerdict judge(const journal::Entry& entry) {
  EntryVerdict verdict{.seq = entry.seq, .time = entry.time};
  verdict.leaf_hash = ledger::leaf_hash(entry.leaf);
  if (entry.erased || entry.act.kind == journal::kind::entries_erased) verdict.for_erasures = entry;
  if (const Status sealed = journal::check_sealed(entry); !sealed) {
    verdict.changed = sealed.error().message;
    return verdict;
  }
  auto changes = storage::view_changes(entry);
  if (changes) {
    verdict.changes = std::move(changes).value();
  } else {
    verdict.unreadable = changes.error().message;
  }
  return verdict;
}

}  // namespace

Status check_entries(const storage::JournalStore& store, std::uint64_t first, std::uint64_t last,
                     unsigned threads, const std::function<Status(EntryVerdict&)>& take) {
  return storage::read_entries<EntryVerdict>(store, first, last, threads, judge, take);
}

}  // namespace kensho::app
