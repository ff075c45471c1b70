#include "study/protocol.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/toml.h"
#include "domain/case_report.h"
#include "domain/json_fields.h"
#include "study/methods.h"

namespace kensho::study {
namespace {

Result<double> read_share(const JsonReader& reader, std::string_view key) {
  const double share = TRY(reader.number(key));
  if (!(share >= 0 && share <= 1)) return reader.fail_at(key, "must lie between 0 and 1");
  return share;
}

Result<int> read_count(const JsonReader& reader, std::string_view key, std::int64_t fallback) {
  const std::int64_t count = TRY(reader.integer_or(key, fallback));
  if (count < 0 || count > 100000) return reader.fail_at(key, "must lie between 0 and 100000");
  return static_cast<int>(count);
}

Result<Condition> read_condition(const JsonReader& reader) {
  TRY(reader.only({"variable", "any_of", "min", "max"}));
  Condition condition;
  condition.variable = TRY(read_identifier(reader, "variable"));
  condition.any_of = TRY(reader.texts("any_of"));
  if (reader.has("min")) condition.min = TRY(reader.number("min"));
  if (reader.has("max")) condition.max = TRY(reader.number("max"));
  const bool bounded = condition.min || condition.max;
  if (condition.any_of.empty() != bounded) {
    return reader.fail("a condition has either 'any_of' or 'min' and 'max'");
  }
  return condition;
}

Result<Population> read_population(const JsonReader& reader) {
  TRY(reader.only({"description", "treated_from", "where"}));
  Population population;
  population.description = TRY(read_localized(reader, "description"));
  if (reader.has("treated_from")) population.treated_from = TRY(read_date(reader, "treated_from"));
  const auto where = TRY(reader.objects("where"));
  for (const auto& condition : where) population.where.push_back(TRY(read_condition(condition)));
  return population;
}

Result<Estimand> read_estimand(const JsonReader& reader) {
  TRY(reader.only({"treatment", "population", "variable", "intercurrent_events", "summary"}));
  Estimand estimand;
  estimand.treatment = TRY(read_localized(reader, "treatment"));
  estimand.population = TRY(read_localized(reader, "population"));
  estimand.variable = TRY(read_localized(reader, "variable"));
  estimand.intercurrent_events = TRY(read_localized(reader, "intercurrent_events"));
  estimand.summary = TRY(read_localized(reader, "summary"));
  return estimand;
}

Result<Window> read_window(const JsonReader& reader) {
  TRY(reader.only({"name", "from_day", "to_day"}));
  Window window;
  window.name = TRY(reader.text_or("name", ""));
  window.from_day =
      static_cast<int>(TRY(reader.integer_in("from_day", -study_days_max, study_days_max)));
  window.to_day =
      static_cast<int>(TRY(reader.integer_in("to_day", -study_days_max, study_days_max)));
  if (window.from_day > window.to_day) {
    return reader.fail_at("to_day", "must not lie before from_day");
  }
  return window;
}

Result<FollowUp> read_follow_up(const JsonReader& reader) {
  TRY(reader.only({"bound", "day", "terminal_events", "variable", "window"}));
  FollowUp follow_up;
  follow_up.bound = TRY(read_share(reader, "bound"));
  follow_up.day = TRY(read_count(reader, "day", 0));
  follow_up.terminal_events = TRY(reader.texts("terminal_events"));
  follow_up.variable = TRY(reader.text_or("variable", ""));
  if (reader.has("window")) {
    const JsonReader window = TRY(reader.object("window"));
    follow_up.window = TRY(read_window(window));
  }
  if (follow_up.variable.empty() == follow_up.window.has_value()) {
    return reader.fail("'variable' and 'window' come together");
  }
  if (!follow_up.window && follow_up.day == 0) {
    return reader.fail("'day', or 'variable' with 'window', is needed: what counts as followed up");
  }
  return follow_up;
}

template <class Enum, std::size_t Count>
Result<Enum> read_choice(const JsonReader& reader, std::string_view key,
                         const std::array<std::string_view, Count>& names) {
  const std::string name = TRY(reader.text(key));
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) return static_cast<Enum>(found - names.begin());
  std::string all;
  for (const std::string_view choice : names)
    all += (all.empty() ? "" : ", ") + std::string(choice);
  return reader.fail_at(key, "must be one of: " + all);
}

constexpr std::array<std::string_view, 2> role_names = {"efficacy", "safety"};
constexpr std::array<std::string_view, 4> type_names = {"time_to_event", "competing", "change",
                                                        "adverse_events"};

Status check_endpoint(const Endpoint& endpoint, const JsonReader& reader) {
  const bool from_events =
      endpoint.type == EndpointType::time_to_event || endpoint.type == EndpointType::competing;
  if (from_events && endpoint.events.empty()) {
    return reader.fail("'events' is missing: the event kinds this endpoint counts");
  }
  if (endpoint.type == EndpointType::competing && endpoint.events.size() < 2) {
    return reader.fail_at("events", "needs two or more causes");
  }
  if (endpoint.type == EndpointType::change &&
      (endpoint.variable.empty() || endpoint.visits.empty())) {
    return reader.fail("a change needs 'variable' and at least one entry in 'visits'");
  }
  if (endpoint.meaningful_change && endpoint.meaningful_change_source.empty()) {
    return reader.fail_at("meaningful_change",
                          "needs 'meaningful_change_source': population and citation");
  }
  return ok();
}

Result<Endpoint> read_endpoint(const JsonReader& reader) {
  TRY(reader.only({"id", "title", "role", "type", "events", "variable", "visits",
                   "meaningful_change", "meaningful_change_source"}));
  Endpoint endpoint;
  endpoint.id = TRY(read_identifier(reader, "id"));
  endpoint.title = TRY(read_localized(reader, "title"));
  endpoint.role = TRY(read_choice<EndpointRole>(reader, "role", role_names));
  endpoint.type = TRY(read_choice<EndpointType>(reader, "type", type_names));
  endpoint.events = TRY(reader.texts("events"));
  endpoint.variable = TRY(reader.text_or("variable", ""));
  const auto visits = TRY(reader.objects("visits"));
  for (const JsonReader& visit : visits) endpoint.visits.push_back(TRY(read_window(visit)));
  if (reader.has("meaningful_change")) {
    endpoint.meaningful_change = TRY(reader.number("meaningful_change"));
  }
  endpoint.meaningful_change_source = TRY(reader.text_or("meaningful_change_source", ""));
  TRY(check_endpoint(endpoint, reader));
  return endpoint;
}

std::string method_names() {
  std::string names;
  for (const Method& method : methods()) {
    names += (names.empty() ? "" : ", ") + std::string(method.name);
  }
  return names;
}

Status check_analysis(const Protocol& protocol, const Analysis& analysis,
                      const JsonReader& reader) {
  const Method* method = find_method(analysis.method);
  if (!method) {
    return reader.fail_at("method", fmt::format("names '{}', which is not a method; methods: {}",
                                                analysis.method, method_names()));
  }
  if (!(analysis.confidence > 0.5 && analysis.confidence < 1)) {
    return reader.fail_at("confidence", "must lie between 0.5 and 1");
  }
  if (!method->endpoint_type) return ok();
  const Endpoint* endpoint = protocol.endpoint(analysis.endpoint);
  if (!endpoint) return reader.fail_at("endpoint", "is not the id of an endpoint of this protocol");
  if (endpoint->type != *method->endpoint_type) {
    return reader.fail_at(
        "endpoint", fmt::format("is of a type that {} cannot analyse; it takes {}", method->name,
                                type_names[static_cast<std::size_t>(*method->endpoint_type)]));
  }
  if (method->needs_groups && analysis.group_by.empty()) {
    return reader.fail("'group_by' is missing: this method compares groups");
  }
  return ok();
}

Result<Analysis> read_analysis(const JsonReader& reader, const Protocol& protocol) {
  TRY(reader.only({"id", "method", "endpoint", "title", "primary", "group_by", "times_days",
                   "confidence", "variables"}));
  Analysis analysis;
  analysis.id = TRY(read_identifier(reader, "id"));
  analysis.method = TRY(reader.text("method"));
  analysis.endpoint = TRY(reader.text_or("endpoint", ""));
  analysis.title = TRY(read_localized(reader, "title"));
  analysis.primary = TRY(reader.flag_or("primary", false));
  analysis.group_by = TRY(reader.text_or("group_by", ""));
  analysis.times_days = TRY(reader.numbers("times_days"));
  analysis.confidence = TRY(reader.number_or("confidence", 0.95));
  analysis.variables = TRY(reader.texts("variables"));
  TRY(check_analysis(protocol, analysis, reader));
  return analysis;
}

Result<Label> read_label(const JsonReader& reader) {
  TRY(reader.only({"variable", "code", "en", "ja"}));
  Label label;
  label.variable = TRY(reader.text("variable"));
  label.code = TRY(reader.text_or("code", ""));
  label.text.en = TRY(reader.text("en"));
  label.text.ja = TRY(reader.text("ja"));
  return label;
}

Result<Gate> read_gate(const JsonReader& reader) {
  TRY(reader.only({"treated_min", "completeness_min"}));
  Gate gate;
  gate.treated_min = TRY(read_count(reader, "treated_min", 0));
  gate.completeness_min = TRY(read_share(reader, "completeness_min"));
  return gate;
}

/// The first id that two items have; empty if there is none.
template <class Item>
std::string duplicate_id(const std::vector<Item>& items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (items[i].id == items[j].id) return items[i].id;
    }
  }
  return "";
}

/// Whether the whole is a study in the sense of the Declaration: safety and efficacy, both.
Status check_whole(const Protocol& protocol, const JsonReader& reader) {
  const auto has_role = [&](EndpointRole role) {
    return std::ranges::find(protocol.endpoints, role, &Endpoint::role) != protocol.endpoints.end();
  };
  if (!has_role(EndpointRole::efficacy)) return reader.fail("no endpoint has role = \"efficacy\"");
  if (!has_role(EndpointRole::safety)) return reader.fail("no endpoint has role = \"safety\"");
  if (std::ranges::count(protocol.analyses, true, &Analysis::primary) != 1) {
    return reader.fail("exactly one analysis must have primary = true");
  }
  for (const auto& [what, id] : {std::pair("endpoints", duplicate_id(protocol.endpoints)),
                                 std::pair("analyses", duplicate_id(protocol.analyses))}) {
    if (!id.empty()) return reader.fail(fmt::format("two {} have the same id '{}'", what, id));
  }
  return ok();
}

Status read_head(Protocol& protocol, const JsonReader& reader) {
  if (TRY(reader.integer("format")) != 1) return reader.fail_at("format", "must be 1");
  protocol.id = TRY(read_identifier(reader, "id"));
  protocol.version = TRY(read_count(reader, "version", 1));
  protocol.title = TRY(read_localized(reader, "title"));
  protocol.question = TRY(read_localized(reader, "question"));
  protocol.therapy = TRY(read_identifier(reader, "therapy"));
  protocol.institutions = TRY(reader.texts("institutions"));
  protocol.baseline_required = TRY(reader.texts("baseline_required"));
  protocol.analysis_due = TRY(read_date(reader, "analysis_due"));
  protocol.sample_size = TRY(read_localized(reader, "sample_size"));
  protocol.missing_data = TRY(read_localized(reader, "missing_data"));
  protocol.multiplicity = TRY(read_localized(reader, "multiplicity"));
  protocol.smallest_group = TRY(read_count(reader, "smallest_group", 1));
  return ok();
}

Status read_parts(Protocol& protocol, const JsonReader& reader) {
  const JsonReader population = TRY(reader.object("population"));
  protocol.population = TRY(read_population(population));
  const JsonReader estimand = TRY(reader.object("estimand"));
  protocol.estimand = TRY(read_estimand(estimand));
  const JsonReader follow_up = TRY(reader.object("follow_up"));
  protocol.follow_up = TRY(read_follow_up(follow_up));
  const JsonReader gate = TRY(reader.object("gate"));
  protocol.gate = TRY(read_gate(gate));
  const auto endpoints = TRY(reader.objects("endpoint"));
  for (const auto& item : endpoints) protocol.endpoints.push_back(TRY(read_endpoint(item)));
  const auto analyses = TRY(reader.objects("analysis"));
  for (const auto& item : analyses) protocol.analyses.push_back(TRY(read_analysis(item, protocol)));
  const auto labels = TRY(reader.objects("label"));
  for (const auto& item : labels) protocol.labels.push_back(TRY(read_label(item)));
  const auto threats = TRY(reader.objects("threat"));
  for (const auto& item : threats) {
    protocol.threats.push_back({.en = TRY(item.text("en")), .ja = TRY(item.text("ja"))});
  }
  return ok();
}

}  // namespace

const Endpoint* Protocol::endpoint(std::string_view endpoint_id) const {
  const auto found = std::ranges::find(endpoints, endpoint_id, &Endpoint::id);
  return found == endpoints.end() ? nullptr : &*found;
}

LocalizedText Protocol::label(std::string_view variable, std::string_view code) const {
  for (const Label& candidate : labels) {
    if (candidate.variable == variable && candidate.code == code) return candidate.text;
  }
  const std::string fallback(code.empty() ? variable : code);
  return {fallback, fallback};
}

Result<Protocol> parse_protocol(std::string_view toml, std::string_view file_name) {
  const Json document = TRY(parse_toml(toml, file_name));
  const JsonReader reader(document, file_name);
  TRY(reader.only(
      {"format",        "id",           "version",      "title",       "question",
       "therapy",       "institutions", "population",   "estimand",    "baseline_required",
       "follow_up",     "gate",         "analysis_due", "sample_size", "missing_data",
       "multiplicity",  "threat",       "endpoint",     "analysis",    "label",
       "smallest_group"}));
  Protocol protocol;
  TRY(read_head(protocol, reader));
  TRY(read_parts(protocol, reader));
  TRY(check_whole(protocol, reader));
  return protocol;
}

}  // namespace kensho::study
