// Files that are whole or absent after a crash.
#pragma once

#include <filesystem>

#include "base/bytes.h"
#include "base/result.h"

namespace kensho::ledger {

/// Name suffix of a file that is being written; one left by a crash is ignored and overwritten.
inline constexpr const char* temporary_suffix = ".tmp";

/// Replaces the file by these bytes through a temporary file and a rename, so that whoever looks,
/// even after this process died in the middle, sees the old file or the new one. Durable against a
/// power cut only after `sync_filesystem`. The directory must exist. Errors: unavailable: the
/// system refuses; names the path and the reason.
Status write_file(const std::filesystem::path& path, ByteView bytes);

/// As `write_file`, and durable on return: fsync, rename, fsync of the directory. Two disk flushes.
Status write_file_durably(const std::filesystem::path& path, ByteView bytes);

/// Makes every file and name written so far on the filesystem of this directory durable. One disk
/// flush for any number of files. Errors: unavailable.
Status sync_filesystem(const std::filesystem::path& directory);

/// The bytes of a file. Errors: not_found; unavailable; corrupted: larger than `max_bytes`.
Result<Bytes> read_file(const std::filesystem::path& path, std::size_t max_bytes);

}  // namespace kensho::ledger
