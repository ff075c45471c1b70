// Stratified two by two tables and trends in proportions on a table.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "stats/menu/document.h"
#include "stats/menu/method_lists.h"
#include "stats/regression/mantel_haenszel.h"
#include "stats/regression/trend_in_proportions.h"

namespace kensho::stats {
namespace {

Json common_json(const std::optional<CommonEstimate>& common) {
  if (!common) return nullptr;
  return Json::object()
      .set("estimate", number_json(common->estimate))
      .set("std_error", number_json(common->std_error))
      .set("lower", number_json(common->interval.lower))
      .set("upper", number_json(common->interval.upper));
}

Result<std::vector<int>> zero_or_one(const Column& column, std::span<const std::size_t> rows) {
  const std::vector<int> codes = TRY(codes_at(column, rows));
  const auto wrong = std::ranges::find_if(codes, [](int code) { return code != 0 && code != 1; });
  if (wrong == codes.end()) return codes;
  return Error{
      Errc::invalid_argument,
      fmt::format("column '{}' must hold 0 and 1 (or two levels); it has {}", column.name, *wrong)};
}

/// One table a stratum, in the order of the strata's codes.
std::vector<ExposureTable> tables_of(const std::vector<int>& event, const std::vector<int>& exposed,
                                     const std::vector<int>& stratum) {
  std::map<int, ExposureTable> tables;
  for (std::size_t i = 0; i < event.size(); ++i) {
    ExposureTable& table = tables[stratum[i]];
    double& cell = exposed[i] == 1
                       ? (event[i] == 1 ? table.exposed_events : table.exposed_others)
                       : (event[i] == 1 ? table.unexposed_events : table.unexposed_others);
    cell += 1;
  }
  std::vector<ExposureTable> all;
  for (const auto& [code, table] : tables) all.push_back(table);
  return all;
}

Json mantel_haenszel_json(const MantelHaenszel& fit) {
  Json document = Json::object();
  document.set("odds_ratio", common_json(fit.odds_ratio));
  document.set("risk_ratio", common_json(fit.risk_ratio));
  document.set("risk_difference", common_json(fit.risk_difference));
  document.set("association", chi_square_json(fit.association));
  document.set("association_corrected", chi_square_json(fit.association_corrected));
  document.set("breslow_day", fit.breslow_day ? chi_square_json(*fit.breslow_day) : Json(nullptr));
  document.set("tarone", fit.tarone ? chi_square_json(*fit.tarone) : Json(nullptr));
  Json warnings = Json::array();
  if (!fit.odds_ratio) warnings.push("a product of cells is 0 in every stratum: no odds ratio");
  if (!fit.breslow_day) warnings.push("fewer than two strata tell of homogeneity");
  document.set("warnings", std::move(warnings));
  return document;
}

Result<Json> run_mantel_haenszel(const DataTable& table, const Arguments& arguments) {
  const Column& event = arguments.column("event");
  const Column& exposure = arguments.column("exposure");
  const Column& strata = arguments.column("strata");
  const std::vector<const Column*> used = {&event, &exposure, &strata};
  const CompleteRows complete = complete_rows(table, used);
  const auto events = TRY(zero_or_one(event, complete.rows));
  const auto exposed = TRY(zero_or_one(exposure, complete.rows));
  const auto stratum = TRY(codes_at(strata, complete.rows));
  const auto tables = tables_of(events, exposed, stratum);
  const double level = arguments.number("confidence");

  Json document = mantel_haenszel_json(TRY(mantel_haenszel(tables, level)));
  if (arguments.text("exact") == "yes") {
    const ConditionalOdds exact = TRY(exact_common_odds(tables, level));
    document.set("exact", Json::object()
                              .set("odds_ratio", number_json(exact.odds_ratio))
                              .set("lower", number_json(exact.lower))
                              .set("upper", number_json(exact.upper))
                              .set("p_value", number_json(exact.p_value)));
  }
  document.set("strata", std::uint64_t{tables.size()});
  document.set("rows_left_out", std::uint64_t{complete.left_out});
  return document;
}

// ---- trend ------------------------------------------------------------------------------------

struct Counts {
  double events = 0;
  double trials = 0;
};

Result<Json> run_trend(const DataTable& table, const Arguments& arguments) {
  const Column& event = arguments.column("event");
  const Column& score = arguments.column("score");
  const std::vector<const Column*> used = {&event, &score};
  const CompleteRows complete = complete_rows(table, used);
  const auto events = TRY(zero_or_one(event, complete.rows));
  const auto scores = values_at(score, complete.rows);
  std::map<double, Counts> groups;
  for (std::size_t i = 0; i < events.size(); ++i) {
    groups[scores[i]].events += events[i];
    groups[scores[i]].trials += 1;
  }
  std::vector<double> counts;
  std::vector<double> trials;
  std::vector<double> at;
  Json array = Json::array();
  for (const auto& [value, group] : groups) {
    at.push_back(value);
    counts.push_back(group.events);
    trials.push_back(group.trials);
    array.push(Json::object()
                   .set("score", value)
                   .set("events", group.events)
                   .set("trials", group.trials)
                   .set("proportion", group.events / group.trials));
  }
  const ProportionTrend trend = TRY(proportion_trend(counts, trials, at));
  Json document = Json::object();
  document.set("groups", std::move(array)).set("slope", number_json(trend.slope));
  document.set("trend", chi_square_json(trend.trend)).set("any", chi_square_json(trend.any));
  document.set("departure", chi_square_json(trend.departure));
  document.set("rows_left_out", std::uint64_t{complete.left_out});
  return document;
}

}  // namespace

std::vector<Method> stratified_table_methods() {
  return {{.name = "mantel_haenszel",
           .topic = "regression",
           .title = "Common odds ratio, risk ratio and risk difference of stratified 2 x 2 tables",
           .card = "mantel_haenszel",
           .version = 1,
           .options =
               {{"event", OptionKind::column, "1 = event, 0 = none", "", true},
                {"exposure", OptionKind::column, "1 = exposed, 0 = not", "", true},
                {"strata", OptionKind::column, "strata within which to compare", "", true},
                {"exact", OptionKind::choice, "add the exact analysis", "no", false, {"no", "yes"}},
                confidence_option()},
           .run = run_mantel_haenszel},
          {.name = "trend_in_proportions",
           .topic = "regression",
           .title = "Cochran-Armitage test of a trend in proportions over ordered groups",
           .card = "trend_in_proportions",
           .version = 1,
           .options = {{"event", OptionKind::column, "1 = event, 0 = none", "", true},
                       {"score", OptionKind::column,
                        "dose or rank of the group; levels count from 0", "", true}},
           .run = run_trend}};
}

}  // namespace kensho::stats
