#include "ledger/cosignature.h"

#include <limits>
#include <utility>

#include <fmt/format.h>

#include "ledger/checkpoint.h"

namespace kensho::ledger {
namespace {

constexpr std::size_t time_bytes = 8;

Error wrong(const CosignerKey& key, std::string_view what) {
  return {Errc::corrupted, fmt::format("the cosignature of {} {}", key.name(), what)};
}

std::string signed_message(std::string_view checkpoint_text, std::uint64_t time_s) {
  return fmt::format("cosignature/v1\ntime {}\n{}", time_s, checkpoint_text);
}

Bytes time_prefix(std::uint64_t time_s) {
  Bytes bytes;
  for (int shift = 56; shift >= 0; shift -= 8)
    bytes.push_back(static_cast<std::uint8_t>(time_s >> shift));
  return bytes;
}

std::uint64_t read_time(ByteView bytes) {
  std::uint64_t time_s = 0;
  for (const std::uint8_t byte : bytes.first(time_bytes)) time_s = time_s << 8 | byte;
  return time_s;
}

}  // namespace

Cosigner::Cosigner(CosignerKey key, Ed25519Signer signer)
    : key_(std::move(key)), signer_(std::move(signer)) {}

Result<Cosigner> Cosigner::make(std::string name, Ed25519Signer signer) {
  CosignerKey key = TRY(CosignerKey::make(std::move(name), signer.public_key()));
  return Cosigner(std::move(key), std::move(signer));
}

Result<NoteSignature> Cosigner::cosign(std::string_view checkpoint_text, TimeUtc time) const {
  TRY(parse_checkpoint(checkpoint_text));
  if (time.us < 0)
    return Error{Errc::invalid_argument, "a cosignature cannot be of a time before 1970"};
  const auto time_s = static_cast<std::uint64_t>(time.us / 1'000'000);
  const Ed25519Signature signature =
      signer_.sign(as_bytes(signed_message(checkpoint_text, time_s)));
  Bytes bytes = time_prefix(time_s);
  bytes.insert(bytes.end(), signature.begin(), signature.end());
  return NoteSignature{key_.name(), key_.id(), std::move(bytes)};
}

Result<std::int64_t> verify_cosignature(std::string_view checkpoint_text,
                                        const NoteSignature& cosignature, const CosignerKey& key) {
  if (cosignature.key_name != key.name() || cosignature.key_id != key.id())
    return wrong(key, "is another key's");
  const ByteView bytes(cosignature.signature);
  if (bytes.size() != time_bytes + sizeof(Ed25519Signature))
    return wrong(key, "does not have the length of an Ed25519 cosignature");
  const std::uint64_t time_s = read_time(bytes);
  if (time_s > std::uint64_t{std::numeric_limits<std::int64_t>::max()})
    return wrong(key, "states a time beyond 2^63 - 1");
  const std::string message = signed_message(checkpoint_text, time_s);
  if (!verify_ed25519(key.public_key(), as_bytes(message), bytes.subspan(time_bytes)))
    return wrong(key, "does not match the checkpoint");
  return static_cast<std::int64_t>(time_s);
}

}  // namespace kensho::ledger
