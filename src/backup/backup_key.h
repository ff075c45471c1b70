// The key of a backup: one file of two lines, kept where neither the registry nor the backup is.
#pragma once

#include <filesystem>
#include <string>

#include "base/secret_stream.h"

namespace kensho::backup {

/// What opens a backup. It seals the manifest alone; every other file has a key of its own, which
/// the manifest holds. Whoever has key and folder can read everything.
class BackupKey {
 public:
  /// A new key. Nothing derives from the registry: lost is lost.
  static BackupKey generate();
  /// Errors: not_found; permission_denied: others than the owner may read the file;
  /// invalid_argument: it is not a key file.
  static Result<BackupKey> read(const std::filesystem::path& file);
  /// Writes it to a new file, mode 0600. Errors: conflict: a file is there; unavailable.
  Status write_new(const std::filesystem::path& file) const;

  /// Tells keys apart and gives nothing away: 16 hexadecimal digits.
  std::string id() const;
  /// The key that seals manifests.
  SecretKey manifest_key() const;

 private:
  explicit BackupKey(const SecretKey& secret) : secret_(secret) {}

  SecretKey secret_;
};

}  // namespace kensho::backup
