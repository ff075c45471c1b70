#include "ledger/verifier_key.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/crypto_hash.h"
#include "base/encoding.h"
#include "base/utf8.h"

namespace kensho::ledger {
namespace {

// The code points with the Unicode property White_Space that are no ASCII control characters.
constexpr std::array<std::string_view, 20> unicode_spaces{
    "\x20",         "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80",
    "\xe2\x80\x81", "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85",
    "\xe2\x80\x86", "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a",
    "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"};

Bytes typed_key(SignatureType type, const Ed25519PublicKey& key) {
  Bytes bytes(1 + key.size(), std::to_underlying(type));
  std::ranges::copy(key, bytes.begin() + 1);
  return bytes;
}

std::uint32_t key_id(std::string_view name, ByteView typed_key) {
  const Hash hash =
      Sha256().update(as_bytes(name)).update(as_bytes("\n")).update(typed_key).finish();
  return std::uint32_t{hash[0]} << 24 | std::uint32_t{hash[1]} << 16 | std::uint32_t{hash[2]} << 8 |
         std::uint32_t{hash[3]};
}

Error malformed(SignatureType type) {
  return {Errc::invalid_argument,
          fmt::format("not a verifier key of the form name+id+base64 with an Ed25519 key of type "
                      "{:#04x}",
                      std::to_underlying(type))};
}

Error of_another_type(SignatureType wanted, std::uint8_t found) {
  const std::string_view use = wanted == SignatureType::ed25519
                                   ? "a log's key, which signs notes,"
                                   : "a witness's key, which makes Ed25519 cosignatures,";
  return {Errc::invalid_argument, fmt::format("the verifier key is of type {:#04x}; {} has {:#04x}",
                                              found, use, std::to_underlying(wanted))};
}

}  // namespace

bool is_key_name(std::string_view name) {
  const auto is_control = [](char c) { return static_cast<std::uint8_t>(c) < 0x20; };
  const auto contains = [&](std::string_view part) { return name.contains(part); };
  return !name.empty() && !find_invalid_utf8(name) && std::ranges::none_of(name, is_control) &&
         !contains("+") && std::ranges::none_of(unicode_spaces, contains);
}

template <SignatureType Type>
VerifierKey<Type>::VerifierKey(std::string name, const Ed25519PublicKey& public_key)
    : name_(std::move(name)),
      public_key_(public_key),
      id_(key_id(name_, typed_key(Type, public_key_))) {}

template <SignatureType Type>
Result<VerifierKey<Type>> VerifierKey<Type>::make(std::string name,
                                                  const Ed25519PublicKey& public_key) {
  if (!is_key_name(name)) {
    return Error{Errc::invalid_argument,
                 "a note key name must be UTF-8 text without spaces, plus or control characters"};
  }
  return VerifierKey(std::move(name), public_key);
}

template <SignatureType Type>
Result<VerifierKey<Type>> VerifierKey<Type>::parse(std::string_view text) {
  const std::size_t name_end = text.find('+');
  const std::size_t id_end =
      name_end == std::string_view::npos ? name_end : text.find('+', name_end + 1);
  if (id_end == std::string_view::npos) return malformed(Type);
  const auto bytes = base64_decode(text.substr(id_end + 1));
  if (!bytes || bytes->empty()) return malformed(Type);
  if (bytes->front() != std::to_underlying(Type)) return of_another_type(Type, bytes->front());
  Ed25519PublicKey public_key;
  if (bytes->size() != 1 + public_key.size()) return malformed(Type);
  std::copy(bytes->begin() + 1, bytes->end(), public_key.begin());
  VerifierKey key = TRY(make(std::string(text.substr(0, name_end)), public_key));
  if (key.text() != text) return malformed(Type);  // the id is wrong or oddly written
  return key;
}

template <SignatureType Type>
std::string VerifierKey<Type>::text() const {
  return fmt::format("{}+{:08x}+{}", name_, id_, base64_encode(typed_key(Type, public_key_)));
}

template class VerifierKey<SignatureType::ed25519>;
template class VerifierKey<SignatureType::cosignature>;

}  // namespace kensho::ledger
