#include "app/sent_report.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/json_read.h"
#include "domain/identifier.h"
#include "journal/payload.h"

namespace kensho::app {
namespace {

constexpr std::string_view document_name = "body";
constexpr JsonLimits limits{.bytes_max = 1u << 20, .depth_max = 8};
constexpr std::size_t text_bytes_max = 4000;  // as for imported fields
constexpr std::int64_t days_max = 73'000;
constexpr std::size_t baseline_max = 1000;

/// Exactly one of a date and a day.
Status check_when(const JsonReader& reader) {
  if (reader.has("date") == reader.has("day"))
    return reader.fail("needs 'date' (as 2024-05-01) or 'day' (days after treatment), one of them");
  if (!reader.has("day")) return ok();
  TRY(reader.integer_in("day", -days_max, days_max));
  return ok();
}

Status check_id(const JsonReader& reader, std::string_view key) {
  if (is_identifier(TRY(reader.text(key)))) return ok();
  return reader.fail_at(key, "must be an id: 1 to 64 letters, digits, '-', '_' or '.'");
}

Status check_filled(const JsonReader& reader, std::string_view key) {
  const std::string text = TRY(reader.text(key));
  if (text.empty()) return reader.fail_at(key, "must not be empty; leave out what is not known");
  if (text.size() > text_bytes_max)
    return reader.fail_at(key, fmt::format("must not be longer than {} bytes", text_bytes_max));
  return ok();
}

/// A value; of a variable in the catalogue, a number in the variable's range.
Status check_value(const JsonReader& reader, std::string_view key, std::string_view variable,
                   const VariableTable& variables) {
  TRY(check_filled(reader, key));
  const auto known = variables.find(variable);
  if (known == variables.end()) return ok();
  const std::string text = TRY(reader.text(key));
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (problem != std::errc{} || stop != end || !std::isfinite(number))
    return reader.fail_at(key, "must be a number as text, such as \"12.5\"");
  const auto& [min, max] = std::pair(known->second.min, known->second.max);
  if (min && number < *min) return reader.fail_at(key, fmt::format("must not be below {}", *min));
  if (max && number > *max) return reader.fail_at(key, fmt::format("must not be above {}", *max));
  return ok();
}

Status check_baseline(const JsonReader& reader, const VariableTable& variables) {
  if (reader.value().members().size() > baseline_max)
    return reader.fail(fmt::format("must not have more than {} members", baseline_max));
  for (const Json::Member& member : reader.value().members()) {
    if (!is_identifier(member.key))
      return reader.fail("a variable must be an id: 1 to 64 letters, digits, '-', '_' or '.'");
    TRY(check_value(reader, member.key, member.key, variables));
  }
  return ok();
}

Status check_treatment(const JsonReader& reader) {
  TRY(reader.only({"number", "date", "date_unknown", "planned"}));
  TRY(check_filled(reader, "number"));
  if (reader.has("date") == reader.has("date_unknown"))
    return reader.fail("a treatment needs 'date', or 'date_unknown' with the reason, one of them");
  if (reader.has("date_unknown")) TRY(check_filled(reader, "date_unknown"));
  return ok();
}

Status check_assessment(const JsonReader& reader, const VariableTable& variables) {
  TRY(reader.only({"variable", "value", "date", "day"}));
  TRY(check_id(reader, "variable"));
  const std::string variable = TRY(reader.text("variable"));
  TRY(check_value(reader, "value", variable, variables));
  return check_when(reader);
}

Status check_event(const JsonReader& reader) {
  TRY(reader.only({"kind", "date", "day", "adverse", "serious", "grade"}));
  TRY(check_id(reader, "kind"));
  if (reader.has("grade")) TRY(check_filled(reader, "grade"));
  return check_when(reader);
}

Status check_members(const JsonReader& reader, const VariableTable& variables) {
  TRY(reader.only({"therapy", "institution", "participant", "registers", "baseline", "treatment",
                   "assessments", "events", "last_contact"}));
  if (reader.has("baseline")) {
    const JsonReader baseline = TRY(reader.object("baseline"));
    TRY(check_baseline(baseline, variables));
  }
  if (reader.has("treatment")) {
    const JsonReader treatment = TRY(reader.object("treatment"));
    TRY(check_treatment(treatment));
  }
  const auto assessments = TRY(reader.objects("assessments"));
  for (const JsonReader& item : assessments) TRY(check_assessment(item, variables));
  const auto events = TRY(reader.objects("events"));
  for (const JsonReader& item : events) TRY(check_event(item));
  if (!reader.has("last_contact")) return ok();
  const JsonReader last = TRY(reader.object("last_contact"));
  TRY(last.only({"date", "day"}));
  return check_when(last);
}

/// The same rule as for imported rows (exchange/row_mapper.cc).
Status check_order_of_days(const CaseReport& report) {
  const auto& treatment = report.treatment;
  if (!treatment || treatment->planned || !treatment->date) return ok();
  for (const Event& event : report.events) {
    if (event.when.date && *event.when.date < *treatment->date) {
      return Error{Errc::invalid_argument,
                   fmt::format("{}: the event '{}' lies before the treatment; correct one of the "
                               "two dates",
                               document_name, event.kind)};
    }
  }
  return ok();
}

}  // namespace

Result<CaseReport> read_sent_report(std::string_view json, const VariableTable& variables) {
  const Json document = TRY(parse_json(json, limits));
  const JsonReader reader(document, document_name);
  if (!document.is_object()) return reader.fail("must be a JSON object, a case report");
  TRY(check_members(reader, variables));
  CaseReport report = TRY(journal::read_case_report(document, document_name));
  TRY(check_order_of_days(report));
  return report;
}

}  // namespace kensho::app
