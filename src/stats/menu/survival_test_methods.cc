// Tests of equal curves on a table: log-rank and its family, Gray.
#include <array>

#include "stats/menu/document.h"
#include "stats/menu/method_lists.h"
#include "stats/menu/survival_columns.h"
#include "stats/survival/gray_k_sample.h"
#include "stats/survival/log_rank.h"
#include "stats/survival/restricted_mean.h"

namespace kensho::stats {
namespace {

Json log_rank_json(const LogRankTest& test, const SurvivalColumns& columns) {
  Json groups = Json::array();
  for (const LogRankGroup& row : test.groups) {
    Json object = Json::object();
    object.set("group", columns.label("group", row.label));
    object.set("subjects", std::uint64_t{row.subjects})
        .set("observed", std::uint64_t{row.observed});
    object.set("expected", row.expected).set("weighted_observed", row.weighted_observed);
    object.set("weighted_expected", row.weighted_expected);
    groups.push(std::move(object));
  }
  Json document = Json::object();
  document.set("groups", std::move(groups)).set("chi_square", test.chi_square);
  document.set("df", test.degrees_of_freedom).set("p_value", test.p_value);
  document.set("rows_left_out", std::uint64_t{columns.left_out()});
  return document;
}

LogRankChoice log_rank_choice(const Arguments& arguments) {
  LogRankChoice choice{.rho = arguments.number("rho"), .gamma = arguments.number("gamma")};
  const std::string& family = arguments.text("weights");
  if (family == "gehan") choice.family = LogRankFamily::gehan;
  if (family == "tarone_ware") choice.family = LogRankFamily::tarone_ware;
  return choice;
}

Result<Json> trend_json(const LogRankTest& test, std::span<const double> scores) {
  const LogRankTrend trend = TRY(log_rank_trend(test, scores));
  Json object = Json::object();
  object.set("score", trend.score).set("variance", trend.variance).set("z", trend.z);
  object.set("p_value", trend.p_value);
  return object;
}

constexpr std::array<std::string_view, 4> log_rank_columns = {"time", "event", "group", "strata"};

Result<Json> run_log_rank(const DataTable& table, const Arguments& arguments) {
  auto columns = SurvivalColumns::make(table, arguments, log_rank_columns);
  std::vector<double> time = columns.numbers("time");
  if (arguments.has("landmark")) {
    const auto later = TRY(landmark_sample(time, arguments.number("landmark")));
    columns.keep(later.rows);
    time = later.time;
  }
  const auto event = TRY(columns.codes("event"));
  const auto group = TRY(columns.codes("group"));
  const auto stratum = TRY(columns.codes("strata"));
  const auto test = TRY(log_rank_test({time, event, group, stratum}, log_rank_choice(arguments)));
  Json document = log_rank_json(test, columns);
  if (arguments.has("trend")) {
    document.set("trend", TRY(trend_json(test, arguments.numbers("trend"))));
  }
  return document;
}

constexpr std::array<std::string_view, 4> gray_columns = {"time", "cause", "group", "strata"};

Result<Json> run_gray_test(const DataTable& table, const Arguments& arguments) {
  const auto columns = SurvivalColumns::make(table, arguments, gray_columns);
  const auto time = columns.numbers("time");
  const auto cause = TRY(columns.codes("cause"));
  const auto group = TRY(columns.codes("group"));
  const auto stratum = TRY(columns.codes("strata"));
  const GrayTest test =
      TRY(gray_test({time, cause, group, stratum},
                    {.cause = arguments.integer("of"), .rho = arguments.number("rho")}));
  Json groups = Json::array();
  for (const GrayTestGroup& row : test.groups) {
    Json object = Json::object();
    object.set("group", columns.label("group", row.label));
    object.set("subjects", std::uint64_t{row.subjects}).set("events", std::uint64_t{row.events});
    object.set("score", row.score);
    groups.push(std::move(object));
  }
  Json document = Json::object();
  document.set("groups", std::move(groups)).set("chi_square", test.chi_square);
  document.set("df", test.degrees_of_freedom).set("p_value", test.p_value);
  document.set("rows_left_out", std::uint64_t{columns.left_out()});
  return document;
}

const Option time_option{"time", OptionKind::numeric_column, "follow-up time", "", true};
const Option group_option{"group", OptionKind::column, "the groups to compare", "", true};
const Option strata_option{"strata", OptionKind::column, "strata within which to compare", ""};

Method log_rank_method() {
  return {.name = "log_rank",
          .topic = "survival",
          .title = "Log-rank test of equal hazards: stratified, weighted, against a trend",
          .card = "log_rank",
          .version = 2,
          .options = {time_option,
                      {"event", OptionKind::numeric_column, "1 = event, 0 = censored", "", true},
                      group_option,
                      strata_option,
                      {"weights",
                       OptionKind::choice,
                       "what an event time counts for",
                       "fleming_harrington",
                       false,
                       {"fleming_harrington", "gehan", "tarone_ware"}},
                      {"rho", OptionKind::number, "weight on early differences: S^rho", "0"},
                      {"gamma", OptionKind::number, "weight on late ones: (1 - S)^gamma", "0"},
                      {"trend", OptionKind::numbers, "a score for each group, in their order", ""},
                      {"landmark", OptionKind::number,
                       "keep who is followed beyond it, and count time from it", ""}},
          .run = run_log_rank};
}

Method gray_test_method() {
  return {.name = "gray_test",
          .topic = "survival",
          .title = "Gray's test of equal cumulative incidence of one cause",
          .card = "gray_test",
          .version = 1,
          .options = {time_option,
                      {"cause", OptionKind::numeric_column, "0 = censored, 1, 2, ... = cause", "",
                       true},
                      group_option,
                      strata_option,
                      {"of", OptionKind::integer, "the cause to compare", "1"},
                      {"rho", OptionKind::number, "weight on early differences", "0"}},
          .run = run_gray_test};
}

}  // namespace

std::vector<Method> survival_test_methods() {
  return {gray_test_method(), log_rank_method()};
}

}  // namespace kensho::stats
