#pragma once

#include <string_view>
#include <vector>

namespace kensho {

/// A file that was built into the program.
struct EmbeddedFile {
  std::string_view path;  // in the repository, such as "catalog/i18n/en.toml"
  std::string_view content;
};

/// The embedded files whose path starts with `prefix`, in path order. Lives as long as the program.
std::vector<EmbeddedFile> embedded_files(std::string_view prefix);

/// The content of one embedded file; it must exist.
std::string_view embedded_file(std::string_view path);

}  // namespace kensho
