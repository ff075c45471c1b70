#include <doctest/doctest.h>

#include "catalog/eras.h"
#include "catalog/rules.h"
#include "catalog/variables.h"

namespace kensho::catalog {
namespace {

constexpr std::string_view head =
    "format = 1\n[instrument]\nid = \"i\"\nname = {en = \"I\", ja = \"I\"}\nsource = \"s\"\n"
    "licence = \"l\"\n";
constexpr std::string_view variable =
    "[[variable]]\nid = \"v\"\nname = {en = \"V\", ja = \"V\"}\nunit = {en = \"p\", ja = \"p\"}\n"
    "higher_is_better = false\n";

std::string instrument(std::string_view more) {
  return std::string(head) + std::string(variable) + std::string(more);
}

std::string message(std::string_view toml) {
  const auto result = read_instrument(toml, "i.toml");
  return result ? "" : result.error().message;
}

TEST_CASE("every instrument that is built in can be read and has both languages") {
  const auto variables = load_variables();

  REQUIRE(variables);
  CHECK(variables->size() >= 5);
  for (const auto& [id, one] : *variables) {
    CHECK(id == one.id);
    CHECK_FALSE(one.name.ja.empty());
    CHECK_FALSE(one.unit.en.empty());
  }
}

TEST_CASE("the five subscales go from 0 to 100 and higher is better") {
  const auto variables = load_variables();

  REQUIRE(variables);
  for (const char* id : {"koos_pain", "koos_symptoms", "koos_adl", "koos_sport", "koos_qol"}) {
    REQUIRE(variables->contains(id));
    const Variable& one = variables->at(id);
    CHECK(one.min == 0.0);
    CHECK(one.max == 100.0);
    CHECK(one.higher_is_better);
  }
}

TEST_CASE("an instrument file is refused with line, field and rule") {
  CHECK(message(instrument("")) == "");
  CHECK(message(instrument("min = 3\nmax = 3\n")) ==
        "i.toml line 13: 'max' must be greater than min");
  CHECK(message(instrument(variable)) ==
        "i.toml line 13: 'id' is that of another variable of this file");
  CHECK(message(head) == "i.toml line 1: an instrument needs at least one [[variable]]");
  CHECK(message(instrument("[[meaningful_change]]\nvariable = \"w\"\n")) ==
        "i.toml line 13: 'variable' is not a variable of this file");
  CHECK(message(instrument("maximum = 3\n")).starts_with("i.toml line 12: 'maximum' is not known"));
}

TEST_CASE("the eras come oldest first and the last one runs") {
  const auto eras = load_eras();

  REQUIRE(eras);
  REQUIRE(eras->size() == 5);
  CHECK(eras->front().letter == 'M');
  CHECK(eras->back().letter == 'R');
  CHECK(eras->back().first_day.iso() == "2019-05-01");
  CHECK_FALSE(eras->back().last_day);
  CHECK(eras->at(1).last_day->iso() == "1926-12-25");
}

TEST_CASE("eras out of order are refused") {
  const std::string era = "[[era]]\nname = \"a\"\nletter = \"A\"\nyear_one = 1\nfirst_day = ";

  const auto eras = read_eras(era + "2000-01-01\n" + era + "1999-01-01\n", "e.toml");

  REQUIRE_FALSE(eras);
  CHECK(eras.error().message ==
        "e.toml line 10: 'first_day' must lie after that of the era before: oldest era first");
}

TEST_CASE("the rule set has an id, a version and its two parameters") {
  const auto rules = load_rules();

  REQUIRE(rules);
  CHECK(rules->id == "declaration-2025");
  CHECK(rules->version == 1);
  CHECK(rules->registered_before_share_min == 1.0);
  CHECK(rules->same_day_counts);
}

TEST_CASE("a rule set with a share outside (0, 1] is refused") {
  const auto rules = read_rules(
      "format = 1\nid = \"r\"\nversion = 1\nregistered_before_share_min = 1.5\n"
      "same_day_counts = true\n",
      "r.toml");

  REQUIRE_FALSE(rules);
  CHECK(rules.error().message ==
        "r.toml line 4: 'registered_before_share_min' must lie above 0 and not above 1");
}

}  // namespace
}  // namespace kensho::catalog
