#include "cli/document_text.h"

#include <doctest/doctest.h>

namespace kensho::cli {
namespace {

std::string text_of(std::string_view json) {
  return document_text(parse_json(json).value());
}

TEST_CASE("single values are lines, numbers are rounded to six digits, null is a dash") {
  CHECK(text_of(R"({"p_value": 0.0010177133447241474, "df": 12345678, "converged": true,
                    "upper": null, "at": [1, 2.5]})") ==
        "p_value    0.00101771\n"
        "df         12345678\n"
        "converged  yes\n"
        "upper      -\n"
        "at         1, 2.5\n");
}

TEST_CASE("an array of objects is a table, numbers to the right") {
  CHECK(text_of(R"({"groups": [{"group": "control", "n": 8, "interval": {"lower": 0.5, "upper": 1}},
                               {"group": "b", "n": 120, "interval": {"lower": -0.25, "upper": null}}]})") ==
        "\n"
        "groups\n"
        "  group      n  interval.lower  interval.upper\n"
        "  control    8             0.5               1\n"
        "  b        120           -0.25               -\n");
}

TEST_CASE("a member some rows lack leaves its cell empty") {
  CHECK(text_of(R"({"rows": [{"a": 1}, {"a": 2, "b": 3}]})") ==
        "\n"
        "rows\n"
        "  a  b\n"
        "  1\n"
        "  2  3\n");
}

TEST_CASE("a matrix is rows of numbers, an object a section, a deep array one section an element") {
  CHECK(text_of(R"({"covariance": [[1, -0.5], [-0.5, 100]], "fit": {"iterations": 3},
                    "curves": [{"group": "a", "steps": [{"time": 1}]}]})") ==
        "\n"
        "covariance\n"
        "     1  -0.5\n"
        "  -0.5   100\n"
        "\n"
        "fit\n"
        "  iterations  3\n"
        "\n"
        "curves 1\n"
        "  group  a\n"
        "  steps\n"
        "    time\n"
        "       1\n");
}

TEST_CASE("warnings come last, wherever they stood") {
  CHECK(text_of(R"({"warnings": ["first"], "result": {"p_value": 1, "warnings": ["second"]}})") ==
        "\n"
        "result\n"
        "  p_value  1\n"
        "\n"
        "warning: first\n"
        "warning: second\n");
  CHECK(text_of(R"({"a": 1, "warnings": []})") == "a  1\n");
}

TEST_CASE("wide characters count twice, so that columns stay aligned") {
  CHECK(width_of("abc") == 3);
  CHECK(width_of("é") == 1);
  CHECK(width_of("治療") == 4);
  CHECK(width_of("ｶﾅ") == 2);
  CHECK(text_of(R"({"rows": [{"arm": "治療", "n": 1}, {"arm": "abcdef", "n": 2}]})") ==
        "\n"
        "rows\n"
        "  arm     n\n"
        "  治療    1\n"
        "  abcdef  2\n");
}

}  // namespace
}  // namespace kensho::cli
