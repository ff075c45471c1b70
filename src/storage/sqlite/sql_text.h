#pragma once

#include <string>
#include <string_view>

namespace kensho {

/// The text of sql/sqlite/<name>.sql.
std::string_view sql_text(std::string_view name);

/// The same with `views.` standing for the schema that holds the views ("main" or "temp").
std::string sql_text_in(std::string_view name, std::string_view schema);

}  // namespace kensho
