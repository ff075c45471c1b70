// Sequential monitoring: MaxSPRT and group-sequential designs.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "stats/menu/document.h"
#include "stats/menu/method_lists.h"
#include "stats/sequential/group_sequential.h"
#include "stats/sequential/maxsprt.h"

namespace kensho::stats {
namespace {

// The looks of a table: cumulative events observed and expected, and the ratio at each.
Result<Json> looks_json(const DataTable& table, const Arguments& arguments, int events_min,
                        double critical_value) {
  const Column& observed = arguments.column("observed");
  const Column& expected = arguments.column("expected");
  const std::vector<const Column*> used = {&observed, &expected};
  const CompleteRows complete = complete_rows(table, used);
  Json looks = Json::array();
  for (const std::size_t row : complete.rows) {
    const double events = observed.values[row];
    const double mean = expected.values[row];
    if (!(events >= 0) || !(mean > 0)) {
      return Error{Errc::invalid_argument,
                   fmt::format("MaxSPRT: row {} has {} events where {} are expected; they must not "
                               "be negative, and some expected",
                               row + 1, events, mean)};
    }
    const double ratio = maxsprt_statistic(events, mean);
    Json look = Json::object();
    look.set("observed", number_json(events)).set("expected", number_json(mean));
    look.set("log_likelihood_ratio", number_json(ratio));
    look.set("signal", events >= events_min && ratio >= critical_value);
    looks.push(std::move(look));
  }
  return looks;
}

Result<Json> run_maxsprt(const DataTable& table, const Arguments& arguments) {
  const MaxSprtDesign design{arguments.number("expected_events"), arguments.integer("events_min"),
                             arguments.number("significance")};
  if (arguments.has("observed") != arguments.has("expected")) {
    return Error{Errc::invalid_argument, "MaxSPRT: the options observed and expected go together"};
  }
  const double critical_value = TRY(maxsprt_critical_value(design));
  Json power = Json::array();
  for (const double ratio : arguments.numbers("rate_ratios")) {
    Json row = Json::object();
    row.set("rate_ratio", number_json(ratio));
    row.set("signal_probability",
            number_json(TRY(maxsprt_signal_probability(design, critical_value, ratio))));
    power.push(std::move(row));
  }
  Json document = Json::object();
  document.set("critical_value", number_json(critical_value)).set("power", std::move(power));
  if (arguments.has("observed")) {
    document.set("looks", TRY(looks_json(table, arguments, design.events_min, critical_value)));
  }
  return document;
}

const std::vector<std::string_view> SPENDING = {"spending_obrien_fleming", "spending_pocock",
                                                "spending_kim_demets",
                                                "spending_hwang_shih_decani"};

std::vector<std::string_view> bound_names() {
  std::vector<std::string_view> names = SPENDING;
  names.insert(names.end(), {"obrien_fleming", "pocock", "wang_tsiatis", "haybittle_peto"});
  return names;
}

Result<GroupSequentialChoice> group_sequential_choice(const Arguments& arguments) {
  GroupSequentialChoice choice;
  choice.information = arguments.numbers("information");
  choice.error_rate = arguments.number("error_rate");
  choice.power = arguments.number("power");
  choice.sides = arguments.text("sides") == "two" ? TestSides::two : TestSides::one;
  if (arguments.has("futility")) choice.futility_z = arguments.numbers("futility");
  if (arguments.text("futility_rule") == "binding") choice.futility = FutilityRule::binding;
  const double parameter = arguments.has("parameter") ? arguments.number("parameter") : 0;
  const std::string& bounds = arguments.text("bounds");
  const auto place =
      static_cast<std::size_t>(std::ranges::find(SPENDING, bounds) - SPENDING.begin());
  if (place >= 2 && bounds != "obrien_fleming" && bounds != "pocock" &&
      !arguments.has("parameter")) {
    return Error{Errc::invalid_argument,
                 fmt::format("group-sequential design: {} needs the option parameter", bounds)};
  }
  choice.parameter = parameter;
  if (place < SPENDING.size()) {
    choice.spending = {static_cast<SpendingShape>(place), parameter};
  } else {
    choice.shape =
        bounds == "haybittle_peto" ? BoundShape::haybittle_peto : BoundShape::wang_tsiatis;
    if (bounds == "obrien_fleming") choice.parameter = 0;
    if (bounds == "pocock") choice.parameter = 0.5;
  }
  return choice;
}

Result<Json> run_group_sequential(const DataTable& /*table*/, const Arguments& arguments) {
  const GroupSequentialChoice choice = TRY(group_sequential_choice(arguments));
  const GroupSequentialBounds bounds = TRY(group_sequential_bounds(choice));
  const GroupSequentialSize size =
      TRY(group_sequential_size(bounds, choice.error_rate, choice.power));
  const StageProbabilities null = stage_probabilities(bounds, 0);
  const StageProbabilities planned = stage_probabilities(bounds, std::sqrt(size.drift));
  Json looks = Json::array();
  for (std::size_t k = 0; k < bounds.information.size(); ++k) {
    Json look = Json::object();
    look.set("information", number_json(bounds.information[k]));
    look.set("efficacy_z", number_json(bounds.efficacy_z[k]));
    look.set("stage_level", number_json(bounds.stage_level[k]));
    look.set("error_spent", number_json(bounds.error_spent[k]));
    look.set("futility_z",
             k < bounds.futility_z.size() ? number_json(bounds.futility_z[k]) : Json(nullptr));
    look.set("efficacy_probability_no_effect", number_json(null.efficacy[k]));
    look.set("efficacy_probability", number_json(planned.efficacy[k]));
    look.set("futility_probability", number_json(planned.futility[k]));
    looks.push(std::move(look));
  }
  Json document = Json::object();
  document.set("looks", std::move(looks));
  document.set("inflation", number_json(size.inflation));
  document.set("expected_size_no_effect", number_json(size.expected_null));
  document.set("expected_size_half_effect", number_json(size.expected_half));
  document.set("expected_size_planned_effect", number_json(size.expected_planned));
  return document;
}

}  // namespace

std::vector<Method> sequential_methods() {
  using enum OptionKind;
  return {
      {.name = "group_sequential",
       .topic = "design",
       .title = "Bounds, spent error and expected size of a trial with interim looks",
       .card = "group_sequential",
       .version = 1,
       .options = {{"information", numbers, "share of the information at each look, the last 1", "",
                    true},
                   {"error_rate", number,
                    "type I error, of both sides together where there are two", "0.025"},
                   {"power", number, "at the planned effect", "0.8"},
                   {"sides", choice, "of the test", "one", false, {"one", "two"}},
                   {"bounds", choice, "what the efficacy bounds follow", "spending_obrien_fleming",
                    false, bound_names()},
                   {"parameter", number,
                    "of Kim-DeMets, Hwang-Shih-DeCani, Wang-Tsiatis; z of "
                    "Haybittle-Peto",
                    ""},
                   {"futility", numbers, "futility bounds on the z scale, one a look but the last",
                    ""},
                   {"futility_rule",
                    choice,
                    "whether crossing one must stop the trial",
                    "non_binding",
                    false,
                    {"non_binding", "binding"}}},
       .run = run_group_sequential},
      {.name = "maxsprt",
       .topic = "safety",
       .title = "Exact critical value and power of continuous monitoring of a count (MaxSPRT)",
       .card = "maxsprt",
       .version = 1,
       .options = {{"expected_events", number, "events expected by the end of monitoring", "",
                    true},
                   {"events_min", integer, "events needed for a signal at least", "1"},
                   {"significance", number, "probability of a signal at the expected rate", "0.05"},
                   {"rate_ratios", numbers, "rate ratios to give the power for", "1.5,2,3"},
                   {"observed", numeric_column, "cumulative events at each look", ""},
                   {"expected", numeric_column, "cumulative events expected at each look", ""}},
       .run = run_maxsprt}};
}

}  // namespace kensho::stats
