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

}  // namespace
}  // namespace kensho
