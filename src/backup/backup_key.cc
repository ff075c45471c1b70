#include "backup/backup_key.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/crypto_hash.h"
#include "base/encoding.h"
#include "base/file.h"

namespace kensho::backup {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view first_line = "kensho backup key 1\n";

Status check_is_private(const fs::path& file) {
  std::error_code problem;
  const auto bits = fs::status(file, problem).permissions();
  if (problem || (bits & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none) {
    return ok();
  }
  return Error{Errc::permission_denied,
               fmt::format("{}: others than its owner may use this key; take that away: chmod 600",
                           file.string())};
}

}  // namespace

BackupKey BackupKey::generate() {
  return BackupKey(new_secret_key());
}

Result<BackupKey> BackupKey::read(const fs::path& file) {
  const std::string text = TRY(read_file(file, 1u << 16));
  TRY(check_is_private(file));
  const Error malformed{
      Errc::invalid_argument,
      fmt::format("{}: this is not a backup key; kensho backup-key makes one", file.string())};
  SecretKey secret{};
  const std::size_t length = first_line.size() + 2 * secret.size() + 1;
  if (text.size() != length || !text.starts_with(first_line) || text.back() != '\n') {
    return malformed;
  }
  const auto bytes =
      hex_decode(std::string_view(text).substr(first_line.size(), 2 * secret.size()));
  if (!bytes) return malformed;
  std::ranges::copy(*bytes, secret.begin());
  return BackupKey(secret);
}

Status BackupKey::write_new(const fs::path& file) const {
  std::error_code problem;
  if (fs::exists(fs::symlink_status(file, problem))) {
    return Error{Errc::conflict,
                 fmt::format("{}: there is a file already; a key is never written over another",
                             file.string())};
  }
  return write_file_durably(file, fmt::format("{}{}\n", first_line, hex_encode(secret_)),
                            FileReaders::owner_only);
}

std::string BackupKey::id() const {
  const Hash hash = hmac_sha256(secret_, as_bytes("kensho backup key id 1"));
  return hex_encode(ByteView(hash).first(8));
}

SecretKey BackupKey::manifest_key() const {
  return hmac_sha256(secret_, as_bytes("kensho backup manifest key 1"));
}

}  // namespace kensho::backup
