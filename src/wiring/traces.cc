#include "wiring/traces.h"

#include <fmt/format.h>

namespace kensho::wiring {
namespace {

namespace fs = std::filesystem;

/// Opening and closing one of these here would drop the locks that the store holds on it.
bool is_of_journal(const fs::path& root, const fs::path& file) {
  return file.parent_path() == root && file.filename().string().starts_with("journal.sqlite");
}

}  // namespace

Result<std::string> find_trace(const fs::path& root, const BytePatterns& traces) {
  std::error_code problem;
  auto file = fs::recursive_directory_iterator(root, problem);
  for (; !problem && file != fs::recursive_directory_iterator(); file.increment(problem)) {
    if (!file->is_regular_file(problem) || is_of_journal(root, file->path())) continue;
    const auto at = TRY(find_in_file(file->path(), traces));
    if (at) return fmt::format("{} at byte {}", file->path().string(), *at);
  }
  if (!problem) return std::string();
  return Error{Errc::unavailable,
               fmt::format("{}: cannot be searched: {}", root.string(), problem.message())};
}

}  // namespace kensho::wiring
