#include "storage/sqlite/sql_text.h"

#include <fmt/format.h>

#include "base/embedded.h"

namespace kensho {

std::string_view sql_text(std::string_view name) {
  return embedded_file(fmt::format("sql/sqlite/{}.sql", name));
}

std::string sql_text_in(std::string_view name, std::string_view schema) {
  std::string text(sql_text(name));
  const std::string_view placeholder = "views.";
  const std::string replacement = fmt::format("{}.", schema);
  for (std::size_t at = text.find(placeholder); at != text.npos;
       at = text.find(placeholder, at + replacement.size())) {
    text.replace(at, placeholder.size(), replacement);
  }
  return text;
}

}  // namespace kensho
