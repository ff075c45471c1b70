#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/merkle.h"
#include "storage/journal_store.h"

namespace kensho::app {

/// What a look at one entry alone tells.
struct EntryVerdict {
  std::uint64_t seq = 0;
  TimeUtc time;
  std::string changed;     // how it does not fit its commitment or leaf; empty: it does
  std::string unreadable;  // why its payload cannot be read; empty: it can
  Hash leaf_hash;          // its place in the tree
  std::vector<storage::ViewChange> changes;
  std::optional<journal::Entry> for_erasures;  // what ErasureCheck asks for
};

/// Reads the entries [first, last), looks at each on up to `threads` threads and hands the verdicts
/// on in order, from the calling thread. Errors: those of the store and of `take`.
/// Cost    some microseconds an entry; a few thousand entries in memory.
Status check_entries(const storage::JournalStore& store, std::uint64_t first, std::uint64_t last,
                     unsigned threads, const std::function<Status(EntryVerdict&)>& take);

}  // namespace kensho::app
