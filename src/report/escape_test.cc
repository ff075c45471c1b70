// Markup against the Big List of Naughty Strings: what a reader of HTML gets back.
#include "report/escape.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <utility>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "report/html.h"
#include "report/testing/markup_checker.h"
#include "report/utf8.h"

namespace kensho::report {
namespace {

std::vector<std::string> naughty_strings() {
  std::ifstream file(std::filesystem::path(KENSHO_SOURCE_DIR) / "tests/reference/blns/blns.json");
  return nlohmann::json::parse(file);
}

/// Undoes the six references that HTML itself needs, and fails on any other.
std::string unescape(std::string_view markup) {
  static constexpr std::array<std::pair<std::string_view, char>, 6> references{{{"&amp;", '&'},
                                                                                {"&lt;", '<'},
                                                                                {"&gt;", '>'},
                                                                                {"&quot;", '"'},
                                                                                {"&#39;", '\''},
                                                                                {"&#13;", '\r'}}};
  std::string text;
  while (!markup.empty()) {
    std::size_t used = 1;
    char plain = markup.front();
    for (const auto& [reference, meaning] : references) {
      if (!markup.starts_with(reference)) continue;
      used = reference.size();
      plain = meaning;
    }
    REQUIRE((markup.front() != '&' || used > 1));
    text.push_back(plain);
    markup.remove_prefix(used);
  }
  return text;
}

/// The text with U+FFFD for every control character and noncharacter, which markup cannot carry.
std::string as_markup_can_carry(std::string_view text) {
  std::string kept;
  for (; !text.empty();) {
    const DecodedCharacter next = decode_first(text);
    const bool carried = next.code == '\t' || next.code == '\n' || next.code == '\r' ||
                         (next.code >= 0x20 && next.code < 0x7F) || next.code > 0x9F;
    const bool noncharacter = next.code == 0xFFFE || next.code == 0xFFFF;
    kept += carried && !noncharacter ? std::string(text.substr(0, next.bytes)) : "\uFFFD";
    text.remove_prefix(next.bytes);
  }
  return kept;
}

TEST_CASE("every naughty string comes back out of markup, and makes none of its own") {
  const auto strings = naughty_strings();
  REQUIRE(strings.size() == 485);
  int changed = 0;
  for (const std::string& text : strings) {
    CAPTURE(text);
    const std::string escaped = escape_markup(text);
    CHECK(escaped.find_first_of("<>\"'") == escaped.npos);
    CHECK(unescape(escaped) == as_markup_can_carry(text));
    changed += unescape(escaped) != text;

    const std::string element = "<p title=\"" + escaped + "\">" + escaped + "</p>";
    const auto checked = testing::check_markup(element);
    CHECK(checked.problem == "");
    REQUIRE(checked.elements.size() == 1);
    CHECK(checked.elements[0].attributes.at("title") == escaped);
    CHECK(checked.elements[0].text == escaped);
  }
  CHECK(changed == 3);  // as Python counts the strings with such a character
}

}  // namespace
}  // namespace kensho::report
