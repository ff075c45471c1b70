#include "exchange/row_mapper.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "exchange/field_value.h"

namespace kensho {
namespace {

/// One row on its way into a report; gathers every problem instead of stopping at the first.
class Row {
 public:
  Row(const Mapping& mapping, const EraTable& eras,
      const std::map<std::string, std::size_t, std::less<>>& place,
      std::span<const std::string_view> fields, SourcedRow& out)
      : mapping_(mapping), eras_(eras), place_(place), fields_(fields), out_(out) {}

  /// The stored value of a field; empty where it is missing or wrong (then a problem is noted).
  std::string read(const FieldRule& rule) { return read_field(rule).value; }

  /// The same with whether it is missing.
  FieldReading read_field(const FieldRule& rule) {
    const std::string_view raw = rule.column.empty() ? rule.constant : text_of(rule.column);
    FieldReading reading = read_field_value(raw, rule, mapping_.missing, eras_);
    if (!reading.problem.empty()) note(rule.column, raw, reading.problem);
    return reading;
  }

  /// A text that is neither is a problem, whatever type the mapping gives the field: a moment that
  /// is silently left out would change what a study counts.
  When read_when(const WhenRule& rule) {
    When when;
    if (rule.date) when.date = read_date(*rule.date);
    if (rule.day) when.study_day = read_day(*rule.day);
    return when;
  }

  std::optional<Date> read_date(const FieldRule& rule) {
    const std::string text = read(rule);
    const auto date = parse_iso_date(text);
    if (!date && !text.empty()) note(rule.column, text, "must be a date; give the field type date");
    return date;
  }

  bool holds(const PresenceRule& rule) const {
    return std::ranges::find(rule.any_of, text_of(rule.column)) != rule.any_of.end();
  }

  void note(const std::string& column, std::string_view value, std::string rule) {
    out_.problems.push_back({out_.line, column, std::string(value), std::move(rule)});
  }

 private:
  std::optional<int> read_day(const FieldRule& rule) {
    const std::string text = read(rule);
    if (text.empty()) return std::nullopt;
    int day = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data(), end, day);
    if (problem == std::errc{} && stop == end && std::abs(day) <= study_days_max) return day;
    note(rule.column, text,
         fmt::format("must be a whole number of days, at most {}", study_days_max));
    return std::nullopt;
  }

  std::string_view text_of(const std::string& column) const {
    return fields_[place_.find(column)->second];
  }

  const Mapping& mapping_;
  const EraTable& eras_;
  const std::map<std::string, std::size_t, std::less<>>& place_;
  std::span<const std::string_view> fields_;
  SourcedRow& out_;
};

void read_baseline(CaseReport& report, const Mapping& mapping, Row& row) {
  for (const MeasureRule& measure : mapping.baseline) {
    std::string value = row.read(measure.value);
    if (!value.empty()) report.baseline[measure.variable] = std::move(value);
  }
}

void read_treatment(CaseReport& report, const TreatmentRule& rule, Row& row) {
  Treatment treatment;
  treatment.number = row.read(rule.number);
  if (rule.date) treatment.date = row.read_date(*rule.date);
  treatment.date_unknown_reason = rule.date_unknown_reason;
  treatment.planned = rule.planned;
  report.treatment = std::move(treatment);
}

void read_assessments(CaseReport& report, const Mapping& mapping, Row& row) {
  for (const MeasureRule& measure : mapping.assessments) {
    FieldReading reading = row.read_field(measure.value);
    if (reading.missing) continue;
    report.assessments.push_back(
        {measure.variable, std::move(reading.value), row.read_when(measure.when)});
  }
}

void read_events(CaseReport& report, const Mapping& mapping, Row& row) {
  for (const EventRule& rule : mapping.events) {
    const auto holds = [&row](const PresenceRule& condition) { return row.holds(condition); };
    if (!std::ranges::all_of(rule.present, holds)) continue;
    Event event;
    event.kind = row.read(rule.kind);
    event.when = row.read_when(rule.when);
    event.adverse = rule.adverse;
    if (rule.serious) event.serious = row.read(*rule.serious) == "1";
    if (rule.grade) event.grade = row.read(*rule.grade);
    report.events.push_back(std::move(event));
  }
}

/// What one report must not say of itself, whatever the columns.
void check_order_of_days(const CaseReport& report, Row& row) {
  const auto& treatment = report.treatment;
  if (!treatment || treatment->planned || !treatment->date) return;
  for (const Event& event : report.events) {
    if (event.when.date && *event.when.date < *treatment->date) {
      row.note("", "", fmt::format("the event '{}' lies before the treatment", event.kind));
    }
  }
}

}  // namespace

Result<RowMapper> RowMapper::bind(const Mapping& mapping, std::span<const std::string> columns,
                                  const EraTable& eras) {
  RowMapper mapper(mapping, eras);
  for (std::size_t i = 0; i < columns.size(); ++i) mapper.place_[columns[i]] = i;
  std::vector<std::string> wanted = mapped_columns(mapping), absent, unknown;
  for (const std::string& name : wanted) {
    if (!mapper.place_.contains(name)) absent.push_back(name);
  }
  for (const std::string& name : columns) {
    if (std::ranges::find(wanted, name) == wanted.end()) unknown.push_back(name);
  }
  if (!absent.empty()) {
    return Error{Errc::invalid_argument,
                 fmt::format("line 1: the mapping reads column '{}', which the file does not have; "
                             "the file's columns: {}",
                             fmt::join(absent, "', '"), fmt::join(columns, ", "))};
  }
  if (!unknown.empty()) {
    return Error{Errc::invalid_argument,
                 fmt::format("line 1: column '{}' is not in the mapping; map it, or name it in "
                             "'ignore' under [file]",
                             fmt::join(unknown, "', '"))};
  }
  return mapper;
}

SourcedRow RowMapper::map(std::span<const std::string_view> fields, std::size_t line,
                          std::size_t row_number) const {
  SourcedRow out{.line = line};
  Row row(*mapping_, *eras_, place_, fields, out);
  CaseReport report;
  report.registers = mapping_->registers;
  report.therapy = row.read(mapping_->therapy);
  report.institution = row.read(mapping_->institution);
  report.participant = mapping_->participant
                           ? row.read(*mapping_->participant)
                           : fmt::format("{}{:03}", mapping_->row_number_prefix, row_number);
  read_baseline(report, *mapping_, row);
  if (mapping_->treatment) read_treatment(report, *mapping_->treatment, row);
  read_assessments(report, *mapping_, row);
  read_events(report, *mapping_, row);
  if (mapping_->last_contact) report.last_contact = row.read_when(*mapping_->last_contact);
  check_order_of_days(report, row);
  out.report = std::move(report);
  return out;
}

}  // namespace kensho
