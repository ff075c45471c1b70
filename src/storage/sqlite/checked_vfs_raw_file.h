// A database or WAL file read as plain bytes, past SQLite's pager but through its file layer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"

namespace kensho {

/// A file open for reading only.
///
/// POSIX drops every lock a process holds on a file as soon as it closes any descriptor of it.
/// SQLite's file layer knows its open files and delays such a close; opening the database by other
/// means inside a process that also uses it would silently unlock it.
/// Source  https://www.sqlite.org/howtocorrupt.html section 2.2
class RawFile {
 public:
  /// Errors  not_found, permission_denied, unavailable (input/output error); all name the path.
  static Result<RawFile> open(const std::string& path);

  /// Whether there is a file with content at the path.
  static bool exists(const std::string& path);

  /// Length of the file. Units: bytes. Errors: unavailable.
  Result<std::uint64_t> size_bytes() const;

  /// Fills `out` from the file; bytes behind its end read as zeros. Errors: unavailable.
  Status read(std::span<std::byte> out, std::uint64_t offset) const;

 private:
  struct Close {
    const char* name;  // SQLite keeps pointing at it while the file is open
    void operator()(std::byte* file) const;
  };

  RawFile(std::byte* file, const char* name, const std::string& path);

  std::unique_ptr<std::byte, Close> file_;
  std::string path_;
};

}  // namespace kensho
