#include "http/target.h"

#include <string>

#include <doctest/doctest.h>

namespace kensho {
namespace {

using Segments = std::vector<std::string>;

TEST_CASE("a path is split at slashes before it is decoded") {
  CHECK(parse_target("/")->segments == Segments{""});
  CHECK(parse_target("/a/b")->segments == Segments{"a", "b"});
  CHECK(parse_target("/a/")->segments == Segments{"a", ""});
  CHECK(parse_target("/a%2Fb/c")->segments == Segments{"a/b", "c"});
  CHECK(parse_target("/%E6%A4%9C%E8%A8%BC")->segments == Segments{"検証"});
  CHECK(parse_target("/a+b")->segments == Segments{"a+b"});
}

TEST_CASE("percent escapes are decoded exactly once") {
  CHECK(parse_target("/%2541")->segments == Segments{"%41"});
  CHECK(parse_target("/%252e%252e/x")->segments == Segments{"%2e%2e", "x"});
}

TEST_CASE("an absolute target counts from its path") {
  CHECK(parse_target("http://example.org/a?b=c")->raw_path == "/a");
  CHECK(parse_target("http://example.org")->raw_path == "/");
}

TEST_CASE("a query keeps order, repeats and empty values") {
  const auto query = parse_target("/?a=1&b=two+words&a=%26&c&=d&&")->query;
  REQUIRE(query.size() == 5);
  CHECK(query[0].value == "1");
  CHECK(query[1].value == "two words");
  CHECK((query[2].name == "a" && query[2].value == "&"));
  CHECK((query[3].name == "c" && query[3].value.empty()));
  CHECK((query[4].name.empty() && query[4].value == "d"));
}

TEST_CASE("a target that could be read in two ways is refused") {
  for (const std::string target : {"",
                                   "a",
                                   "*",
                                   "?a=b",
                                   "example.org:80",
                                   "/..",
                                   "/a/../b",
                                   "/a/..",
                                   "/./a",
                                   "/%2e%2e/a",
                                   "/%2E%2e",
                                   "/.%2e/",
                                   "/%",
                                   "/%4",
                                   "/%zz",
                                   "/%00",
                                   "/a%00.html",
                                   "/a\\b",
                                   "/a b",
                                   "/a#b",
                                   "/\x01",
                                   "/\x7f",
                                   "/\xe6\xa4\x9c",
                                   "/%ff",
                                   "/%c0%af",
                                   "/%ed%a0%80",
                                   "/%f4%90%80%80",
                                   "/%e6%a4",
                                   "/?a=%",
                                   "/?a=%00",
                                   "/?%ff=a"}) {
    CAPTURE(target);
    CHECK_FALSE(parse_target(target));
  }
}

}  // namespace
}  // namespace kensho
