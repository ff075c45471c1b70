// Rates, risks and their comparison on a table.
#include <cmath>

#include <fmt/format.h>

#include "stats/menu/document.h"
#include "stats/menu/method_lists.h"
#include "stats/menu/row_groups.h"
#include "stats/safety/incidence_rate.h"
#include "stats/safety/standardisation.h"
#include "stats/safety/two_proportions.h"

namespace kensho::stats {
namespace {

CountInterval count_interval(const std::string& name) {
  if (name == "mid_p") return CountInterval::mid_p;
  if (name == "byar") return CountInterval::byar;
  return name == "log_normal" ? CountInterval::log_normal : CountInterval::exact;
}

RateChoice choice_of(const Arguments& arguments) {
  return {count_interval(arguments.text("interval")), arguments.number("confidence")};
}

Option per_option() {
  return {"per", OptionKind::number, "rates are given for this much time", "1"};
}

Result<double> per_of(const Arguments& arguments) {
  const double per = arguments.number("per");
  if (per > 0) return per;
  return Error{Errc::invalid_argument, "--per must be above 0"};
}

Result<PersonTime> person_time(const Arguments& arguments, std::span<const std::size_t> rows,
                               double per) {
  const std::int64_t events = TRY(count_at(arguments.column("event"), rows));
  return PersonTime{events, sum_at(arguments.column("time"), rows) / per};
}

void set_interval(Json& object, const Interval& interval) {
  object.set("lower", number_json(interval.lower)).set("upper", number_json(interval.upper));
}

Json ratio_json(const RatioEstimate& estimate) {
  Json object = Json::object();
  object.set("ratio", number_json(estimate.ratio)).set("lower", number_json(estimate.lower));
  object.set("upper", number_json(estimate.upper)).set("p_value", estimate.p_value);
  return object;
}

Json difference_json(const DifferenceEstimate& estimate) {
  Json object = Json::object();
  object.set("difference", estimate.difference);
  set_interval(object, estimate.interval);
  return object;
}

Json finished(Json document, const CompleteRows& complete) {
  document.set("rows_left_out", std::uint64_t{complete.left_out});
  return document;
}

// The groups of a comparison: the first is the reference.
Result<std::vector<RowGroup>> two_groups(const Arguments& arguments, const CompleteRows& complete) {
  auto groups = TRY(row_groups(&arguments.column("group"), complete.rows));
  if (groups.size() == 2) return groups;
  return Error{Errc::invalid_argument,
               fmt::format("--group has {} groups; a comparison needs 2", groups.size())};
}

// ---- rates ------------------------------------------------------------------------------------

Result<Json> run_incidence_rate(const DataTable& table, const Arguments& arguments) {
  const Column* group = optional_column(arguments, "group");
  const CompleteRows complete =
      rows_with_all(table, {&arguments.column("event"), &arguments.column("time"), group});
  const double per = TRY(per_of(arguments));
  Json rows = Json::array();
  for (const RowGroup& part : TRY(row_groups(group, complete.rows))) {
    const PersonTime counted = TRY(person_time(arguments, part.rows, per));
    const IncidenceRate rate = TRY(incidence_rate(counted, choice_of(arguments)));
    Json row = Json::object();
    row.set("group", part.label).set("events", counted.events);
    row.set("time", counted.time * per).set("rate", rate.rate);
    set_interval(row, rate.interval);
    row.set("upper_bound_one_sided", rate.upper_bound);
    rows.push(std::move(row));
  }
  return finished(Json::object().set("per", per).set("rates", std::move(rows)), complete);
}

Result<Json> run_rate_ratio(const DataTable& table, const Arguments& arguments) {
  const CompleteRows complete = rows_with_all(
      table, {&arguments.column("event"), &arguments.column("time"), &arguments.column("group")});
  const double per = TRY(per_of(arguments));
  const auto groups = TRY(two_groups(arguments, complete));
  const PersonTime reference = TRY(person_time(arguments, groups[0].rows, per));
  const PersonTime exposed = TRY(person_time(arguments, groups[1].rows, per));
  RateChoice choice = choice_of(arguments);
  const RatioEstimate ratio = TRY(rate_ratio(exposed, reference, choice));
  if (choice.interval == CountInterval::log_normal) choice.interval = CountInterval::exact;
  const DifferenceEstimate difference = TRY(rate_difference(exposed, reference, choice));
  Json document = Json::object();
  document.set("reference", groups[0].label).set("compared", groups[1].label);
  document.set("rate_ratio", ratio_json(ratio));
  document.set("rate_difference", difference_json(difference)).set("per", per);
  return finished(std::move(document), complete);
}

// ---- risks ------------------------------------------------------------------------------------

Result<BinomialCount> proportion_of(const Column& event, std::span<const std::size_t> rows) {
  for (const std::size_t row : rows) {
    if (event.values[row] == 0 || event.values[row] == 1) continue;  // exactly: codes
    return Error{Errc::invalid_argument,
                 fmt::format("column '{}', row {}: give 0 or 1", event.name, row + 1)};
  }
  const std::int64_t successes = TRY(count_at(event, rows));
  return BinomialCount{successes, static_cast<std::int64_t>(rows.size())};
}

Result<Json> run_risk_difference(const DataTable& table, const Arguments& arguments) {
  const Column& event = arguments.column("event");
  const CompleteRows complete = rows_with_all(table, {&event, &arguments.column("group")});
  const auto groups = TRY(two_groups(arguments, complete));
  const BinomialCount control = TRY(proportion_of(event, groups[0].rows));
  const BinomialCount treated = TRY(proportion_of(event, groups[1].rows));
  const std::string& name = arguments.text("interval");
  RiskChoice choice{name == "newcombe" ? RiskInterval::newcombe
                    : name == "wald"   ? RiskInterval::wald
                                       : RiskInterval::score,
                    arguments.number("confidence")};
  const DifferenceEstimate difference = TRY(risk_difference(treated, control, choice));
  if (choice.interval == RiskInterval::newcombe) choice.interval = RiskInterval::score;
  Json rows = Json::array();
  for (const auto& [group, count] :
       {std::pair(groups[0], control), std::pair(groups[1], treated)}) {
    const Proportion risk = TRY(wilson_proportion(count, choice.confidence_level));
    Json row = Json::object();
    row.set("group", group.label).set("events", count.successes).set("subjects", count.trials);
    row.set("risk", risk.estimate);
    set_interval(row, risk.interval);
    rows.push(std::move(row));
  }
  Json document = Json::object();
  document.set("groups", std::move(rows)).set("risk_difference", difference_json(difference));
  document.set("risk_ratio", ratio_json(TRY(risk_ratio(treated, control, choice))));
  document.set("odds_ratio", ratio_json(TRY(odds_ratio(treated, control, choice))));
  document.set("score_test_p_value", TRY(equal_risks_p_value(treated, control)));
  return finished(std::move(document), complete);
}

// ---- standards --------------------------------------------------------------------------------

Result<Json> run_smr(const DataTable& table, const Arguments& arguments) {
  const Column* group = optional_column(arguments, "group");
  const Column& observed = arguments.column("observed");
  const Column& expected = arguments.column("expected");
  const CompleteRows complete = rows_with_all(table, {&observed, &expected, group});
  Json rows = Json::array();
  for (const RowGroup& part : TRY(row_groups(group, complete.rows))) {
    const std::int64_t seen = TRY(count_at(observed, part.rows));
    const double awaited = sum_at(expected, part.rows);
    const StandardisedRatio ratio = TRY(standardised_ratio(seen, awaited, choice_of(arguments)));
    Json row = Json::object();
    row.set("group", part.label).set("observed", seen).set("expected", awaited);
    row.set("ratio", ratio.ratio);
    set_interval(row, ratio.interval);
    row.set("p_value", ratio.p_value).set("chi_square", ratio.chi_square);
    rows.push(std::move(row));
  }
  return finished(Json::object().set("ratios", std::move(rows)), complete);
}

Result<Json> run_direct_standardisation(const DataTable& table, const Arguments& arguments) {
  const Column* group = optional_column(arguments, "group");
  const Column& event = arguments.column("event");
  const Column& time = arguments.column("time");
  const Column& standard = arguments.column("standard");
  const CompleteRows complete = rows_with_all(table, {&event, &time, &standard, group});
  const double per = TRY(per_of(arguments));
  Json rows = Json::array();
  for (const RowGroup& part : TRY(row_groups(group, complete.rows))) {
    const StandardisedRate rate =
        TRY(direct_standardisation(values_at(event, part.rows), values_at(time, part.rows),
                                   values_at(standard, part.rows), arguments.number("confidence")));
    Json row = Json::object();
    row.set("group", part.label).set("strata", std::uint64_t{part.rows.size()});
    row.set("crude_rate", rate.crude * per).set("standardised_rate", rate.standardised * per);
    set_interval(row, {rate.interval.lower * per, rate.interval.upper * per});
    rows.push(std::move(row));
  }
  return finished(Json::object().set("per", per).set("rates", std::move(rows)), complete);
}

Option event_option() {
  return {"event", OptionKind::numeric_column, "events of the row, a whole number", "", true};
}
Option time_option() {
  return {"time", OptionKind::numeric_column, "time at risk of the row", "", true};
}
Option interval_option(std::vector<std::string_view> choices) {
  return {"interval", OptionKind::choice, "kind of confidence interval", choices.front(), false,
          choices};
}

}  // namespace

std::vector<Method> rate_methods() {
  const Option group{"group", OptionKind::column, "groups to give apart", ""};
  const Option compared{"group", OptionKind::column, "two groups; the first is the reference", "",
                        true};
  return {{"direct_standardisation",
           "safety",
           "Rates weighted to the strata of a standard population, with Fay and Feuer's interval",
           "standardisation",
           1,
           {event_option(),
            time_option(),
            {"standard", OptionKind::numeric_column, "size of the row's stratum in the standard",
             "", true},
            group,
            per_option(),
            confidence_option()},
           run_direct_standardisation},
          {"incidence_rate",
           "safety",
           "Events per person-time with exact, mid-P, Byar or log-normal interval",
           "incidence_rate",
           1,
           {event_option(), time_option(), group, per_option(),
            interval_option({"exact", "mid_p", "byar", "log_normal"}), confidence_option()},
           run_incidence_rate},
          {"rate_ratio",
           "safety",
           "Two rates per person-time compared: ratio and difference",
           "incidence_rate",
           1,
           {event_option(), time_option(), compared, per_option(),
            interval_option({"exact", "mid_p", "log_normal"}), confidence_option()},
           run_rate_ratio},
          {"risk_difference",
           "safety",
           "Two proportions compared: risk difference, risk ratio and odds ratio",
           "two_proportions",
           1,
           {{"event", OptionKind::numeric_column, "1 = event, 0 = none", "", true},
            compared,
            interval_option({"score", "newcombe", "wald"}),
            confidence_option()},
           run_risk_difference},
          {"smr",
           "safety",
           "Observed over expected events with exact test and interval",
           "standardisation",
           1,
           {{"observed", OptionKind::numeric_column, "events seen in the row", "", true},
            {"expected", OptionKind::numeric_column, "events expected of the row", "", true},
            group,
            interval_option({"exact", "mid_p", "byar", "log_normal"}),
            confidence_option()},
           run_smr}};
}

}  // namespace kensho::stats
