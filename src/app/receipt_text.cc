#include "app/receipt_text.h"

namespace kensho::app {

std::string receipt_text(const journal::Entry& entry, ledger::LogProof proof) {
  proof.index = entry.seq;
  return ledger::format_log_proof(proof);
}

}  // namespace kensho::app
