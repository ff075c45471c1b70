#pragma once

#include <filesystem>
#include <string>

#include "base/crypto_signature.h"
#include "base/result.h"

namespace kensho::wiring {

/// A signing key and the name under which it signs.
struct NamedSigner {
  std::string name;
  Ed25519Signer signer;
};

/// The key of a key file: the name and the seed in hexadecimal, one a line.
/// Errors: not_found, unavailable; corrupted: not of this form.
Result<NamedSigner> read_key_file(const std::filesystem::path& path);

/// Makes a key and its file, which the owner alone can read. Errors: invalid_argument: not a name
/// for a key; unavailable.
Status write_new_key_file(const std::filesystem::path& path, const std::string& name);

}  // namespace kensho::wiring
