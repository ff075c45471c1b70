#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kensho {

/// The whole content of a file. Errors: not_found (with the path), unavailable (not readable, a
/// folder), invalid_argument (larger than `bytes_max`).
Result<std::string> read_file(const std::filesystem::path& path,
                              std::uintmax_t bytes_max = 256u << 20);

/// SHA-256 of a file's content in hexadecimal, read in pieces: memory does not grow with the file.
/// Errors: as read_file.
Result<std::string> sha256_of_file(const std::filesystem::path& path);

/// Who may read a written file.
enum class FileReaders : unsigned char { everyone, owner_only };

/// Writes the file so that a crash leaves the old or the new content, never a part: a temporary
/// file beside it is written, synced and renamed, then the folder is synced.
/// Errors: unavailable (path and the system's reason; nothing changed).
Status write_file_durably(const std::filesystem::path& path, std::string_view content,
                          FileReaders readers = FileReaders::everyone);

}  // namespace kensho
