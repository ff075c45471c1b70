#include "wiring/key_file.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/file.h"
#include "ledger/verifier_key.h"

namespace kensho::wiring {

Result<NamedSigner> read_key_file(const std::filesystem::path& path) {
  const Error malformed{Errc::corrupted, fmt::format("{}: not a signing key", path.string())};
  const std::string text = TRY(read_file(path));
  const std::size_t line_end = text.find('\n');
  if (line_end == text.npos) return malformed;
  const auto bytes = hex_decode(std::string_view(text).substr(line_end + 1, 64));
  Ed25519Seed seed{};
  if (!bytes || bytes->size() != seed.size()) return malformed;
  std::ranges::copy(*bytes, seed.begin());
  return NamedSigner{text.substr(0, line_end), Ed25519Signer::from_seed(seed)};
}

Status write_new_key_file(const std::filesystem::path& path, const std::string& name) {
  const Ed25519Signer signer = Ed25519Signer::generate();
  TRY(ledger::NoteKey::make(name, signer.public_key()));  // the rule for a name
  return write_file_durably(path, fmt::format("{}\n{}\n", name, hex_encode(signer.seed())),
                            FileReaders::owner_only);
}

}  // namespace kensho::wiring
