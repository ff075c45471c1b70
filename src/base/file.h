#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace kensho {

/// The whole content of a file. Errors: not_found (with the path), unavailable (not readable, a
/// folder), invalid_argument (larger than `bytes_max`).
Result<std::string> read_file(const std::filesystem::path& path,
                              std::uintmax_t bytes_max = 256u << 20);

/// The same as bytes.
Result<Bytes> read_bytes(const std::filesystem::path& path, std::uintmax_t bytes_max = 256u << 20);

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

/// The same, and then overwrites the bytes of the file that was there before, for what must not
/// be found on the disk again. Whether the disk keeps other copies is not ours to know.
/// Errors: unavailable (nothing changed, or replaced but not overwritten, as the message says).
Status replace_file_and_wipe(const std::filesystem::path& path, std::string_view content,
                             FileReaders readers = FileReaders::everyone);

/// Replaces the file by this content in one step, so that whoever looks, even after this process
/// died in the middle, sees the old file or the new one. Durable against a power cut only after
/// `sync_filesystem`: for many files at once. The folder must exist.
/// Errors: unavailable or not_found (path and the system's reason; nothing changed).
Status replace_file(const std::filesystem::path& path, std::string_view content);

/// Makes every file and name written so far on the filesystem of this folder durable. One disk
/// flush for any number of files. Errors: unavailable.
Status sync_filesystem(const std::filesystem::path& folder);

/// Puts the folder `next` in the place of `folder` in one step, so that `folder` is the old one or
/// the new one at every moment; what was there before is removed. Where the file system cannot
/// exchange two names there is a moment without `folder`. Errors: unavailable.
Status replace_folder(const std::filesystem::path& folder, const std::filesystem::path& next);

}  // namespace kensho
