// Receipts of strangers: an opening has one spelling and its own commitment; none proves anything
// under a key nobody holds.
#include "base/testing/fuzz_target.h"
#include "journal/commitment.h"
#include "journal/receipt.h"

namespace kensho::journal {
namespace {

KENSHO_FUZZ(receipt) {
  static const ledger::NoteKey key =
      ledger::NoteSigner::make("fuzz.example/log", Ed25519Signer::generate()).value().key();
  ENSURE(!verify_receipt(input, key));
  const auto opening = parse_opening(input);
  if (!opening) return;
  const Entry& entry = opening->entry;
  ENSURE((opening->header_only ? format_header_opening(entry) : format_opening(entry)) == input);
  if (!opening->header_only) ENSURE(check_sealed(entry));
  ENSURE(entry.leaf == leaf_data(entry));
}

}  // namespace
}  // namespace kensho::journal
