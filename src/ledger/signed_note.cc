#include "ledger/signed_note.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/utf8.h"

namespace kensho::ledger {
namespace {

Error malformed(std::string_view rule) {
  return {Errc::invalid_argument, fmt::format("malformed signed note: {}", rule)};
}

Status check_text(std::string_view text) {
  const auto is_control = [](char c) { return static_cast<std::uint8_t>(c) < 0x20 && c != '\n'; };
  if (!text.ends_with('\n')) return malformed("the text does not end with a line end");
  if (find_invalid_utf8(text)) return malformed("it is not UTF-8");
  if (std::ranges::any_of(text, is_control)) return malformed("it has a control character");
  return ok();
}

// The trusted key that made the signature, or null.
Result<const NoteKey*> find_key(const NoteSignature& signature, std::span<const NoteKey> trusted) {
  const auto is_maker = [&](const NoteKey& key) {
    return key.name() == signature.key_name && key.id() == signature.key_id;
  };
  const auto found = std::ranges::find_if(trusted, is_maker);
  if (found == trusted.end()) return nullptr;
  if (std::any_of(found + 1, trusted.end(), is_maker)) {
    return Error{Errc::invalid_argument,
                 fmt::format("two trusted keys share the name and id of {}", found->text())};
  }
  return &*found;
}

}  // namespace

NoteSigner::NoteSigner(NoteKey key, Ed25519Signer signer)
    : key_(std::move(key)), signer_(std::move(signer)) {}

Result<NoteSigner> NoteSigner::make(std::string name, Ed25519Signer signer) {
  NoteKey key = TRY(NoteKey::make(std::move(name), signer.public_key()));
  return NoteSigner(std::move(key), std::move(signer));
}

Result<std::string> NoteSigner::sign(std::string_view text) const {
  TRY(check_text(text));
  const Ed25519Signature signature = signer_.sign(as_bytes(text));
  return format_note(
      {std::string(text), {{key_.name(), key_.id(), Bytes(signature.begin(), signature.end())}}});
}

Result<UnverifiedNote> parse_note(std::string_view note) {
  if (note.size() > max_note_bytes) return malformed("it is too long");
  TRY(check_text(note));
  const std::size_t blank = note.rfind("\n\n");
  if (blank == std::string_view::npos) return malformed("no blank line above the signatures");
  return UnverifiedNote{std::string(note.substr(0, blank + 1)),
                        TRY(parse_signatures(note.substr(blank + 2)))};
}

std::string format_note(const UnverifiedNote& note) {
  std::string text = note.text + "\n";
  for (const NoteSignature& signature : note.signatures) text += format_signature(signature);
  return text;
}

Result<VerifiedNote> verify_note(std::string_view note, std::span<const NoteKey> trusted) {
  UnverifiedNote parsed = TRY(parse_note(note));
  std::vector<bool> signed_by(trusted.size(), false);
  for (const NoteSignature& signature : parsed.signatures) {
    const NoteKey* key = TRY(find_key(signature, trusted));
    if (key == nullptr) continue;
    if (!verify_ed25519(key->public_key(), as_bytes(parsed.text), signature.signature)) {
      return Error{Errc::corrupted,
                   fmt::format("the note's signature by {} does not match its text", key->name())};
    }
    signed_by[static_cast<std::size_t>(key - trusted.data())] = true;
  }
  VerifiedNote verified{std::move(parsed.text), {}};
  for (std::size_t i = 0; i < trusted.size(); ++i)
    if (signed_by[i]) verified.signers.push_back(trusted[i]);
  if (verified.signers.empty())
    return Error{Errc::corrupted, "the note carries no signature of a trusted key"};
  return verified;
}

Result<UnverifiedNote> keep_trusted(std::string_view note, std::span<const NoteKey> trusted) {
  TRY(verify_note(note, trusted));
  UnverifiedNote kept = TRY(parse_note(note));
  std::erase_if(kept.signatures, [&](const NoteSignature& signature) {
    const auto found = find_key(signature, trusted);
    return !found || *found == nullptr;
  });
  return kept;
}

}  // namespace kensho::ledger
