// Making any text safe to stand in HTML or SVG.
#pragma once

#include <string>
#include <string_view>

namespace kensho::report {

// `text` as character data that is safe between tags and inside a quoted attribute, in HTML and
// in XML 1.0: & < > " ' become references, a carriage return too; what XML cannot carry (other
// control characters, U+FFFE, U+FFFF, bytes that are not UTF-8) becomes U+FFFD.
// Source: XML 1.0 sections 2.2 and 2.4; HTML Living Standard, 13.3 "Serializing HTML fragments".
std::string escape_markup(std::string_view text);

}  // namespace kensho::report
