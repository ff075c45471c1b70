#include "report/html.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "report/escape.h"
#include "report/figure/svg.h"

namespace kensho::report {
namespace {

// Source: HTML Living Standard, 13.1.2 "Elements", void elements.
constexpr std::array<std::string_view, 13> void_elements = {
    "area",  "base", "br",   "col",    "embed", "hr", "img",
    "input", "link", "meta", "source", "track", "wbr"};

constexpr std::array<std::string_view, 7> link_attributes = {
    "href", "src", "action", "formaction", "poster", "cite", "data"};

constexpr std::array<std::string_view, 4> safe_schemes = {"http", "https", "mailto", "tel"};

template <std::size_t Count>
bool contains(const std::array<std::string_view, Count>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_name(std::string_view name) {
  if (name.empty() || name[0] < 'a' || name[0] > 'z') return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Whether a browser may follow the link: no scheme at all, or one of ours. Browsers drop blanks
// and control characters before they read a scheme, so those are dropped here too.
bool is_safe_link(std::string_view link) {
  std::string scheme;
  for (const char c : link) {
    if (c == '/' || c == '?' || c == '#') return true;
    if (c == ':') return contains(safe_schemes, scheme);
    if (static_cast<unsigned char>(c) > 0x20) scheme += ascii_lower(c);
  }
  return true;
}

void append_attribute(std::string& markup, const Attribute& attribute) {
  ENSURE(is_name(attribute.name));
  ENSURE(!attribute.name.starts_with("on") && attribute.name != "style");
  const bool blocked = contains(link_attributes, attribute.name) && !is_safe_link(attribute.value);
  markup += ' ';
  markup += attribute.name;
  markup += "=\"";
  markup += blocked ? "about:invalid" : escape_markup(attribute.value);
  markup += '"';
}

void append_children(std::string& markup, const Children& children) {
  for (const Html& child : children) markup += child.markup();
}

}  // namespace

Html::Html(const char* text) : Html(std::string_view(text)) {}
Html::Html(const std::string& text) : Html(std::string_view(text)) {}
Html::Html(std::string_view text) : markup_(escape_markup(text)) {}

Html element(std::string_view tag, const Attributes& attributes, const Children& children) {
  ENSURE(is_name(tag));
  Html made;
  made.markup_ += '<';
  made.markup_ += tag;
  for (const Attribute& attribute : attributes) append_attribute(made.markup_, attribute);
  made.markup_ += '>';
  const bool is_void = contains(void_elements, tag);
  const bool is_raw_text = tag == "script" || tag == "style";
  ENSURE(children.empty() || !(is_void || is_raw_text));
  if (is_void) return made;

  append_children(made.markup_, children);
  made.markup_ += "</";
  made.markup_ += tag;
  made.markup_ += '>';
  return made;
}

Html text(std::string_view plain) {
  return plain;
}

Html fragment(const Children& children) {
  Html made;
  append_children(made.markup_, children);
  return made;
}

Html raw_svg(const Svg& figure) {
  Html made;
  made.markup_ = figure.markup();
  return made;
}

}  // namespace kensho::report
