#include "ledger/signed_note.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/crypto_hash.h"
#include "base/encoding.h"
#include "base/utf8.h"

namespace kensho::ledger {
namespace {

constexpr std::uint8_t ed25519_type = 0x01;               // signed-note, section Signature types
constexpr std::string_view line_start = "\xe2\x80\x94 ";  // em dash, space
constexpr std::size_t id_bytes = 4;

// The code points with the Unicode property White_Space that are no ASCII control characters.
constexpr std::array<std::string_view, 20> unicode_spaces{
    "\x20",         "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80",
    "\xe2\x80\x81", "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85",
    "\xe2\x80\x86", "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a",
    "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"};

Error malformed(std::string_view rule) {
  return {Errc::invalid_argument, fmt::format("malformed signed note: {}", rule)};
}

bool has_control(std::string_view text, std::string_view except) {
  return std::ranges::any_of(text, [&](char c) {
    return static_cast<std::uint8_t>(c) < 0x20 && except.find(c) == std::string_view::npos;
  });
}

bool is_key_name(std::string_view name) {
  const auto contains = [&](std::string_view part) {
    return name.find(part) != std::string_view::npos;
  };
  return !name.empty() && !find_invalid_utf8(name) && !has_control(name, "") && !contains("+") &&
         std::ranges::none_of(unicode_spaces, contains);
}

Status check_text(std::string_view text) {
  if (!text.ends_with('\n')) return malformed("the text does not end with a line end");
  if (find_invalid_utf8(text)) return malformed("it is not UTF-8");
  if (has_control(text, "\n")) return malformed("it has a control character");
  return ok();
}

std::uint32_t read_id(ByteView bytes) {
  std::uint32_t id = 0;
  for (const std::uint8_t byte : bytes.first(id_bytes)) id = id << 8 | byte;
  return id;
}

Bytes write_id(std::uint32_t id) {
  Bytes bytes;
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes.push_back(static_cast<std::uint8_t>(id >> shift));
  return bytes;
}

Bytes typed_key(const Ed25519PublicKey& key) {
  Bytes bytes{ed25519_type};
  bytes.insert(bytes.end(), key.begin(), key.end());
  return bytes;
}

std::uint32_t key_id(std::string_view name, const Ed25519PublicKey& key) {
  return read_id(
      Sha256().update(as_bytes(name)).update(as_bytes("\n")).update(typed_key(key)).finish());
}

Result<NoteSignature> parse_signature(std::string_view line) {
  if (!line.starts_with(line_start)) return malformed("a signature line has no em dash and space");
  line.remove_prefix(line_start.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return malformed("a signature line has no signature");
  const std::string_view name = line.substr(0, space);
  if (!is_key_name(name)) return malformed("a signature line has no valid key name");
  const Bytes bytes = TRY(base64_decode(line.substr(space + 1)));
  if (bytes.size() <= id_bytes) return malformed("a signature is too short");
  return NoteSignature{std::string(name), read_id(bytes),
                       Bytes(bytes.begin() + id_bytes, bytes.end())};
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

NoteKey::NoteKey(std::string name, const Ed25519PublicKey& public_key)
    : name_(std::move(name)), public_key_(public_key), id_(key_id(name_, public_key_)) {}

Result<NoteKey> NoteKey::make(std::string name, const Ed25519PublicKey& public_key) {
  if (!is_key_name(name)) {
    return Error{Errc::invalid_argument,
                 "a note key name must be UTF-8 text without spaces, plus or control characters"};
  }
  return NoteKey(std::move(name), public_key);
}

Result<NoteKey> NoteKey::parse(std::string_view text) {
  const Error error{Errc::invalid_argument,
                    "not a verifier key of the form name+id+base64 with an Ed25519 key"};
  const std::size_t name_end = text.find('+');
  const std::size_t id_end =
      name_end == std::string_view::npos ? name_end : text.find('+', name_end + 1);
  if (id_end == std::string_view::npos) return error;
  const auto bytes = base64_decode(text.substr(id_end + 1));
  Ed25519PublicKey public_key;
  if (!bytes || bytes->size() != 1 + public_key.size() || bytes->front() != ed25519_type)
    return error;
  std::copy(bytes->begin() + 1, bytes->end(), public_key.begin());
  NoteKey key = TRY(make(std::string(text.substr(0, name_end)), public_key));
  if (key.text() != text) return error;  // the id is wrong or oddly written
  return key;
}

std::string NoteKey::text() const {
  return fmt::format("{}+{:08x}+{}", name_, id_, base64_encode(typed_key(public_key_)));
}

NoteSigner::NoteSigner(NoteKey key, Ed25519Signer signer)
    : key_(std::move(key)), signer_(std::move(signer)) {}

Result<NoteSigner> NoteSigner::make(std::string name, Ed25519Signer signer) {
  NoteKey key = TRY(NoteKey::make(std::move(name), signer.public_key()));
  return NoteSigner(std::move(key), std::move(signer));
}

Result<std::string> NoteSigner::sign(std::string_view text) const {
  TRY(check_text(text));
  Bytes bytes = write_id(key_.id());
  const Ed25519Signature signature = signer_.sign(as_bytes(text));
  bytes.insert(bytes.end(), signature.begin(), signature.end());
  return fmt::format("{}\n{}{} {}\n", text, line_start, key_.name(), base64_encode(bytes));
}

Result<UnverifiedNote> parse_note(std::string_view note) {
  if (note.size() > max_note_bytes) return malformed("it is too long");
  TRY(check_text(note));
  const std::size_t blank = note.rfind("\n\n");
  if (blank == std::string_view::npos) return malformed("no blank line above the signatures");
  UnverifiedNote parsed{std::string(note.substr(0, blank + 1)), {}};
  std::string_view lines = note.substr(blank + 2);
  if (lines.empty()) return malformed("it has no signature");
  while (!lines.empty()) {
    if (parsed.signatures.size() == max_note_signatures) return malformed("too many signatures");
    const std::size_t end = lines.find('\n');
    parsed.signatures.push_back(TRY(parse_signature(lines.substr(0, end))));
    lines.remove_prefix(end + 1);
  }
  return parsed;
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

}  // namespace kensho::ledger
