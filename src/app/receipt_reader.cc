#include "app/receipt_reader.h"

#include "journal/receipt.h"

namespace kensho::app {

Result<std::string> ReceiptReader::receipt(const Actor& reader, std::uint64_t seq) {
  ledger::LogProof proof = TRY(proofs_.proof(seq));
  journal::Entry entry;
  {
    const std::lock_guard lock(mutex_);
    TRY(store_.read(seq, seq + 1, [&entry](const journal::Entry& stored) {
      entry = stored;
      return ok();
    }));
  }
  if (entry.act.organisation != reader.organisation) {
    return Error{
        Errc::permission_denied,
        "another organisation sent this entry; ask for its proof instead, which is public"};
  }
  return journal::format_receipt(entry, std::move(proof));
}

}  // namespace kensho::app
