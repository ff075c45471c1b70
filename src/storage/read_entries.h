// Reading many entries on many threads.
#pragma once

#include <functional>
#include <vector>

#include "base/parallel.h"
#include "storage/journal_store.h"

namespace kensho::storage {

/// Reads the entries [first, last), makes something of each on up to `threads` threads and hands it
/// on in order, from the calling thread: the same for any number of threads.
/// Errors: those of the store and of `take`; what came before an error was handed on.
/// Cost    A few thousand entries in memory.
template <class Made>
Status read_entries(const JournalStore& store, std::uint64_t first, std::uint64_t last,
                    unsigned threads, const std::function<Made(const journal::Entry&)>& make,
                    const std::function<Status(Made&)>& take) {
  constexpr std::size_t entries_at_once = 4096;
  constexpr std::size_t entries_a_block = 256;
  std::vector<journal::Entry> entries;
  std::vector<std::optional<Made>> made;
  const auto hand_on = [&]() -> Status {
    made.assign(entries.size(), std::nullopt);
    parallel_for({.count = entries.size(), .block_size = entries_a_block, .threads = threads},
                 [&](const Block& block) {
                   for (std::size_t i = block.begin; i < block.end; ++i)
                     made[i].emplace(make(entries[i]));
                 });
    entries.clear();
    for (std::optional<Made>& one : made) TRY(take(*one));
    return ok();
  };
  const Status read = store.read(first, last, [&](const journal::Entry& entry) {
    entries.push_back(entry);
    return entries.size() < entries_at_once ? ok() : hand_on();
  });
  TRY(hand_on());
  return read;
}

}  // namespace kensho::storage
