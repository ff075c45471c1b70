#include "base/embedded.h"

#include "base/check.h"
#include "base/embedded_table.h"

namespace kensho {

std::vector<EmbeddedFile> embedded_files(std::string_view prefix) {
  std::vector<EmbeddedFile> found;
  for (const EmbeddedRow* row = embedded_rows; row->path; ++row) {
    const std::string_view path = row->path;
    if (path.starts_with(prefix)) found.push_back({path, {row->begin, row->end}});
  }
  return found;
}

std::string_view embedded_file(std::string_view path) {
  for (const EmbeddedFile& file : embedded_files(path)) {
    if (file.path == path) return file.content;
  }
  constexpr bool is_built_in = false;
  ENSURE(is_built_in);
  return {};
}

}  // namespace kensho
