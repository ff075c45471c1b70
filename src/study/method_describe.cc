// Descriptive tables: who was treated, how a measure changed, what went wrong.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "stats/describe/proportion.h"
#include "stats/describe/summary.h"
#include "stats/dist/distributions.h"
#include "study/completeness.h"
#include "study/groups.h"
#include "study/method_list.h"

namespace kensho::study {
namespace {

std::optional<double> as_number(const std::string& text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, value);
  if (problem != std::errc{} || stop != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

/// The values of one characteristic or baseline measure; missing ones left out.
std::vector<std::string> baseline_texts(const Group& group, const std::string& variable) {
  std::vector<std::string> texts;
  for (const Case* participant : group.cases) {
    const auto found = participant->baseline.find(variable);
    if (found != participant->baseline.end()) {
      texts.push_back(found->second);
    } else if (const auto measured = baseline_measurement(*participant, variable)) {
      texts.push_back(to_json_text(Json(measured->value)));
    }
  }
  return texts;
}

Result<Json> numeric_json(const std::vector<double>& values) {
  const stats::Summary summary = TRY(stats::summarize(values));
  return Json::object()
      .set("kind", "number")
      .set("mean", summary.mean)
      .set("standard_deviation", optional_json(summary.standard_deviation))
      .set("minimum", summary.minimum)
      .set("first_quartile", summary.first_quartile)
      .set("median", summary.median)
      .set("third_quartile", summary.third_quartile)
      .set("maximum", summary.maximum);
}

Json codes_json(const std::vector<std::string>& texts) {
  std::map<std::string, int> counts;
  for (const std::string& text : texts) ++counts[text];
  Json levels = Json::array();
  for (const auto& [code, count] : counts) {
    levels.push(Json::object().set("code", code).set("count", count));
  }
  return Json::object().set("kind", "code").set("levels", std::move(levels));
}

Result<Json> variable_json(const Group& group, const std::string& variable) {
  const std::vector<std::string> texts = baseline_texts(group, variable);
  std::vector<double> numbers;
  for (const std::string& text : texts) {
    if (const auto number = as_number(text)) numbers.push_back(*number);
  }
  const bool numeric = !texts.empty() && numbers.size() == texts.size();
  Json out = numeric ? TRY(numeric_json(numbers)) : codes_json(texts);
  out.set("variable", variable).set("known", std::uint64_t{texts.size()});
  return out.set("missing", std::uint64_t{group.cases.size() - texts.size()});
}

/// Mean change of one measure from baseline to one visit, with a t interval.
Result<Json> change_json(const Group& group, const Endpoint& endpoint, const Window& visit,
                         double confidence) {
  std::vector<double> change, after;
  int improved = 0;
  for (const Case* participant : group.cases) {
    const auto before = baseline_measurement(*participant, endpoint.variable);
    const auto then = measurement_in(*participant, endpoint.variable, visit);
    if (!before || !then) continue;
    change.push_back(then->value - before->value);
    after.push_back(then->value);
    if (endpoint.meaningful_change && change.back() >= *endpoint.meaningful_change) ++improved;
  }
  Json out = Json::object();
  out.set("visit", visit.name).set("from_day", visit.from_day).set("to_day", visit.to_day);
  out.set("pairs", std::uint64_t{change.size()});
  if (change.empty()) return out;
  const stats::Summary summary = TRY(stats::summarize(change));
  out.set("mean_at_visit", TRY(stats::summarize(after)).mean).set("mean_change", summary.mean);
  out.set("standard_deviation", optional_json(summary.standard_deviation));
  std::optional<double> half_width;
  if (summary.standard_deviation) {
    const auto n = static_cast<double>(summary.n);
    half_width = stats::student_t_quantile(0.5 + confidence / 2, n - 1) *
                 *summary.standard_deviation / std::sqrt(n);
  }
  out.set("lower", half_width ? Json(summary.mean - *half_width) : Json(nullptr));
  out.set("upper", half_width ? Json(summary.mean + *half_width) : Json(nullptr));
  if (endpoint.meaningful_change) out.set("improved", improved);
  return out;
}

Result<Json> change_group_json(const Group& group, const Endpoint& endpoint, double confidence) {
  std::vector<double> before;
  for (const Case* participant : group.cases) {
    const auto value = baseline_measurement(*participant, endpoint.variable);
    if (value) before.push_back(value->value);
  }
  Json out = Json::object();
  out.set("level", group.level).set("participants", std::uint64_t{group.cases.size()});
  out.set("with_baseline", std::uint64_t{before.size()});
  if (!before.empty()) {
    const stats::Summary summary = TRY(stats::summarize(before));
    out.set("mean_before", summary.mean);
    out.set("standard_deviation_before", optional_json(summary.standard_deviation));
  }
  Json visits = Json::array();
  for (const Window& visit : endpoint.visits) {
    visits.push(TRY(change_json(group, endpoint, visit, confidence)));
  }
  return out.set("visits", std::move(visits));
}

/// Participants with at least one event that `counts`, and the share of them.
template <class Predicate>
Result<Json> affected_json(const Group& group, double confidence, Predicate counts) {
  const auto affected = std::ranges::count_if(group.cases, [&](const Case* participant) {
    return std::ranges::any_of(participant->events, counts);
  });
  const auto share = TRY(stats::clopper_pearson_proportion(
      {affected, static_cast<std::int64_t>(group.cases.size())}, confidence));
  return Json::object()
      .set("participants", static_cast<std::int64_t>(affected))
      .set("share", share.estimate)
      .set("lower", share.interval.lower)
      .set("upper", share.interval.upper);
}

Result<Json> adverse_kinds_json(const Group& group, double confidence) {
  std::map<std::string, int> kinds;
  for (const Case* participant : group.cases) {
    for (const Occurrence& event : participant->events) {
      if (event.adverse) ++kinds[event.kind];
    }
  }
  Json rows = Json::array();
  for (const auto& [kind, events] : kinds) {
    Json row = TRY(affected_json(group, confidence, [&](const Occurrence& event) {
      return event.adverse && event.kind == kind;
    }));
    rows.push(row.set("kind", kind).set("events", events));
  }
  return rows;
}

}  // namespace

Result<Json> run_describe(const MethodInput& input) {
  const Grouping grouping = group_cases(input.dataset, input.analysis.group_by);
  Json warnings = Json::array(), groups = Json::array();
  warn_left_out(warnings, grouping.left_out, "no_group");
  for (const Group& group : grouping.groups) {
    Json variables = Json::array();
    for (const std::string& variable : input.analysis.variables) {
      variables.push(TRY(variable_json(group, variable)));
    }
    groups.push(Json::object()
                    .set("level", group.level)
                    .set("participants", std::uint64_t{group.cases.size()})
                    .set("variables", std::move(variables)));
  }
  return Json::object().set("groups", std::move(groups)).set("warnings", std::move(warnings));
}

Result<Json> run_change(const MethodInput& input) {
  const Endpoint& endpoint = *input.protocol.endpoint(input.analysis.endpoint);
  const Grouping grouping = group_cases(input.dataset, input.analysis.group_by);
  Json warnings = Json::array(), groups = Json::array();
  warn_left_out(warnings, grouping.left_out, "no_group");
  for (const Group& group : grouping.groups) {
    groups.push(TRY(change_group_json(group, endpoint, input.analysis.confidence)));
  }
  Json out = Json::object();
  out.set("variable", endpoint.variable).set("confidence", input.analysis.confidence);
  out.set("meaningful_change", optional_json(endpoint.meaningful_change));
  out.set("meaningful_change_source", endpoint.meaningful_change_source);
  return out.set("groups", std::move(groups)).set("warnings", std::move(warnings));
}

Result<Json> run_adverse_events(const MethodInput& input) {
  const Grouping grouping = group_cases(input.dataset, input.analysis.group_by);
  const double confidence = input.analysis.confidence;
  Json warnings = Json::array(), groups = Json::array();
  warn_left_out(warnings, grouping.left_out, "no_group");
  for (const Group& group : grouping.groups) {
    Json out = Json::object();
    out.set("level", group.level).set("participants", std::uint64_t{group.cases.size()});
    out.set("any", TRY(affected_json(group, confidence,
                                     [](const Occurrence& event) { return event.adverse; })));
    out.set("serious", TRY(affected_json(group, confidence, [](const Occurrence& event) {
              return event.adverse && event.serious;
            })));
    out.set("kinds", TRY(adverse_kinds_json(group, confidence)));
    groups.push(std::move(out));
  }
  return Json::object()
      .set("interval", "clopper-pearson")
      .set("confidence", confidence)
      .set("groups", std::move(groups))
      .set("warnings", std::move(warnings));
}

}  // namespace kensho::study
