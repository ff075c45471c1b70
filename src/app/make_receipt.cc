#include "app/make_receipt.h"

#include <fmt/format.h>

#include "journal/receipt.h"
#include "ledger/tile_proof.h"

namespace kensho::app {
namespace {

Result<journal::Entry> read_entry(const Journal& journal, std::uint64_t seq) {
  const std::uint64_t size = TRY(journal.store().head()).size;
  if (seq >= size) {
    return Error{
        Errc::not_found,
        fmt::format("there is no entry {}: the journal holds the entries 0 to {}", seq, size - 1)};
  }
  journal::Entry found;
  TRY(journal.store().read(seq, seq + 1, [&found](const journal::Entry& entry) {
    found = entry;
    return ok();
  }));
  return found;
}

Result<ledger::LogProof> prove(const Journal& journal, std::uint64_t seq) {
  ledger::LogProof proof{.index = seq};
  proof.checkpoint = TRY(journal.log().read_checkpoint());
  const ledger::Checkpoint checkpoint =
      TRY(ledger::open_checkpoint(proof.checkpoint, journal.key()));
  if (seq >= checkpoint.tree.size) {
    return Error{Errc::unavailable,
                 fmt::format("the published checkpoint covers {} entries, not yet entry {}: the "
                             "next command that writes brings it up to date",
                             checkpoint.tree.size, seq)};
  }
  const auto tiles = journal.log().tiles();
  proof.hashes = TRY(ledger::inclusion_proof(tiles, seq, checkpoint.tree.size));
  return proof;
}

}  // namespace

Result<MadeReceipt> make_receipt(const Journal& journal, std::uint64_t seq) {
  MadeReceipt made{.entry = TRY(read_entry(journal, seq))};
  made.text = journal::format_receipt(made.entry, TRY(prove(journal, seq)));
  // What leaves the house was checked as its reader will check it.
  TRY(journal::verify_receipt(made.text, journal::trust_in(journal.key())));
  return made;
}

}  // namespace kensho::app
