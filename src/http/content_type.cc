#include "http/content_type.h"

#include <algorithm>
#include <array>
#include <utility>

namespace kensho {

std::string_view content_type_of(std::string_view file_name) {
  using Row = std::pair<std::string_view, std::string_view>;
  static constexpr std::array table = {
      Row{"css", "text/css; charset=utf-8"},
      Row{"csv", "text/csv; charset=utf-8"},
      Row{"html", "text/html; charset=utf-8"},
      Row{"ico", "image/vnd.microsoft.icon"},
      Row{"jpg", "image/jpeg"},
      Row{"js", "text/javascript; charset=utf-8"},
      Row{"json", "application/json"},
      Row{"md", "text/markdown; charset=utf-8"},
      Row{"pdf", "application/pdf"},
      Row{"png", "image/png"},
      Row{"svg", "image/svg+xml"},
      Row{"toml", "application/toml"},
      Row{"txt", "text/plain; charset=utf-8"},
      Row{"webp", "image/webp"},
      Row{"woff2", "font/woff2"},
      Row{"xml", "application/xml"},
      Row{"zip", "application/zip"},
  };
  const auto dot = file_name.rfind('.');
  if (dot == std::string_view::npos) return "application/octet-stream";
  const auto found = std::ranges::find(table, file_name.substr(dot + 1), &Row::first);
  return found == table.end() ? "application/octet-stream" : found->second;
}

}  // namespace kensho
