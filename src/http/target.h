// The target of a request line ("/a/b%20c?d=e") taken apart and decoded exactly once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace kensho {

/// The parts of a request target; the fields are those of Request.
struct Target {
  std::string raw_path;
  std::string raw_query;
  std::vector<std::string> segments;
  std::vector<NamedValue> query;
};

/// Takes apart a target in origin form ("/path?query") or absolute form ("http://host/path").
/// Errors  invalid_argument: no leading '/', a broken or cut percent escape, a byte that must be
///         escaped (control, space, '\', '#', above 0x7e), a decoded segment "." or "..", or
///         decoded text that holds NUL or is not UTF-8.
/// Source  RFC 9112 section 3.2, RFC 3986 section 2.1.
Result<Target> parse_target(std::string_view text);

/// Decodes "a=1&b=two+words", as in a query or a posted form. A part without '=' has an empty
/// value. Errors  invalid_argument: a broken percent escape, NUL, or not UTF-8. Source  WHATWG URL
/// Standard, application/x-www-form-urlencoded parsing.
Result<std::vector<NamedValue>> parse_form(std::string_view text);

}  // namespace kensho
