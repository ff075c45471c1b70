// Competing risks and multi-state models on a table.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "stats/design/design_matrix.h"
#include "stats/menu/document.h"
#include "stats/menu/method_lists.h"
#include "stats/menu/survival_columns.h"
#include "stats/survival/aalen_johansen.h"
#include "stats/survival/fine_gray.h"
#include "stats/survival/multi_state.h"

namespace kensho::stats {
namespace {

// ---- cumulative incidence -----------------------------------------------------------------------

Json incidence_json(const IncidenceReading& reading) {
  Json causes = Json::array();
  for (std::size_t k = 0; k < reading.causes.size(); ++k) {
    Json object = Json::object();
    object.set("cause", std::uint64_t{k + 1}).set("incidence", reading.causes[k].incidence);
    object.set("std_error", reading.causes[k].std_error);
    object.set("interval", interval_json(reading.causes[k].interval));
    causes.push(std::move(object));
  }
  Json object = Json::object();
  object.set("time", reading.time).set("at_risk", std::uint64_t{reading.at_risk});
  object.set("event_free", reading.survival).set("causes", std::move(causes));
  return object;
}

constexpr std::array<std::string_view, 3> incidence_columns = {"time", "cause", "group"};

Result<Json> run_cumulative_incidence(const DataTable& table, const Arguments& arguments) {
  const auto columns = SurvivalColumns::make(table, arguments, incidence_columns);
  const auto time = columns.numbers("time");
  const auto cause = TRY(columns.codes("cause"));
  const int causes = cause.empty() ? 1 : std::max(std::ranges::max(cause), 1);
  const IncidenceIntervalChoice choice{arguments.text("variance") == "jackknife"
                                           ? IncidenceVariance::infinitesimal_jackknife
                                           : IncidenceVariance::aalen,
                                       arguments.number("confidence")};
  const auto group_rows = TRY(columns.groups("group"));
  Json groups = Json::array();
  for (const auto& [code, rows] : group_rows) {
    const auto curves = TRY(aalen_johansen(at_places(time, rows), at_places(cause, rows), causes));
    std::vector<double> times;
    for (const IncidenceStep& step : curves.steps) times.push_back(step.time);
    if (arguments.has("times")) times = arguments.numbers("times");
    Json readings = Json::array();
    for (const auto& reading : TRY(read_incidence(curves, times, choice))) {
      readings.push(incidence_json(reading));
    }
    Json object = Json::object();
    object.set("group", columns.label("group", code)).set("rows", std::uint64_t{rows.size()});
    object.set("at_times", std::move(readings));
    groups.push(std::move(object));
  }
  Json document = Json::object();
  document.set("groups", std::move(groups));
  document.set("rows_left_out", std::uint64_t{columns.left_out()});
  return document;
}

// ---- Fine-Gray ----------------------------------------------------------------------------------

// The design without its column of ones, which this model has no use for.
Result<Design> covariates_of(const DataTable& table, const Arguments& arguments) {
  Formula formula = TRY(parse_formula(arguments.text("formula")));
  formula.intercept = true;  // so that factors lose their reference level
  Design design = TRY(
      design_of(formula, table, {arguments.column("time").name, arguments.column("cause").name}));
  const std::size_t first = design.names.empty() || design.names[0] != "(Intercept)" ? 0 : 1;
  Matrix x(design.x.rows(), design.x.columns() - first);
  for (std::size_t j = 0; j < x.columns(); ++j) {
    std::ranges::copy(design.x.column(j + first), x.column(j).begin());
  }
  design.x = std::move(x);
  design.names.erase(design.names.begin(),
                     design.names.begin() + static_cast<std::ptrdiff_t>(first));
  if (!design.names.empty()) return design;
  return Error{Errc::invalid_argument, "Fine-Gray: the formula has no covariate"};
}

Result<Json> run_fine_gray(const DataTable& table, const Arguments& arguments) {
  const Design design = TRY(covariates_of(table, arguments));
  const auto time = values_at(arguments.column("time"), design.rows);
  const auto cause = TRY(codes_at(arguments.column("cause"), design.rows));
  const FineGrayFit fit =
      TRY(fine_gray({time, cause}, design.x, {.cause = arguments.integer("of")}, design.names));
  const double confidence = arguments.number("confidence");
  TRY(normal_multiplier(confidence));
  std::vector<CoefficientRow> rows;
  for (std::size_t j = 0; j < design.names.size(); ++j) {
    rows.push_back(coefficient_row(design.names[j], fit.coefficients[j],
                                   std::sqrt(fit.covariance(j, j)), confidence));
  }
  Json document = Json::object();
  document.set("subjects", std::uint64_t{fit.subjects}).set("events", std::uint64_t{fit.events});
  document.set("competing_events", std::uint64_t{fit.competing_events});
  document.set("censored", std::uint64_t{fit.censored});
  document.set("coefficients", coefficients_json(rows));
  document.set("subdistribution_hazard_ratios", ratios_json(rows, "hazard_ratio"));
  document.set("covariance", matrix_json(fit.covariance));
  document.set("log_likelihood", fit.log_likelihood);
  document.set("log_likelihood_null", fit.log_likelihood_null);
  document.set("iterations", fit.iterations);
  document.set("rows_left_out", std::uint64_t{table.rows() - design.rows.size()});
  return document;
}

// ---- multi-state --------------------------------------------------------------------------------

Json row_of(std::span<const double> values, std::size_t row, std::size_t size) {
  return numbers_json(values.subspan(row * size, size));
}

Json transition_json(const TransitionProbabilities& probabilities, double time) {
  const std::size_t states = probabilities.state_count;
  const auto after = std::ranges::upper_bound(probabilities.steps, time, {}, &TransitionStep::time);
  TransitionStep step{time, std::vector<double>(states * states),
                      std::vector<double>(states * states)};
  for (std::size_t i = 0; i < states; ++i) step.probability[i * states + i] = 1;
  if (after != probabilities.steps.begin()) step = *std::prev(after);
  Json rows = Json::array();
  Json errors = Json::array();
  for (std::size_t i = 0; i < states; ++i) {
    rows.push(row_of(step.probability, i, states));
    errors.push(row_of(step.std_error, i, states));
  }
  Json object = Json::object();
  object.set("time", time).set("probability", std::move(rows));
  object.set("std_error", std::move(errors));
  return object;
}

Json occupation_json(const StateOccupation& occupation, double time) {
  const auto after = std::ranges::upper_bound(occupation.steps, time, {}, &OccupationStep::time);
  Json object = Json::object();
  object.set("time", time);
  if (after == occupation.steps.begin()) {
    return std::move(
        object.set("probability", numbers_json(occupation.initial)).set("std_error", Json()));
  }
  object.set("probability", numbers_json(std::prev(after)->probability));
  object.set("std_error", numbers_json(std::prev(after)->std_error));
  return object;
}

constexpr std::array<std::string_view, 5> state_columns = {"start", "time", "from", "to",
                                                           "subject"};

Result<Json> run_multi_state(const DataTable& table, const Arguments& arguments) {
  const auto columns = SurvivalColumns::make(table, arguments, state_columns);
  const auto start = columns.numbers("start");
  const auto stop = columns.numbers("time");
  const auto from = TRY(columns.codes("from"));
  const auto to = TRY(columns.codes("to"));
  const auto subject = TRY(columns.codes("subject"));
  if (from.empty()) return Error{Errc::invalid_argument, "multi-state: there is no complete row"};
  const int states = std::max(std::ranges::max(from), std::ranges::max(to)) + 1;
  const StateRows rows{start, stop, from, to, subject, states};
  const auto variance = arguments.text("variance") == "aalen" ? TransitionVariance::aalen
                                                              : TransitionVariance::greenwood;
  const auto probabilities =
      TRY(transition_probabilities(rows, {arguments.number("since"), variance}));
  const auto occupation = TRY(state_occupation(rows));
  const auto times = arguments.numbers("times");

  Json transitions = Json::array();
  Json occupations = Json::array();
  for (const double time : times) {
    transitions.push(transition_json(probabilities, time));
    occupations.push(occupation_json(occupation, time));
  }
  Json document = Json::object();
  document.set("states", states).set("since", arguments.number("since"));
  document.set("transition_probabilities", std::move(transitions));
  document.set("state_occupation", std::move(occupations));
  if (arguments.has("horizon")) {
    const auto expected = TRY(expected_time_in_states(occupation, arguments.number("horizon")));
    document.set("expected_time_in_states", numbers_json(expected));
  }
  document.set("rows_left_out", std::uint64_t{columns.left_out()});
  return document;
}

// ---- their places on the menu -------------------------------------------------------------------

const Option time_option{"time", OptionKind::numeric_column, "follow-up time", "", true};
const Option cause_option{"cause", OptionKind::numeric_column, "0 = censored, 1, 2, ... = cause",
                          "", true};

Method cumulative_incidence_method() {
  return {.name = "cumulative_incidence",
          .topic = "survival",
          .title = "Cumulative incidence of competing causes (Aalen-Johansen)",
          .card = "aalen_johansen",
          .version = 1,
          .options = {time_option,
                      cause_option,
                      {"group", OptionKind::column, "one set of curves for each value of it", ""},
                      {"times", OptionKind::numbers, "where to read; without it, every step", ""},
                      {"variance",
                       OptionKind::choice,
                       "of counting processes, or the infinitesimal jackknife",
                       "aalen",
                       false,
                       {"aalen", "jackknife"}},
                      confidence_option()},
          .run = run_cumulative_incidence};
}

Method fine_gray_method() {
  return {.name = "fine_gray",
          .topic = "survival",
          .title = "Fine-Gray regression of the cumulative incidence of one cause",
          .card = "fine_gray",
          .version = 1,
          .options = {time_option,
                      cause_option,
                      {"formula", OptionKind::formula, "covariates: ~ age + arm", "", true},
                      {"of", OptionKind::integer, "the cause to model", "1"},
                      confidence_option()},
          .run = run_fine_gray};
}

Method multi_state_method() {
  return {.name = "multi_state",
          .topic = "survival",
          .title = "Transition probabilities and state occupation of a multi-state model",
          .card = "multi_state",
          .version = 1,
          .options = {{"start", OptionKind::numeric_column, "start of the row", "", true},
                      {"time", OptionKind::numeric_column, "end of the row", "", true},
                      {"from", OptionKind::column, "state during the row, from 0", "", true},
                      {"to", OptionKind::column, "state after it; the same = last seen there", "",
                       true},
                      {"subject", OptionKind::column, "the rows of one subject share it", "", true},
                      {"times", OptionKind::numbers, "times at which to read", "", true},
                      {"since", OptionKind::number, "from when transitions are predicted", "0"},
                      {"horizon", OptionKind::number, "for the expected time in each state", ""},
                      {"variance",
                       OptionKind::choice,
                       "of the transition probabilities",
                       "greenwood",
                       false,
                       {"greenwood", "aalen"}}},
          .run = run_multi_state};
}

}  // namespace

std::vector<Method> competing_risks_methods() {
  return {cumulative_incidence_method(), fine_gray_method(), multi_state_method()};
}

}  // namespace kensho::stats
