#include "report/html.h"

#include <type_traits>

#include <doctest/doctest.h>

#include "report/escape.h"
#include "report/figure/svg.h"
#include "report/testing/markup_checker.h"

namespace kensho::report {
namespace {

using testing::check_markup;

// The only ways from text to Html are the escaping ones, and markup never turns back into text
// that could be spliced again by a conversion.
static_assert(std::is_convertible_v<std::string, Html>);
static_assert(!std::is_convertible_v<Html, std::string>);
static_assert(!std::is_convertible_v<Svg, Html>);
static_assert(!std::is_convertible_v<std::string, Svg>);
static_assert(!std::is_constructible_v<Svg, std::string>);

struct EscapeCase {
  const char* desc;
  std::string text;
  std::string escaped;
};

TEST_CASE("Every naughty character is escaped") {
  const EscapeCase cases[] = {
      {"plain", "plain text", "plain text"},
      {"tags", "<script>", "&lt;script&gt;"},
      {"ampersand", "a & b", "a &amp; b"},
      {"a reference is text too", "&lt;", "&amp;lt;"},
      {"double quote", "say \"x\"", "say &quot;x&quot;"},
      {"single quote", "it's", "it&#39;s"},
      {"comment", "<!-- x -->", "&lt;!-- x --&gt;"},
      {"cdata", "]]>", "]]&gt;"},
      {"japanese", "再生医療", "再生医療"},
      {"four bytes", "\U0001F9EC", "\U0001F9EC"},
      {"line feed and tab stay", "a\n\tb", "a\n\tb"},
      {"carriage return", "a\rb", "a&#13;b"},
      {"null", std::string("a\0b", 3), "a\uFFFDb"},
      {"escape", "\x1b[0m", "\uFFFD[0m"},
      {"delete", "\x7f", "\uFFFD"},
      {"C1 control", "\xC2\x85", "\uFFFD"},
      {"noncharacter", "\uFFFE", "\uFFFD"},
      {"stray continuation", "a\x80z", "a\uFFFDz"},
      {"overlong <", "\xC0\xBC", "\uFFFD\uFFFD"},
      {"overlong < in three", "\xE0\x80\xBC", "\uFFFD\uFFFD\uFFFD"},
      {"surrogate", "\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},
      {"cut off", "\xE5\x86", "\uFFFD\uFFFD"},
      {"beyond unicode", "\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},
      {"lead byte before a tag", "\xE5<b>", "\uFFFD&lt;b&gt;"},
  };
  for (const EscapeCase& c : cases) {
    CAPTURE(c.desc);
    CHECK(escape_markup(c.text) == c.escaped);
    CHECK(Html(c.text).markup() == c.escaped);
    CHECK(check_markup("<p>" + c.escaped + "</p>").problem.empty());
  }
}

TEST_CASE("Text is escaped wherever it enters") {
  const std::string name = "<b>O'Brien & \"co\"</b>";

  const Html html = element("p", {{"title", name}}, {name, text(name), fragment({name})});

  const std::string safe = "&lt;b&gt;O&#39;Brien &amp; &quot;co&quot;&lt;/b&gt;";
  CHECK(html.markup() == "<p title=\"" + safe + "\">" + safe + safe + safe + "</p>");
}

TEST_CASE("Elements nest, and only Html is spliced as it is") {
  const Html bold = element("strong", {}, {"1 < 2"});

  const Html html = element("ul", {{"class", "plain"}}, {element("li", {}, {"see ", bold, "!"})});

  CHECK(html.markup() == "<ul class=\"plain\"><li>see <strong>1 &lt; 2</strong>!</li></ul>");
  CHECK(check_markup(html.markup()).problem.empty());
}

TEST_CASE("Void elements have no end tag and empty elements have one") {
  CHECK(element("br").markup() == "<br>");
  CHECK(element("img", {{"src", "a.png"}, {"alt", ""}}).markup() == "<img src=\"a.png\" alt=\"\">");
  CHECK(element("td").markup() == "<td></td>");
}

TEST_CASE("A link that could run code is disarmed and other links stay") {
  struct Case {
    std::string link;
    bool stays;
  };
  const Case cases[] = {{"therapy/1.html#a:b", true},
                        {"?q=javascript:1", true},
                        {"/a:b", true},
                        {"https://example.org/", true},
                        {"HTTPS://example.org/", true},
                        {"mailto:a@example.org", true},
                        {"tel:+81", true},
                        {"", true},
                        {"javascript:alert(1)", false},
                        {" JaVaScRiPt:alert(1)", false},
                        {"java\nscript:alert(1)", false},
                        {"\x01javascript:alert(1)", false},
                        {"data:text/html,x", false},
                        {"vbscript:x", false}};
  for (const Case& c : cases) {
    CAPTURE(c.link);
    const std::string expected = c.stays ? escape_markup(c.link) : "about:invalid";
    CHECK(element("a", {{"href", c.link}}).markup() == "<a href=\"" + expected + "\"></a>");
  }
}

TEST_CASE("Children given as a vector come out in order") {
  Children rows;
  for (const char* word : {"a", "b", "c"}) rows.push_back(element("li", {}, {word}));

  CHECK(element("ol", {}, rows).markup() == "<ol><li>a</li><li>b</li><li>c</li></ol>");
  CHECK(fragment({}).markup().empty());
}

}  // namespace
}  // namespace kensho::report
