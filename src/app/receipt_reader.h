#pragma once

#include <mutex>
#include <string>

#include "app/journal.h"
#include "ledger/proven_tree.h"

namespace kensho::app {

/// Receipts of entries that were accepted before, for those who sent them. Any number of threads;
/// one reads at a time.
class ReceiptReader {
 public:
  /// Borrows both. `store` is a connection of its own, beside the sequencer's.
  ReceiptReader(const storage::JournalStore& store, ledger::ProofSource& proofs)
      : store_(store), proofs_(proofs) {}

  /// The receipt of an entry against the newest checkpoint.
  /// Errors: not_found: no such entry; permission_denied: another organisation sent it.
  Result<std::string> receipt(const Actor& reader, std::uint64_t seq);

 private:
  const storage::JournalStore& store_;
  ledger::ProofSource& proofs_;
  std::mutex mutex_;  // of the store
};

}  // namespace kensho::app
