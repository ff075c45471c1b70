#include <filesystem>
#include <map>
#include <set>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "stats/menu/method.h"

namespace kensho::stats {
namespace {

bool is_snake_case(std::string_view name) {
  if (name.empty() || name.front() < 'a' || name.front() > 'z' || name.back() == '_') return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool letter = (name[i] >= 'a' && name[i] <= 'z') || (name[i] >= '0' && name[i] <= '9');
    if (!letter && (name[i] != '_' || name[i - 1] == '_')) return false;
  }
  return true;
}

TEST_CASE("every method has its own name in snake case, a topic, a title and a version") {
  std::set<std::string_view> names;
  for (const Method& method : methods()) {
    CAPTURE(std::string(method.name));
    CHECK(names.insert(method.name).second);
    CHECK(is_snake_case(method.name));
    CHECK(is_snake_case(method.topic));
    CHECK_FALSE(method.title.empty());
    CHECK_FALSE(method.title.ends_with('.'));
    CHECK(method.version >= 1);
    CHECK((method.run != nullptr));
    CHECK(find_method(method.name) == &method);
  }
  CHECK_FALSE(names.empty());
  CHECK(find_method("no_such_method") == nullptr);
}

TEST_CASE("every method has its card") {
  for (const Method& method : methods()) {
    CAPTURE(std::string(method.name));
    const auto card = std::filesystem::path(KENSHO_SOURCE_DIR) / "docs" / "methods" /
                      fmt::format("{}.md", method.card);
    CHECK_MESSAGE(std::filesystem::exists(card), card.string());
  }
}

TEST_CASE("methods of one topic stand together, in order of name") {
  std::set<std::string_view> topics;
  const Method* last = nullptr;
  for (const Method& method : methods()) {
    if (last == nullptr || last->topic != method.topic) {
      CHECK(topics.insert(method.topic).second);
    } else {
      CHECK(last->name < method.name);
    }
    last = &method;
  }
}

// A word that is no name of a column, for options that take one.
DataTable no_data() {
  return DataTable::make({{"no column of this name", {0}, {}}}).value();
}

bool takes_columns(const Option& option) {
  return option.kind == OptionKind::column || option.kind == OptionKind::numeric_column ||
         option.kind == OptionKind::columns;
}

void check_option(const Option& option) {
  CHECK_FALSE(option.help.empty());
  CHECK(is_snake_case([&] {
    std::string name(option.name);  // an option may have hyphens where a name has underscores
    for (char& letter : name) letter = letter == '-' ? '_' : letter;
    return name;
  }()));
  CHECK((option.kind == OptionKind::choice) == !option.choices.empty());
  if (option.required) CHECK(option.fallback.empty());
  if (takes_columns(option)) CHECK(option.fallback.empty());
}

TEST_CASE("options have names of their own, and fallbacks their method accepts") {
  const DataTable table = no_data();
  for (const Method& method : methods()) {
    CAPTURE(std::string(method.name));
    std::set<std::string_view> names;
    std::vector<Option> optional;
    for (const Option& option : method.options) {
      CAPTURE(std::string(option.name));
      CHECK(names.insert(option.name).second);
      check_option(option);
      if (!option.required) optional.push_back(option);
    }
    const auto accepted = Arguments::make(optional, {}, table);
    CHECK_MESSAGE(accepted, (accepted ? "" : accepted.error().message));
  }
}

TEST_CASE("arguments are refused with the option, the value and the rule") {
  const std::vector<Option> options = {
      {"time", OptionKind::numeric_column, "follow-up time", "", true},
      {"group", OptionKind::column, "the groups", ""},
      {"by", OptionKind::columns, "more columns", ""},
      {"level", OptionKind::number, "level", "0.95"},
      {"at", OptionKind::numbers, "times", ""},
      {"count", OptionKind::integer, "how many", ""},
      {"ties", OptionKind::choice, "how ties are treated", "efron", false, {"efron", "breslow"}},
      {"formula", OptionKind::formula, "the model", ""}};
  const DataTable table = DataTable::make({{"t", {1, 2}, {}}, {"arm", {0, 1}, {"a", "b"}}}).value();
  const auto refusal = [&](std::map<std::string, std::string> values) {
    values.try_emplace("time", "t");
    const auto made = Arguments::make(options, values, table);
    REQUIRE_FALSE(made);
    return made.error().message;
  };

  CHECK(refusal({{"tme", "t"}}) ==
        "--tme is no option of this method; it has --time, --group, --by, --level, --at, --count, "
        "--ties, --formula");
  CHECK(refusal({{"time", "arm"}}) == "--time 'arm': this column holds words, not numbers");
  CHECK(refusal({{"time", "x"}}) == "--time: no column 'x'; there are: t, arm");
  CHECK(refusal({{"by", "t, x"}}) == "--by: no column 'x'; there are: t, arm");
  CHECK(refusal({{"level", "high"}}) == "--level 'high': give a number");
  CHECK(refusal({{"level", "nan"}}) == "--level 'nan': give a number");
  CHECK(refusal({{"at", "1,,2"}}) == "--at '1,,2': give numbers separated by commas");
  CHECK(refusal({{"count", "1.5"}}) == "--count '1.5': give a whole number");
  CHECK(refusal({{"ties", "exact"}}) == "--ties 'exact': give one of efron, breslow");
  CHECK(
      refusal({{"formula", "~ a b"}}).starts_with("--formula '~ a b': formula '~ a b', position"));
  CHECK(Arguments::make(options, {}, table).error().message == "--time is missing: follow-up time");
}

TEST_CASE("arguments give what was given, or the fallback") {
  const std::vector<Option> options = {{"at", OptionKind::numbers, "times", ""},
                                       {"level", OptionKind::number, "level", "0.95"},
                                       {"by", OptionKind::columns, "columns", ""},
                                       {"none", OptionKind::text, "nothing", ""}};
  const DataTable table = DataTable::make({{"t", {1}, {}}, {"u", {1}, {}}}).value();

  const auto values = Arguments::make(options, {{"at", "1, 2.5,3e1"}, {"by", "t, u"}}, table);

  REQUIRE(values);
  CHECK(values->numbers("at") == std::vector<double>{1, 2.5, 30});
  CHECK(values->number("level") == 0.95);
  CHECK(values->columns("by") == std::vector<std::string>{"t", "u"});
  CHECK_FALSE(values->has("none"));
}

}  // namespace
}  // namespace kensho::stats
