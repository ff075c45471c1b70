#include "exchange/mapping.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/json_read.h"
#include "base/toml.h"
#include "domain/identifier.h"

namespace kensho {
namespace {

constexpr std::array<std::string_view, 7> type_names = {"text", "identifier", "integer", "decimal",
                                                        "code", "date",       "flag"};

Result<FieldType> read_type(const JsonReader& reader, FieldType fallback) {
  if (!reader.has("type")) return reader.has("codes") ? FieldType::code : fallback;
  const std::string name = TRY(reader.text("type"));
  const auto found = std::ranges::find(type_names, name);
  if (found != type_names.end()) return static_cast<FieldType>(found - type_names.begin());
  return reader.fail_at("type", "must be text, identifier, integer, decimal, code, date or flag");
}

Result<std::map<std::string, std::string>> read_codes(const JsonReader& reader) {
  std::map<std::string, std::string> codes;
  if (!reader.has("codes")) return codes;
  const JsonReader table = TRY(reader.object("codes"));
  for (const auto& member : table.value().members())
    codes[member.key] = TRY(table.text(member.key));
  return codes;
}

/// The members a field may have, besides those of the thing it belongs to.
constexpr std::array<std::string_view, 9> field_keys = {
    "column", "value", "type", "codes", "min", "max", "factor", "unit", "required"};

Result<FieldRule> read_field(const JsonReader& reader, FieldType fallback) {
  FieldRule rule;
  rule.column = TRY(reader.text_or("column", ""));
  rule.constant = TRY(reader.text_or("value", ""));
  if (rule.column.empty() == rule.constant.empty()) {
    return reader.fail("needs either 'column' (of the file) or 'value' (the same for every row)");
  }
  rule.type = TRY(read_type(reader, fallback));
  rule.codes = TRY(read_codes(reader));
  if (rule.type == FieldType::code && rule.codes.empty()) {
    return reader.fail_at("type",
                          "is code, so 'codes' is needed: { \"as in the file\" = \"as stored\" }");
  }
  if (reader.has("min")) rule.min = TRY(reader.number("min"));
  if (reader.has("max")) rule.max = TRY(reader.number("max"));
  if (reader.has("factor")) rule.factor = TRY(reader.number("factor"));
  rule.unit = TRY(reader.text_or("unit", ""));
  rule.required = TRY(reader.flag_or("required", true));
  return rule;
}

/// A field that is a table of its own: `date = { column = "treated_on" }`.
Result<FieldRule> read_field_table(const JsonReader& parent, std::string_view key,
                                   FieldType fallback) {
  const JsonReader reader = TRY(parent.object(key));
  TRY(reader.only({}, field_keys));
  return read_field(reader, fallback);
}

/// A field that gives an id: a row must not come to an id that is missing, or a name.
Status check_gives_id(const FieldRule& rule, const JsonReader& reader) {
  static constexpr std::string_view id_rule = "an id has 1 to 64 letters, digits, '-', '_' or '.'";
  if (rule.type != FieldType::identifier && rule.type != FieldType::code)
    return reader.fail_at("type", "must be identifier or code: this field is an id");
  if (!rule.required) return reader.fail_at("required", "must not be false: this field is an id");
  for (const auto& [code, stored] : rule.codes)
    if (!is_identifier(stored)) return reader.fail_at("codes", id_rule);
  if (rule.codes.empty() && !rule.constant.empty() && !is_identifier(rule.constant))
    return reader.fail_at("value", id_rule);
  return ok();
}

/// The same as a table of its own: `kind = { value = "relapse" }`.
Result<FieldRule> read_id_table(const JsonReader& parent, std::string_view key) {
  FieldRule rule = TRY(read_field_table(parent, key, FieldType::identifier));
  const JsonReader reader = TRY(parent.object(key));
  TRY(check_gives_id(rule, reader));
  return rule;
}

/// A field of which '1' means yes. Any other text would be a silent no.
Result<FieldRule> read_flag_table(const JsonReader& parent, std::string_view key) {
  FieldRule rule = TRY(read_field_table(parent, key, FieldType::flag));
  const JsonReader reader = TRY(parent.object(key));
  if (rule.type != FieldType::flag && rule.type != FieldType::code)
    return reader.fail_at("type", "must be flag, or code with \"1\" and \"0\" as stored");
  for (const auto& [code, stored] : rule.codes)
    if (stored != "0" && stored != "1")
      return reader.fail_at("codes", "must have \"1\" (yes) or \"0\" (no) as stored");
  return rule;
}

Result<WhenRule> read_when(const JsonReader& reader) {
  WhenRule when;
  if (reader.has("date")) when.date = TRY(read_field_table(reader, "date", FieldType::date));
  if (reader.has("day")) when.day = TRY(read_field_table(reader, "day", FieldType::integer));
  if (when.date.has_value() == when.day.has_value()) {
    return reader.fail("needs either 'date' or 'day' (days after treatment)");
  }
  return when;
}

/// A variable of the catalogue brings its own range; a mapping may narrow it, never widen it.
Status take_variable(MeasureRule& measure, const JsonReader& reader,
                     const VariableTable& variables) {
  measure.variable = TRY(reader.text("variable"));
  if (!is_identifier(measure.variable)) {
    return reader.fail_at("variable", "must be an id: letters, digits, '-', '_', '.'");
  }
  const auto known = variables.find(measure.variable);
  if (known == variables.end()) return ok();
  const Variable& variable = known->second;
  if (measure.value.type == FieldType::text) measure.value.type = FieldType::decimal;
  if (variable.min)
    measure.value.min = std::max(*variable.min, measure.value.min.value_or(*variable.min));
  if (variable.max)
    measure.value.max = std::min(*variable.max, measure.value.max.value_or(*variable.max));
  return ok();
}

Result<MeasureRule> read_baseline(const JsonReader& reader, const VariableTable& variables) {
  TRY(reader.only({"variable"}, field_keys));
  MeasureRule measure;
  measure.value = TRY(read_field(reader, FieldType::text));
  TRY(take_variable(measure, reader, variables));
  return measure;
}

Result<MeasureRule> read_assessment(const JsonReader& reader, const VariableTable& variables) {
  TRY(reader.only({"variable", "date", "day"}, field_keys));
  MeasureRule measure;
  measure.value = TRY(read_field(reader, FieldType::decimal));
  TRY(take_variable(measure, reader, variables));
  measure.when = TRY(read_when(reader));
  return measure;
}

Result<TreatmentRule> read_treatment(const JsonReader& reader) {
  TRY(reader.only({"number", "date", "date_unknown", "planned"}));
  TreatmentRule treatment;
  treatment.number.constant = "1";
  treatment.number.type = FieldType::identifier;
  if (reader.has("number")) {
    treatment.number = TRY(read_id_table(reader, "number"));
  }
  if (reader.has("date")) treatment.date = TRY(read_field_table(reader, "date", FieldType::date));
  if (treatment.date && !treatment.date->required) {
    return reader.fail_at("date",
                          "must not be missing; give 'date_unknown' with the reason instead");
  }
  treatment.date_unknown_reason = TRY(reader.text_or("date_unknown", ""));
  if (treatment.date.has_value() != treatment.date_unknown_reason.empty()) {
    return reader.fail("needs either 'date' or 'date_unknown' with the reason");
  }
  treatment.planned = TRY(reader.flag_or("planned", false));
  return treatment;
}

Result<PresenceRule> read_presence(const JsonReader& reader) {
  TRY(reader.only({"column", "any_of"}));
  PresenceRule rule;
  rule.column = TRY(reader.text("column"));
  rule.any_of = TRY(reader.texts("any_of"));
  if (rule.any_of.empty()) return reader.fail("'any_of' is missing: the values that mean yes");
  return rule;
}

Result<EventRule> read_event(const JsonReader& reader) {
  TRY(reader.only({"kind", "present", "date", "day", "adverse", "serious", "grade"}));
  EventRule event;
  event.kind = TRY(read_id_table(reader, "kind"));
  const auto present = TRY(reader.objects("present"));
  for (const JsonReader& condition : present)
    event.present.push_back(TRY(read_presence(condition)));
  event.when = TRY(read_when(reader));
  event.adverse = TRY(reader.flag_or("adverse", false));
  if (reader.has("serious")) event.serious = TRY(read_flag_table(reader, "serious"));
  if (reader.has("grade")) event.grade = TRY(read_field_table(reader, "grade", FieldType::integer));
  return event;
}

Status read_file_part(Mapping& mapping, const JsonReader& document) {
  if (!document.has("file")) return ok();
  const JsonReader reader = TRY(document.object("file"));
  TRY(reader.only({"encoding", "delimiter", "missing", "ignore"}));
  const std::string encoding = TRY(reader.text_or("encoding", "utf-8"));
  if (encoding != "utf-8" && encoding != "shift_jis") {
    return reader.fail_at("encoding", "must be utf-8 or shift_jis");
  }
  mapping.shift_jis = encoding == "shift_jis";
  const std::string delimiter = TRY(reader.text_or("delimiter", ","));
  if (delimiter != "," && delimiter != ";" && delimiter != "\t") {
    return reader.fail_at("delimiter", "must be a comma, a semicolon or a tab (\"\\t\")");
  }
  mapping.delimiter = delimiter[0];
  if (reader.has("missing")) mapping.missing = TRY(reader.texts("missing"));
  mapping.ignored_columns = TRY(reader.texts("ignore"));
  return ok();
}

Status read_participant(Mapping& mapping, const JsonReader& document) {
  const JsonReader reader = TRY(document.object("participant"));
  TRY(reader.only({"registers", "row_number"}, field_keys));
  mapping.registers = TRY(reader.flag_or("registers", false));
  if (!reader.has("row_number")) {
    mapping.participant = TRY(read_field(reader, FieldType::identifier));
    return check_gives_id(*mapping.participant, reader);
  }
  mapping.row_number_prefix = TRY(reader.text("row_number"));
  if (!is_identifier(mapping.row_number_prefix) || mapping.row_number_prefix.size() > 40) {
    return reader.fail_at("row_number", "must be 1 to 40 letters, digits, '-', '_' or '.'");
  }
  if (!mapping.registers) {
    return reader.fail_at("row_number",
                          "is for files that register participants (registers = true)");
  }
  return ok();
}

Status read_lists(Mapping& mapping, const JsonReader& document, const VariableTable& variables) {
  const auto baseline = TRY(document.objects("baseline"));
  for (const auto& item : baseline) mapping.baseline.push_back(TRY(read_baseline(item, variables)));
  const auto assessments = TRY(document.objects("assessment"));
  for (const auto& item : assessments) {
    mapping.assessments.push_back(TRY(read_assessment(item, variables)));
  }
  const auto events = TRY(document.objects("event"));
  for (const auto& item : events) mapping.events.push_back(TRY(read_event(item)));
  return ok();
}

void add_column(std::vector<std::string>& columns, const FieldRule& rule) {
  if (!rule.column.empty()) columns.push_back(rule.column);
}

void add_columns(std::vector<std::string>& columns, const WhenRule& when) {
  if (when.date) add_column(columns, *when.date);
  if (when.day) add_column(columns, *when.day);
}

}  // namespace

Result<Mapping> parse_mapping(std::string_view toml, std::string_view file_name,
                              const VariableTable& variables) {
  const Json document = TRY(parse_toml(toml, file_name));
  const JsonReader reader(document, file_name);
  TRY(reader.only({"format", "file", "therapy", "institution", "participant", "baseline",
                   "treatment", "assessment", "event", "last_contact"}));
  if (TRY(reader.integer("format")) != 1) return reader.fail_at("format", "must be 1");
  Mapping mapping;
  TRY(read_file_part(mapping, reader));
  mapping.therapy = TRY(read_id_table(reader, "therapy"));
  mapping.institution = TRY(read_id_table(reader, "institution"));
  TRY(read_participant(mapping, reader));
  TRY(read_lists(mapping, reader, variables));
  if (reader.has("treatment")) {
    const JsonReader treatment = TRY(reader.object("treatment"));
    mapping.treatment = TRY(read_treatment(treatment));
  }
  if (reader.has("last_contact")) {
    const JsonReader last_contact = TRY(reader.object("last_contact"));
    TRY(last_contact.only({"date", "day"}));
    mapping.last_contact = TRY(read_when(last_contact));
  }
  return mapping;
}

std::vector<std::string> mapped_columns(const Mapping& mapping) {
  std::vector<std::string> columns = mapping.ignored_columns;
  add_column(columns, mapping.therapy);
  add_column(columns, mapping.institution);
  if (mapping.participant) add_column(columns, *mapping.participant);
  for (const MeasureRule& measure : mapping.baseline) add_column(columns, measure.value);
  if (mapping.treatment) {
    add_column(columns, mapping.treatment->number);
    if (mapping.treatment->date) add_column(columns, *mapping.treatment->date);
  }
  for (const MeasureRule& measure : mapping.assessments) {
    add_column(columns, measure.value);
    add_columns(columns, measure.when);
  }
  for (const EventRule& event : mapping.events) {
    add_column(columns, event.kind);
    for (const PresenceRule& condition : event.present) columns.push_back(condition.column);
    add_columns(columns, event.when);
    if (event.serious) add_column(columns, *event.serious);
    if (event.grade) add_column(columns, *event.grade);
  }
  if (mapping.last_contact) add_columns(columns, *mapping.last_contact);
  return columns;
}

}  // namespace kensho
