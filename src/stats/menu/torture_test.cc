// Every method of the menu on data that no method likes: it may refuse, it may not break.
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/rng.h"
#include "stats/menu/method.h"

namespace kensho::stats {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

using Columns = std::map<std::string, Column>;

Column& column(Columns& columns, const std::string& name) {
  return columns.at(name);
}

void fill(Columns& columns, const std::string& name,
          const std::function<double(std::size_t)>& value) {
  std::vector<double>& values = column(columns, name).values;
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = value(i);
}

// Plain data: a little of everything, with a column for every kind of option.
Columns plain(std::size_t rows, Rng& rng) {
  Columns columns;
  const auto add = [&](const std::string& name, std::vector<std::string> levels, auto value) {
    Column made{name, {}, std::move(levels)};
    for (std::size_t i = 0; i < rows; ++i) made.values.push_back(value(i));
    columns[name] = std::move(made);
  };
  add("time", {}, [&](std::size_t) { return 1 + std::floor(20 * rng.uniform()); });
  add("event", {}, [&](std::size_t) { return rng.uniform() < 0.6 ? 1.0 : 0.0; });
  add("cause", {}, [&](std::size_t) { return std::floor(3 * rng.uniform()); });
  add("binary", {}, [&](std::size_t) { return rng.uniform() < 0.5 ? 1.0 : 0.0; });
  add("count", {}, [&](std::size_t) { return std::floor(8 * rng.uniform()); });
  add("total", {}, [&](std::size_t) { return 8 + std::floor(8 * rng.uniform()); });
  add("exposure", {}, [&](std::size_t) { return 0.5 + rng.uniform(); });
  add("score", {}, [&](std::size_t) { return 10 * rng.uniform(); });
  add("x", {}, [&](std::size_t) { return rng.uniform() - 0.5; });
  add("z", {}, [&](std::size_t) { return rng.uniform(); });
  add("weight", {}, [&](std::size_t) { return 1 + std::floor(2 * rng.uniform()); });
  add("group", {"a", "b"}, [](std::size_t i) { return static_cast<double>(i % 2); });
  add("arm", {"a", "b", "c"}, [](std::size_t i) { return static_cast<double>(i % 3); });
  add("visit", {"v1", "v2", "v3"}, [](std::size_t i) { return static_cast<double>(i % 3); });
  std::vector<std::string> subjects;
  for (std::size_t i = 0; i <= rows / 3; ++i) subjects.push_back(fmt::format("s{}", i));
  add("subject", subjects, [](std::size_t i) { return static_cast<double>(i / 3); });
  return columns;
}

struct Torture {
  const char* name;
  std::size_t rows;
  std::function<void(Columns&)> twist;
};

void scale_numbers(Columns& columns, double factor) {
  for (auto& [name, one] : columns) {
    if (one.categorical()) continue;
    for (double& value : one.values) value *= factor;
  }
}

void blank(Columns& columns, std::size_t every) {
  for (auto& [name, one] : columns) {
    for (std::size_t i = 0; i < one.values.size(); i += every) one.values[i] = missing;
  }
}

const Torture plain_data = {"plain", 36, [](Columns&) {}};

// Too little, too equal, too well told apart.
const std::vector<Torture>& degenerate() {
  static const std::vector<Torture> all = {
      {"one row", 1, [](Columns&) {}},
      {"two rows", 2, [](Columns&) {}},
      {"one subject", 3, [](Columns&) {}},
      {"all tied", 36,
       [](Columns& columns) {
         fill(columns, "time", [](std::size_t) { return 5.0; });
         fill(columns, "score", [](std::size_t) { return 5.0; });
       }},
      {"constant", 36,
       [](Columns& columns) {
         for (const char* name : {"x", "z", "score", "count", "total", "exposure", "binary"}) {
           fill(columns, name, [](std::size_t) { return 1.0; });
         }
       }},
      {"all zero", 36,
       [](Columns& columns) {
         for (auto& [name, one] : columns) {
           if (!one.categorical()) fill(columns, name, [](std::size_t) { return 0.0; });
         }
       }},
      {"no event", 36,
       [](Columns& columns) {
         for (const char* name : {"event", "cause", "binary", "count"}) {
           fill(columns, name, [](std::size_t) { return 0.0; });
         }
       }},
      {"one event", 36,
       [](Columns& columns) {
         for (const char* name : {"event", "cause", "binary", "count"}) {
           fill(columns, name, [](std::size_t i) { return i == 7 ? 1.0 : 0.0; });
         }
       }},
      {"separated", 36,
       [](Columns& columns) {
         for (const char* name : {"event", "binary", "x"}) {
           fill(columns, name, [](std::size_t i) { return i % 2 == 0 ? 1.0 : 0.0; });
         }
       }},
      {"monotone likelihood", 36,
       [](Columns& columns) {
         fill(columns, "time", [](std::size_t i) { return 1.0 + static_cast<double>(i); });
         fill(columns, "x", [](std::size_t i) { return -static_cast<double>(i); });
         fill(columns, "event", [](std::size_t) { return 1.0; });
       }},
      {"collinear", 36,
       [](Columns& columns) {
         const std::vector<double> x = column(columns, "x").values;
         fill(columns, "z", [&](std::size_t i) { return 2 * x[i] + 1; });
         fill(columns, "score", [&](std::size_t i) { return 3 * x[i]; });
       }},
      {"one group", 36,
       [](Columns& columns) {
         for (const char* name : {"group", "arm", "visit"}) {
           fill(columns, name, [](std::size_t) { return 0.0; });
         }
       }},
      {"each its own stratum", 36,
       [](Columns& columns) {
         Column& visit = column(columns, "visit");
         visit.levels = column(columns, "subject").levels;
         for (std::size_t i = 0; i < visit.values.size(); ++i) {
           visit.values[i] = static_cast<double>(i % visit.levels.size());
         }
       }},
  };
  return all;
}

// Values at the edge of what numbers can say, or no values.
const std::vector<Torture>& extreme() {
  static const std::vector<Torture> all = {
      {"zero weights", 36,
       [](Columns& columns) { fill(columns, "weight", [](std::size_t) { return 0.0; }); }},
      {"huge", 36, [](Columns& columns) { scale_numbers(columns, 1e15); }},
      {"enormous", 36, [](Columns& columns) { scale_numbers(columns, 1e60); }},
      {"tiny", 36, [](Columns& columns) { scale_numbers(columns, 1e-15); }},
      {"vanishing", 36, [](Columns& columns) { scale_numbers(columns, 1e-60); }},
      {"negative", 36, [](Columns& columns) { scale_numbers(columns, -1); }},
      {"huge linear predictor", 36,
       [](Columns& columns) {
         fill(columns, "x", [](std::size_t i) { return 1e6 * std::sin(static_cast<double>(i)); });
       }},
      {"all missing", 36, [](Columns& columns) { blank(columns, 1); }},
      {"half missing", 36, [](Columns& columns) { blank(columns, 2); }},
  };
  return all;
}

std::vector<Torture> tortures() {
  std::vector<Torture> all = {plain_data};
  all.insert(all.end(), degenerate().begin(), degenerate().end());
  all.insert(all.end(), extreme().begin(), extreme().end());
  return all;
}

template <class Value>
const Value& pick(const std::vector<Value>& values, Rng& rng) {
  return values[static_cast<std::size_t>(rng.uniform() * static_cast<double>(values.size()))];
}

std::string random_column(const Option& option, Rng& rng) {
  static const std::vector<std::string> numeric = {"time",  "event", "cause",    "binary",
                                                   "count", "total", "exposure", "score",
                                                   "x",     "z",     "weight"};
  static const std::vector<std::string> any = {"time", "event", "cause", "count",   "score", "x",
                                               "z",    "group", "arm",   "subject", "visit"};
  return pick(option.kind == OptionKind::numeric_column ? numeric : any, rng);
}

// The column that an option of this name asks for, mostly; any other now and then.
std::string column_for(const Option& option, Rng& rng) {
  static const std::map<std::string_view, std::string> usual = {
      {"time", "time"},       {"event", "event"},    {"cause", "cause"},
      {"group", "group"},     {"strata", "visit"},   {"stratum", "visit"},
      {"subject", "subject"}, {"visit", "visit"},    {"cluster", "subject"},
      {"weight", "weight"},   {"weights", "weight"}, {"exposure", "exposure"},
      {"events", "count"},    {"total", "total"},    {"value", "score"},
      {"outcome", "score"}};
  const auto found = usual.find(option.name);
  return found == usual.end() || rng.uniform() < 0.15 ? random_column(option, rng) : found->second;
}

std::string value_for(const Option& option, Rng& rng) {
  static const std::vector<std::string> formulas = {
      "score ~ group + x", "score ~ x + z", "binary ~ x + z",   "count ~ group*x",
      "score ~ arm*visit", "event ~ x",     "score ~ ns(x, 3)", "arm ~ x + z",
      "score ~ 1",         "~ group + x",   "~ x + z",          "score ~ visit + log(exposure)"};
  static const std::vector<std::string> numbers = {"0", "0.5", "0.95", "1", "2", "-1", "1e9"};
  switch (option.kind) {
    case OptionKind::column:
    case OptionKind::numeric_column:
      return column_for(option, rng);
    case OptionKind::columns:
      return column_for(option, rng) + "," + random_column(option, rng);
    case OptionKind::choice:
      return std::string(pick(option.choices, rng));
    case OptionKind::formula:
      return pick(formulas, rng);
    case OptionKind::number:
      return pick(numbers, rng);
    case OptionKind::probability:
      return pick<std::string>({"0.001", "0.5", "0.9", "0.999999999999"}, rng);
    case OptionKind::numbers:
      return pick(numbers, rng) + "," + pick(numbers, rng);
    case OptionKind::integer:
      return pick<std::string>({"0", "1", "2", "5", "20"}, rng);
    case OptionKind::text:
      return pick<std::string>({"x=1,z=0.5", "group=a,x=0.1", "x=1", "a"}, rng);
  }
  return "";
}

std::map<std::string, std::string> random_request(const Method& method, Rng& rng) {
  std::map<std::string, std::string> request;
  for (const Option& option : method.options) {
    const double chance = option.fallback.empty() ? 0.5 : 0.2;
    if (option.required || rng.uniform() < chance) {
      request[std::string(option.name)] = value_for(option, rng);
    }
  }
  return request;
}

DataTable table_of(const Torture& torture, Rng& rng) {
  Columns columns = plain(torture.rows, rng);
  torture.twist(columns);
  std::vector<Column> list;
  for (auto& [name, one] : columns) list.push_back(std::move(one));
  return DataTable::make(std::move(list)).value();
}

std::string told(const std::map<std::string, std::string>& request) {
  std::string line;
  for (const auto& [name, value] : request) line += fmt::format(" --{} '{}'", name, value);
  return line;
}

bool has_null(const Json& value) {
  return value.is_null() || std::ranges::any_of(value.items(), has_null) ||
         std::ranges::any_of(value.members(),
                             [](const Json::Member& member) { return has_null(member.value); });
}

// A refusal says something; a result that lacks a number says so.
void check_answer(const Result<Json>& answer) {
  if (!answer) {
    CHECK_FALSE(answer.error().message.empty());
    CHECK_MESSAGE(answer.error().message.find("nan") == std::string::npos, answer.error().message);
    return;
  }
  const Json* warnings = answer->find("warnings");
  const bool explained = warnings != nullptr && !warnings->items().empty();
  CHECK_MESSAGE((!has_null(*answer) || explained), to_json_text(*answer).substr(0, 1500));
}

TEST_CASE("no method breaks on data that no method likes") {
  constexpr int requests = 12;
  const std::vector<Torture> all = tortures();
  std::map<std::string_view, int> answered;
  std::string silent;
  for (const Method& method : methods()) {
    for (std::size_t t = 0; t < all.size(); ++t) {
      const Torture& torture = all[t];
      Rng rng(20'261'122, t);
      const DataTable table = table_of(torture, rng);
      for (int k = 0; k < requests; ++k) {
        const auto request = random_request(method, rng);
        CAPTURE(std::string(torture.name));
        CAPTURE(fmt::format("{}{}", method.name, told(request)));
        const auto arguments = Arguments::make(method.options, request, table);
        if (!arguments) continue;
        const Result<Json> answer = answer_of(method, table, *arguments);
        check_answer(answer);
        if (answer) ++answered[method.name];
      }
    }
    if (!answered.contains(method.name)) silent += fmt::format(" {}", method.name);
  }
  INFO("methods that refused every request:", silent);
  CHECK(answered.size() + 3 >= methods().size());  // else the requests are not worth much
}

// Matched pairs: as many strata as half the rows, each with a quick and a slow subject.
DataTable fifty_thousand_pairs() {
  constexpr std::size_t pairs = 50'000;
  Rng rng(20'261'122, 2'000);
  Columns columns = plain(2 * pairs, rng);
  fill(columns, "event", [](std::size_t) { return 1.0; });
  fill(columns, "time", [&rng](std::size_t) { return rng.uniform(); });  // no ties
  Column& pair = column(columns, "subject");
  pair.levels.clear();
  for (std::size_t i = 0; i < pairs; ++i) pair.levels.push_back(fmt::format("p{}", i));
  fill(columns, "subject", [](std::size_t i) { return static_cast<double>(i / 2); });
  std::vector<Column> list;
  for (auto& [name, one] : columns) list.push_back(std::move(one));
  return DataTable::make(std::move(list)).value();
}

TEST_CASE("fifty thousand strata are no trouble") {
  const DataTable table = fifty_thousand_pairs();
  const auto answer = [&](const char* name, const std::map<std::string, std::string>& request) {
    const Method& method = *find_method(name);
    const auto arguments = Arguments::make(method.options, request, table);
    REQUIRE_MESSAGE(arguments, (arguments ? "" : arguments.error().message));
    const Result<Json> result = answer_of(method, table, *arguments);
    REQUIRE_MESSAGE(result, (result ? "" : result.error().message));
    check_answer(result);
    return *result;
  };

  const Json log_rank =
      answer("log_rank",
             {{"time", "time"}, {"event", "event"}, {"group", "group"}, {"strata", "subject"}});
  const Json cox = answer(
      "cox", {{"time", "time"}, {"event", "event"}, {"formula", "~ group"}, {"strata", "subject"}});

  // Without ties the score test of the Cox model is the log-rank test.
  CHECK(std::stod(log_rank.find("chi_square")->if_number()->text) ==
        doctest::Approx(std::stod(cox.find("score_test")->find("chi_square")->if_number()->text))
            .epsilon(1e-9));
}

}  // namespace
}  // namespace kensho::stats
