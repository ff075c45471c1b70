#include "simulation/spec.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "base/toml.h"
#include "domain/json_fields.h"

namespace kensho::simulation {
namespace {

constexpr int days_max = 36500;

Result<double> read_between(const JsonReader& reader, std::string_view key, double fallback,
                            double low, double high, std::string_view rule) {
  const double value = TRY(reader.number_or(key, fallback));
  if (!(value >= low && value <= high)) return reader.fail_at(key, rule);
  return value;
}

Result<double> read_share(const JsonReader& reader, std::string_view key) {
  return read_between(reader, key, 0, 0, 1, "must lie between 0 and 1");
}

Result<double> read_spread(const JsonReader& reader, std::string_view key) {
  return read_between(reader, key, 0, 0, 1e9, "must not be negative");
}

Result<double> read_correlation(const JsonReader& reader, std::string_view key, double low) {
  return read_between(reader, key, 0, low, 1,
                      low < 0 ? "must lie between -1 and 1" : "must lie between 0 and 1");
}

Result<int> read_whole(const JsonReader& reader, std::string_view key, int fallback, int low,
                       int high) {
  const std::int64_t value = TRY(reader.integer_or(key, fallback));
  if (value >= low && value <= high) return static_cast<int>(value);
  return reader.fail_at(key,
                        "must lie between " + std::to_string(low) + " and " + std::to_string(high));
}

Result<DaySpan> read_days(const JsonReader& reader, std::string_view key) {
  if (!reader.has(key)) return DaySpan{};
  const JsonReader span = TRY(reader.object(key));
  TRY(span.only({"min", "max"}));
  DaySpan days;
  days.min = TRY(read_whole(span, "min", 0, 0, days_max));
  days.max = TRY(read_whole(span, "max", days.min, days.min, days_max));
  return days;
}

/// The members that a measure and a number before treatment share.
template <class Number>
Status read_number(const JsonReader& reader, Number& number) {
  number.mean = TRY(reader.number("mean"));
  number.sd = TRY(read_spread(reader, "sd"));
  if (reader.has("min")) number.min = TRY(reader.number("min"));
  if (reader.has("max")) number.max = TRY(reader.number("max"));
  if (number.min && number.max && *number.min >= *number.max) {
    return reader.fail_at("max", "must be greater than min");
  }
  number.decimals = TRY(read_whole(reader, "decimals", 0, 0, 9));
  return ok();
}

Result<Visit> read_visit(const JsonReader& reader) {
  TRY(reader.only({"name", "day", "jitter_days"}));
  Visit visit;
  visit.name = TRY(reader.text("name"));
  visit.day = TRY(read_whole(reader, "day", 0, 1, days_max));
  visit.jitter_days = TRY(read_whole(reader, "jitter_days", 0, 0, visit.day - 1));
  return visit;
}

Result<Characteristic> read_characteristic(const JsonReader& reader) {
  TRY(reader.only({"id", "mean", "sd", "min", "max", "decimals", "codes", "probabilities"}));
  Characteristic one;
  one.id = TRY(read_identifier(reader, "id"));
  one.codes = TRY(reader.texts("codes"));
  one.probabilities = TRY(reader.numbers("probabilities"));
  if (one.codes.empty()) {
    TRY(read_number(reader, one));
    return one;
  }
  double sum = 0;
  for (const double probability : one.probabilities) sum += probability;
  const bool negative = std::ranges::any_of(one.probabilities, [](double p) { return p < 0; });
  if (one.probabilities.size() != one.codes.size() || negative || std::abs(sum - 1) > 1e-9) {
    return reader.fail_at("probabilities", "must be one for each code, and 1 together");
  }
  return one;
}

Result<Measure> read_measure(const JsonReader& reader, std::size_t visits) {
  TRY(reader.only({"id", "mean", "sd", "min", "max", "decimals", "mean_change", "change_sd",
                   "baseline_correlation"}));
  Measure measure;
  measure.id = TRY(read_identifier(reader, "id"));
  TRY(read_number(reader, measure));
  measure.mean_change = TRY(reader.numbers("mean_change"));
  if (measure.mean_change.size() != visits) {
    return reader.fail_at("mean_change", "must be one number for each [[visit]]");
  }
  measure.change_sd = TRY(read_spread(reader, "change_sd"));
  measure.baseline_correlation = TRY(read_correlation(reader, "baseline_correlation", -1));
  return measure;
}

Result<AdverseEvent> read_adverse_event(const JsonReader& reader) {
  TRY(reader.only({"kind", "share", "serious", "days"}));
  AdverseEvent event;
  event.kind = TRY(read_identifier(reader, "kind"));
  event.share = TRY(read_share(reader, "share"));
  event.serious = TRY(reader.flag_or("serious", false));
  event.days = TRY(read_days(reader, "days"));
  return event;
}

Status check_clinic(const JsonReader& reader, const Clinic& clinic, const Spec& spec) {
  if (clinic.enrol_from < spec.start) {
    return reader.fail_at("enrol_from", "must not lie before the registry's start");
  }
  if (clinic.enrol_to < clinic.enrol_from || clinic.enrol_to > spec.end) {
    return reader.fail_at("enrol_to", "must lie between enrol_from and the registry's end");
  }
  for (const std::string& id : clinic.measures) {
    if (std::ranges::find(spec.measures, id, &Measure::id) == spec.measures.end()) {
      return reader.fail_at("measures", "names '" + id + "', which is no [[measure]]");
    }
  }
  return ok();
}

Result<Clinic> read_clinic(const JsonReader& reader, const Spec& spec) {
  TRY(reader.only({"institution", "therapy", "prefix", "participants", "enrol_from", "enrol_to",
                   "days_to_treatment", "late_share", "late_days", "lost_share", "effect",
                   "report_every_days", "measures", "adverse_event"}));
  Clinic clinic;
  clinic.institution = TRY(read_identifier(reader, "institution"));
  clinic.therapy = TRY(read_identifier(reader, "therapy"));
  clinic.prefix = TRY(read_identifier(reader, "prefix"));
  clinic.participants = TRY(read_whole(reader, "participants", 0, 0, 1000000));
  clinic.enrol_from = TRY(read_date(reader, "enrol_from"));
  clinic.enrol_to = TRY(read_date(reader, "enrol_to"));
  clinic.days_to_treatment = TRY(read_days(reader, "days_to_treatment"));
  clinic.late_share = TRY(read_share(reader, "late_share"));
  clinic.late_days = TRY(read_days(reader, "late_days"));
  clinic.lost_share = TRY(read_share(reader, "lost_share"));
  clinic.effect = TRY(reader.number_or("effect", 1));
  clinic.report_every_days = TRY(read_whole(reader, "report_every_days", 1, 1, 366));
  clinic.measures = TRY(reader.texts("measures"));
  const auto events = TRY(reader.objects("adverse_event"));
  for (const JsonReader& event : events) {
    clinic.adverse_events.push_back(TRY(read_adverse_event(event)));
  }
  TRY(check_clinic(reader, clinic, spec));
  return clinic;
}

/// What an act's kind is called and which member names its object.
struct ScriptedRow {
  std::string_view name;
  ActKind kind;
  std::string_view member;
};
constexpr std::array<ScriptedRow, 4> scripted_rows = {{{"masters", ActKind::masters, "file"},
                                                       {"seal", ActKind::seal, "file"},
                                                       {"study", ActKind::study, "protocol"},
                                                       {"publish", ActKind::publish, ""}}};

Result<ScriptedAct> read_scripted(const JsonReader& reader, const Spec& spec) {
  const std::string kind = TRY(reader.text("kind"));
  const auto row = std::ranges::find(scripted_rows, kind, &ScriptedRow::name);
  if (row == scripted_rows.end()) {
    return reader.fail_at("kind", "must be masters, seal, study or publish");
  }
  TRY(reader.only({"date", "kind", row->member}));
  ScriptedAct act{.date = TRY(read_date(reader, "date")), .kind = row->kind};
  if (act.date < spec.start || act.date > spec.end) {
    return reader.fail_at("date", "must lie between the registry's start and end");
  }
  // A plain name: a file is looked for beside the specification and nowhere else.
  if (!row->member.empty()) act.name = TRY(read_identifier(reader, row->member));
  return act;
}

Status read_head(const JsonReader& reader, Spec& spec) {
  TRY(reader.only({"format", "seed", "utc_offset_minutes", "start", "end", "measure_correlation",
                   "visit_correlation", "visit", "characteristic", "measure", "clinic", "act"}));
  if (TRY(reader.integer("format")) != 1) return reader.fail_at("format", "must be 1");
  const std::int64_t seed = TRY(reader.integer("seed"));
  if (seed < 0) return reader.fail_at("seed", "must not be negative");
  spec.seed = static_cast<std::uint64_t>(seed);
  spec.utc_offset_minutes = TRY(read_whole(reader, "utc_offset_minutes", 0, -720, 840));
  spec.start = TRY(read_date(reader, "start"));
  spec.end = TRY(read_date(reader, "end"));
  if (spec.end < spec.start) return reader.fail_at("end", "must not lie before start");
  spec.measure_correlation = TRY(read_correlation(reader, "measure_correlation", 0));
  spec.visit_correlation = TRY(read_correlation(reader, "visit_correlation", 0));
  return ok();
}

Status check_prefixes(const JsonReader& reader, const Spec& spec) {
  std::set<std::pair<std::string, std::string>> seen;
  for (const Clinic& clinic : spec.clinics) {
    if (seen.emplace(clinic.institution, clinic.prefix).second) continue;
    return reader.fail_at("clinic",
                          "two of one institution have the same prefix: participant ids "
                          "would not be unique");
  }
  return ok();
}

}  // namespace

Result<Spec> read_spec(std::string_view toml, std::string_view name) {
  const Json document = TRY(parse_toml(toml, name));
  const JsonReader reader(document, name);
  Spec spec;
  TRY(read_head(reader, spec));
  const auto visits = TRY(reader.objects("visit"));
  for (const JsonReader& item : visits) spec.visits.push_back(TRY(read_visit(item)));
  const auto characteristics = TRY(reader.objects("characteristic"));
  for (const JsonReader& item : characteristics) {
    spec.characteristics.push_back(TRY(read_characteristic(item)));
  }
  const auto measures = TRY(reader.objects("measure"));
  for (const JsonReader& item : measures) {
    spec.measures.push_back(TRY(read_measure(item, spec.visits.size())));
  }
  const auto clinics = TRY(reader.objects("clinic"));
  for (const JsonReader& item : clinics) spec.clinics.push_back(TRY(read_clinic(item, spec)));
  const auto acts = TRY(reader.objects("act"));
  for (const JsonReader& item : acts) spec.script.push_back(TRY(read_scripted(item, spec)));
  TRY(check_prefixes(reader, spec));
  return spec;
}

}  // namespace kensho::simulation
