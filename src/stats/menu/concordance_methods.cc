// Concordance of a marker, and matched sets, on a table.
#include <cmath>

#include "stats/menu/cox_table.h"
#include "stats/menu/document.h"
#include "stats/menu/method_lists.h"
#include "stats/survival/concordance.h"
#include "stats/survival/conditional_logistic.h"

namespace kensho::stats {
namespace {

// ---- concordance ------------------------------------------------------------------------------

PairWeight weight_of(const std::string& name) {
  if (name == "survival") return PairWeight::survival;
  if (name == "survival_censoring") return PairWeight::survival_censoring;
  if (name == "inverse_censoring") return PairWeight::inverse_censoring;
  return name == "events" ? PairWeight::events : PairWeight::pairs;
}

Json concordance_json(const Concordance& result) {
  Json document = Json::object();
  document.set("concordance", result.concordance).set("std_error", number_json(result.std_error));
  document.set("interval", interval_json(result.interval));
  document.set("concordant", result.concordant).set("discordant", result.discordant);
  document.set("tied_marker", result.tied_marker).set("tied_time", result.tied_time);
  document.set("tied_both", result.tied_both);
  return document;
}

Result<Json> run_concordance(const DataTable& table, const Arguments& arguments) {
  std::vector<const Column*> used;
  for (const std::string_view option :
       {"time", "event", "marker", "start", "strata", "weights", "cluster"}) {
    if (arguments.has(option)) used.push_back(&arguments.column(option));
  }
  const CompleteRows complete = complete_rows(table, used);
  const auto values = [&](std::string_view option) {
    return arguments.has(option) ? values_at(arguments.column(option), complete.rows)
                                 : std::vector<double>{};
  };
  const auto codes = [&](std::string_view option) -> Result<std::vector<int>> {
    if (!arguments.has(option)) return std::vector<int>{};
    return codes_at(arguments.column(option), complete.rows);
  };
  const auto time = values("time");
  const auto event = TRY(codes("event"));
  const auto start = values("start");
  const auto stratum = TRY(codes("strata"));
  const auto weight = values("weights");
  const auto cluster = TRY(codes("cluster"));
  const Matrix none(time.size(), 0);
  const CoxSample sample = TRY(CoxSample::make({.x = none,
                                                .time = time,
                                                .event = event,
                                                .start = start,
                                                .stratum = stratum,
                                                .weight = weight,
                                                .cluster = cluster}));
  ConcordanceChoice choice;
  choice.weight = weight_of(arguments.text("pair_weight"));
  choice.confidence_level = arguments.number("confidence");
  if (arguments.text("direction") == "later") choice.direction = MarkerDirection::later_event;
  if (arguments.has("time_max")) choice.time_max = arguments.number("time_max");
  Json document = concordance_json(TRY(concordance(sample, values("marker"), choice)));
  document.set("rows_left_out", std::uint64_t{complete.left_out});
  return document;
}

std::vector<Option> concordance_options() {
  return {{"time", OptionKind::numeric_column, "end of follow-up", "", true},
          {"event", OptionKind::numeric_column, "1 = event, 0 = censored", "", true},
          {"marker", OptionKind::numeric_column, "the marker to judge", "", true},
          {"direction",
           OptionKind::choice,
           "what a larger marker foretells: an event that comes",
           "earlier",
           false,
           {"earlier", "later"}},
          {"pair_weight",
           OptionKind::choice,
           "how much a pair counts",
           "pairs",
           false,
           {"pairs", "survival", "survival_censoring", "inverse_censoring", "events"}},
          {"time_max", OptionKind::number, "only pairs whose earlier event is not later", ""},
          {"start", OptionKind::numeric_column, "time after which a row is observed", ""},
          {"strata", OptionKind::column, "pairs are compared within strata", ""},
          {"weights", OptionKind::numeric_column, "case weights", ""},
          {"cluster", OptionKind::column, "rows that belong together", ""},
          confidence_option()};
}

// ---- conditional logistic regression ----------------------------------------------------------

Json matched_json(const ConditionalLogistic& result, const std::vector<std::string>& names,
                  double confidence) {
  std::vector<CoefficientRow> rows;
  Json ratios = Json::array();
  for (std::size_t a = 0; a < names.size(); ++a) {
    rows.push_back(coefficient_row(names[a], result.fit.coefficients[a],
                                   std::sqrt(result.fit.covariance(a, a)), confidence));
    Json ratio = Json::object();
    ratio.set("name", names[a]).set("odds_ratio", number_json(std::exp(rows[a].estimate)));
    ratio.set("lower", number_json(std::exp(rows[a].interval.lower)));
    ratio.set("upper", number_json(std::exp(rows[a].interval.upper)));
    ratios.push(std::move(ratio));
  }
  Json document = Json::object();
  document.set("rows", std::uint64_t{result.fit.rows})
      .set("cases", std::uint64_t{result.fit.events});
  document.set("sets", std::uint64_t{result.sets});
  document.set("informative_sets", std::uint64_t{result.informative_sets});
  document.set("coefficients", coefficients_json(rows)).set("odds_ratios", std::move(ratios));
  document.set("log_likelihood_null", number_json(result.fit.log_likelihood_null));
  document.set("log_likelihood", number_json(result.fit.log_likelihood));
  return document;
}

Result<Json> run_matched(const DataTable& table, const Arguments& arguments) {
  const Column& is_case = arguments.column("case");
  const Column& set = arguments.column("set");
  Formula formula = TRY(parse_formula(arguments.text("formula")));
  if (!formula.outcome.empty()) {
    return Error{Errc::invalid_argument, "formula: --case names the outcome; write '~ covariates'"};
  }
  formula.intercept = true;
  const Design design = without_intercept(TRY(design_of(formula, table, {is_case.name, set.name})));
  const auto cases = TRY(codes_at(is_case, design.rows));
  const auto sets = TRY(codes_at(set, design.rows));
  const ConditionalLogistic result = TRY(
      conditional_logistic({.x = design.x, .is_case = cases, .set = sets, .names = design.names}));
  Json document = matched_json(result, design.names, arguments.number("confidence"));
  document.set("rows_left_out", std::uint64_t{table.rows() - design.rows.size()});
  return document;
}

}  // namespace

std::vector<Method> concordance_methods() {
  return {{.name = "concordance",
           .topic = "survival",
           .title = "Concordance of a marker with survival times (Harrell, Uno), with its error",
           .card = "concordance",
           .version = 1,
           .options = concordance_options(),
           .run = run_concordance},
          {.name = "conditional_logistic",
           .topic = "regression",
           .title = "Conditional logistic regression of matched cases and controls, exact",
           .card = "conditional_logistic",
           .version = 1,
           .options = {{"case", OptionKind::numeric_column, "1 = case, 0 = control", "", true},
                       {"set", OptionKind::column, "the matched set", "", true},
                       {"formula", OptionKind::formula, "covariates: ~ exposed + age", "", true},
                       confidence_option()},
           .run = run_matched}};
}

}  // namespace kensho::stats
