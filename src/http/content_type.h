// Media types of the files this server hands out.
#pragma once

#include <string_view>

namespace kensho {

/// The Content-Type of a file by the end of its name, text with charset=utf-8;
/// "application/octet-stream" for an unknown one. Upper case is unknown.
/// Source  IANA media types registry; RFC 9239 for JavaScript.
std::string_view content_type_of(std::string_view file_name);

}  // namespace kensho
