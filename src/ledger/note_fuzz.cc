// Signed notes, verifier keys, checkpoints and log proofs: nothing is accepted that would be
// written differently.
#include "base/encoding.h"
#include "base/testing/fuzz_target.h"
#include "ledger/checkpoint.h"
#include "ledger/signed_note.h"
#include "ledger/tlog_proof.h"

namespace kensho::ledger {
namespace {

std::string written(const UnverifiedNote& note) {
  std::string text = note.text + "\n";
  for (const NoteSignature& signature : note.signatures) {
    Bytes bytes;
    for (const int shift : {24, 16, 8, 0})
      bytes.push_back(static_cast<std::uint8_t>(signature.key_id >> shift));
    bytes.insert(bytes.end(), signature.signature.begin(), signature.signature.end());
    text += "\xE2\x80\x94 " + signature.key_name + " " + base64_encode(bytes) + "\n";
  }
  return text;
}

KENSHO_FUZZ(signed_note) {
  const auto note = parse_note(input);
  if (note) {
    ENSURE(written(*note) == input);
    ENSURE(!note->signatures.empty());
  }
  // Nobody holds this key, so no text may verify.
  static const NoteKey key =
      NoteSigner::make("fuzz.example/log", Ed25519Signer::generate()).value().key();
  ENSURE(!verify_note(input, {&key, 1}));
  if (const auto parsed = NoteKey::parse(input)) ENSURE(parsed->text() == input);
}

KENSHO_FUZZ(checkpoint) {
  const auto checkpoint = parse_checkpoint(input);
  if (checkpoint) ENSURE(format_checkpoint(*checkpoint).value() == input);
}

KENSHO_FUZZ(tlog_proof) {
  const auto proof = parse_log_proof(input);
  if (!proof) return;
  ENSURE(proof->hashes.size() <= 64);
  ENSURE(format_log_proof(*proof) == input);
}

}  // namespace
}  // namespace kensho::ledger
