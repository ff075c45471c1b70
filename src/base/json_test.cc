#include "base/json.h"

#include <filesystem>

#include <doctest/doctest.h>

#include "base/canonical_json.h"
#include "base/file.h"

namespace kensho {
namespace {

namespace fs = std::filesystem;

TEST_CASE("a number keeps the text it was written with") {
  const Json parsed = parse_json(R"({"dose": 1.50, "count": 9007199254740993})").value();

  CHECK(parsed.find("dose")->if_number()->text == "1.50");
  CHECK(to_json_text(parsed) == R"({"dose":1.50,"count":9007199254740993})");
}

TEST_CASE("what is not JSON is refused with its line and column") {
  const struct {
    const char* text;
    const char* message;
  } rows[] = {
      {"", "JSON line 1 column 1: a value is missing"},
      {"{\"a\":1,\n \"a\":2}", "JSON line 2 column 5: a member name stands twice in one object"},
      {"[1,]", "JSON line 1 column 4: not a JSON value"},
      {"[1] 2", "JSON line 1 column 5: text after the end of the document"},
      {"\"\\ud800\"", "JSON line 1 column 8: a lone surrogate in a string"},
      {"01", "JSON line 1 column 2: text after the end of the document"},
      {"\"\xC0\xAF\"", "JSON line 1 column 2: bad UTF-8"},
      {"NaN", "JSON line 1 column 1: not a JSON value"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    CHECK(parse_json(row.text).error().message == row.message);
  }
}

TEST_CASE("depth is bounded") {
  const std::string deep(200, '[');
  CHECK(parse_json(deep).error().code == Errc::invalid_argument);
}

TEST_CASE("a parsed value remembers its line") {
  CHECK(parse_json("{\n\"a\":\n 1}").value().find("a")->line() == 3);
}

TEST_CASE("canonical text equals the published pairs of RFC 8785") {
  const fs::path folder = fs::path(KENSHO_SOURCE_DIR) / "tests/reference/json";
  int pairs = 0;
  for (const auto& file : fs::directory_iterator(folder / "input")) {
    CAPTURE(file.path().string());
    const std::string expected = read_file(folder / "output" / file.path().filename()).value();
    const Json parsed = parse_json(read_file(file.path()).value()).value();
    CHECK(canonical_json(parsed).value() == expected);
    ++pairs;
  }
  CHECK(pairs == 6);
}

TEST_CASE("numbers take the ECMAScript text") {
  const struct {
    double value;
    const char* text;
  } rows[] = {{0, "0"},
              {-0.0, "0"},
              {1e21, "1e+21"},
              {1e20, "100000000000000000000"},
              {1e-6, "0.000001"},
              {1e-7, "1e-7"},
              {333333333.33333329, "333333333.3333333"},
              {4.50, "4.5"},
              {-2e-3, "-0.002"},
              {123456, "123456"},
              {1.5e300, "1.5e+300"}};
  for (const auto& row : rows) CHECK(ecmascript_number(row.value).value() == row.text);
  CHECK(canonical_json(parse_json("1e400").value()).error().code == Errc::invalid_argument);
}

}  // namespace
}  // namespace kensho
