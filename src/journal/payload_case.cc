// Case reports. Values stay the text they were written as; a date is ISO text.
#include "base/json_read.h"
#include "domain/json_fields.h"
#include "journal/payload.h"

namespace kensho::journal {
namespace {

void set_when(Json& out, const When& when) {
  if (when.date) out.set("date", when.date->iso());
  if (when.study_day) out.set("day", *when.study_day);
}

Result<When> read_when(const JsonReader& reader) {
  When when;
  if (reader.has("date")) when.date = TRY(read_date(reader, "date"));
  if (reader.has("day"))
    when.study_day =
        static_cast<int>(TRY(reader.integer_in("day", -study_days_max, study_days_max)));
  return when;
}

Json treatment_json(const Treatment& treatment) {
  Json out = Json::object();
  out.set("number", treatment.number);
  if (treatment.date) out.set("date", treatment.date->iso());
  if (!treatment.date) out.set("date_unknown", treatment.date_unknown_reason);
  if (treatment.planned) out.set("planned", true);
  return out;
}

Result<Treatment> read_treatment(const JsonReader& reader) {
  Treatment treatment;
  treatment.number = TRY(reader.text("number"));
  if (reader.has("date")) treatment.date = TRY(read_date(reader, "date"));
  treatment.date_unknown_reason = TRY(reader.text_or("date_unknown", ""));
  treatment.planned = TRY(reader.flag_or("planned", false));
  return treatment;
}

Json assessment_json(const Assessment& assessment) {
  Json out = Json::object();
  out.set("variable", assessment.variable).set("value", assessment.value);
  set_when(out, assessment.when);
  return out;
}

Result<Assessment> read_assessment(const JsonReader& reader) {
  Assessment assessment;
  assessment.variable = TRY(reader.text("variable"));
  assessment.value = TRY(reader.text("value"));
  assessment.when = TRY(read_when(reader));
  return assessment;
}

Json event_json(const Event& event) {
  Json out = Json::object();
  out.set("kind", event.kind);
  set_when(out, event.when);
  if (event.adverse) out.set("adverse", true);
  if (event.serious) out.set("serious", true);
  if (!event.grade.empty()) out.set("grade", event.grade);
  return out;
}

Result<Event> read_event(const JsonReader& reader) {
  Event event;
  event.kind = TRY(reader.text("kind"));
  event.when = TRY(read_when(reader));
  event.adverse = TRY(reader.flag_or("adverse", false));
  event.serious = TRY(reader.flag_or("serious", false));
  event.grade = TRY(reader.text_or("grade", ""));
  return event;
}

template <class Item>
void set_list(Json& out, std::string_view key, const std::vector<Item>& items,
              Json (*one)(const Item&)) {
  if (items.empty()) return;
  Json list = Json::array();
  for (const Item& item : items) list.push(one(item));
  out.set(key, std::move(list));
}

}  // namespace

Json to_json(const CaseReport& report) {
  Json out = Json::object();
  out.set("therapy", report.therapy).set("institution", report.institution);
  out.set("participant", report.participant);
  if (report.registers) out.set("registers", true);
  if (!report.baseline.empty()) {
    Json baseline = Json::object();
    for (const auto& [variable, value] : report.baseline) baseline.set(variable, value);
    out.set("baseline", std::move(baseline));
  }
  if (report.treatment) out.set("treatment", treatment_json(*report.treatment));
  set_list(out, "assessments", report.assessments, assessment_json);
  set_list(out, "events", report.events, event_json);
  if (report.last_contact) {
    Json last = Json::object();
    set_when(last, *report.last_contact);
    out.set("last_contact", std::move(last));
  }
  return out;
}

Result<CaseReport> read_case_report(const Json& payload, std::string_view name) {
  const JsonReader reader(payload, name);
  CaseReport report;
  report.therapy = TRY(read_identifier(reader, "therapy"));
  report.institution = TRY(read_identifier(reader, "institution"));
  report.participant = TRY(read_identifier(reader, "participant"));
  report.registers = TRY(reader.flag_or("registers", false));
  if (reader.has("baseline")) {
    const JsonReader baseline = TRY(reader.object("baseline"));
    for (const auto& member : baseline.value().members()) {
      report.baseline[member.key] = TRY(baseline.text(member.key));
    }
  }
  if (reader.has("treatment")) {
    const JsonReader treatment = TRY(reader.object("treatment"));
    report.treatment = TRY(read_treatment(treatment));
  }
  const auto assessments = TRY(reader.objects("assessments"));
  for (const JsonReader& item : assessments)
    report.assessments.push_back(TRY(read_assessment(item)));
  const auto events = TRY(reader.objects("events"));
  for (const JsonReader& item : events) report.events.push_back(TRY(read_event(item)));
  if (reader.has("last_contact")) {
    const JsonReader last = TRY(reader.object("last_contact"));
    report.last_contact = TRY(read_when(last));
  }
  return report;
}

}  // namespace kensho::journal
