// Files that are whole or absent after a crash.
#pragma once

#include <filesystem>

#include "base/bytes.h"
#include "base/result.h"

namespace kensho::ledger {

/// Name suffix of a file that is being written; one left by a crash is ignored and overwritten.
inline constexpr const char* temporary_suffix = ".tmp";

/// Replaces the file by these bytes: temporary file, fsync, rename. The new name itself is durable
/// only after `sync_directory` of its directory, which must exist.
/// Errors: unavailable: the system refuses; names the path and the reason.
Status write_file(const std::filesystem::path& path, ByteView bytes);

/// Makes the names in a directory durable. Errors: unavailable.
Status sync_directory(const std::filesystem::path& directory);

/// The bytes of a file. Errors: not_found; unavailable; corrupted: larger than `max_bytes`.
Result<Bytes> read_file(const std::filesystem::path& path, std::size_t max_bytes);

}  // namespace kensho::ledger
