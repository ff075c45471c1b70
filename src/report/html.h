// A small typed HTML builder that escapes by default.
//
//   element("p", {{"class", "lead"}}, {"1 < 2 ", element("b", {}, {patient_text})})
//
// Text turns into Html by being escaped; there is no way to splice a string unescaped.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kensho::report {

class Svg;
class Html;

// One attribute. `name` is the programmer's own word and must outlive the call; `value` is any
// text and is escaped. A truth value is written as present with an empty value, or left out.
struct Attribute {
  std::string_view name;
  std::string value;
};
using Attributes = std::vector<Attribute>;
using Children = std::vector<Html>;

// Markup that is safe to send: made of escaped text and of elements built here.
class Html {
 public:
  Html() = default;
  Html(const char* text);
  Html(std::string_view text);
  Html(const std::string& text);

  // The markup itself, for writing out.
  const std::string& markup() const { return markup_; }

 private:
  friend Html element(std::string_view tag, const Attributes& attributes, const Children& children);
  friend Html fragment(const Children& children);
  friend Html raw_svg(const Svg& figure);

  std::string markup_;
};

// `<tag attributes>children</tag>`; a void element (br, img, input, ...) has no end tag.
// Contract: tag and attribute names are lower-case ASCII words of the programmer; a void element
// has no children; neither do script and style, whose text would not be read as escaped text; no
// event-handler attribute (on...) and no style attribute, which the site's content policy refuses.
// A link (href, src, action, ...) with a scheme other than http, https, mailto or tel is written
// as `about:invalid`, so a stored "javascript:..." cannot run.
// Cost: copies its children once, so a tree costs its length times its depth.
Html element(std::string_view tag, const Attributes& attributes = {},
             const Children& children = {});

// Escaped text, where the conversion wants to be seen.
Html text(std::string_view plain);

// The children side by side, without an element around them.
Html fragment(const Children& children);

// A figure drawn by this module, spliced as it is.
Html raw_svg(const Svg& figure);

}  // namespace kensho::report
