// Receipts of strangers: an opening has one spelling and its own commitment; none proves anything
// under a key nobody holds.
#include "base/testing/fuzz_target.h"
#include "journal/commitment.h"
#include "journal/receipt.h"

namespace kensho::journal {
namespace {

KENSHO_FUZZ(receipt) {
  static const ledger::Policy policy = trust_in(
      ledger::NoteSigner::make("fuzz.example/log", Ed25519Signer::generate()).value().key());
  ENSURE(!verify_receipt(input, policy));
  const auto entry = parse_opening(input);
  if (!entry) return;
  ENSURE(format_opening(*entry) == input);
}

}  // namespace
}  // namespace kensho::journal
