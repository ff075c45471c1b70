#include "base/toml.h"

#include <doctest/doctest.h>

namespace kensho {
namespace {

TEST_CASE("a TOML document becomes a Json value with lines") {
  const Json parsed =
      parse_toml("title = \"x\"\n[[row]]\nday = 2024-05-01\nscore = 1.5\n[[row]]\non = true\n",
                 "f.toml")
          .value();

  CHECK(to_json_text(parsed) ==
        R"({"row":[{"day":"2024-05-01","score":1.5},{"on":true}],"title":"x"})");
  CHECK(parsed.find("row")->items()[1].find("on")->line() == 6);
}

TEST_CASE("a broken TOML document is refused with file and line") {
  CHECK(parse_toml("a = 1\nb = = 2\n", "p.toml").error().message.starts_with("p.toml line 2: "));
  CHECK(parse_toml("a = nan\n", "p.toml").error().message ==
        "p.toml line 1: inf and nan are not taken; write a finite number");
}

TEST_CASE("keys of any number of parts end in a message, not in a full stack") {
  const auto dotted = [](std::size_t parts, std::string part) {
    std::string key = part;
    for (std::size_t i = 1; i < parts; ++i) key += "." + part;
    return key;
  };
  CHECK(parse_toml(dotted(32, "a") + " = 1\n[" + dotted(32, "\"b c\"") + "]\n", "f.toml"));
  for (const std::string& text :
       {dotted(33, "a") + " = 1\n", dotted(500'000, "a") + " = 1\n",
        "[" + dotted(500'000, "a") + "]\n", "x = { " + dotted(500'000, "'a'") + " = 1 }\n",
        dotted(500'000, "\"a\" ") + " = 1\n"}) {
    CHECK(parse_toml(text, "f.toml").error().message ==
          "f.toml line 1: a key has more than 32 parts");
  }
  CHECK(parse_toml("a = 1\n\n[" + dotted(40, "b") + "]", "f.toml").error().message ==
        "f.toml line 3: a key has more than 32 parts");
  CHECK(parse_toml("text = \"" + dotted(40, "word") + "\"\nmore = \"\"\"\n......................" +
                       "....................\n\"\"\"\n",
                   "f.toml"));
}

TEST_CASE("the deepest document that is read is also written and gone without harm") {
  std::string text = "x = ", end;
  for (int i = 0; i < 125; ++i) {
    text += "[\n{a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a = ";
    end += "}]";
  }
  const auto document = parse_toml(text + "1" + end, "f.toml");
  REQUIRE(document);
  CHECK(to_json_text(*document).size() > 125 * 32);
}

}  // namespace
}  // namespace kensho
