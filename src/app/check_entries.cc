#include "app/check_entries.h"

#include "base/parallel.h"
#include "journal/commitment.h"

namespace kensho::app {
namespace {

constexpr std::size_t entries_at_once = 4096;
constexpr std::size_t entries_a_block = 256;

EntryVerdict judge(const journal::Entry& entry) {
  EntryVerdict verdict{.seq = entry.seq, .time = entry.time};
  verdict.leaf_hash = ledger::leaf_hash(entry.leaf);
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

/// Entries that wait to be judged together.
class Waiting {
 public:
  Waiting(unsigned threads, const std::function<Status(const EntryVerdict&)>& take)
      : threads_(threads), take_(take) {}

  Status add(const journal::Entry& entry) {
    entries_.push_back(entry);
    return entries_.size() < entries_at_once ? ok() : judge_all();
  }

  Status judge_all() {
    std::vector<EntryVerdict> verdicts(entries_.size());
    parallel_for({.count = entries_.size(), .block_size = entries_a_block, .threads = threads_},
                 [&](const Block& block) {
                   for (std::size_t i = block.begin; i < block.end; ++i)
                     verdicts[i] = judge(entries_[i]);
                 });
    entries_.clear();
    for (const EntryVerdict& verdict : verdicts) TRY(take_(verdict));
    return ok();
  }

 private:
  unsigned threads_;
  const std::function<Status(const EntryVerdict&)>& take_;
  std::vector<journal::Entry> entries_;
};

}  // namespace

Status check_entries(const storage::JournalStore& store, std::uint64_t first, std::uint64_t last,
                     unsigned threads, const std::function<Status(const EntryVerdict&)>& take) {
  Waiting waiting(threads, take);
  const Status read = store.read(
      first, last, [&waiting](const journal::Entry& entry) { return waiting.add(entry); });
  TRY(waiting.judge_all());  // also what came before an error
  return read;
}

}  // namespace kensho::app
