// Mapping files and the rows they map: a row without problems is a report the journal can keep.
#include <algorithm>

#include "base/testing/fuzz_target.h"
#include "catalog/eras.h"
#include "catalog/variables.h"
#include "domain/identifier.h"
#include "exchange/csv/csv_reader_test_table.h"
#include "exchange/row_mapper.h"
#include "journal/payload.h"

namespace kensho::wiring {
namespace {

const EraTable& eras() {
  static const EraTable table = catalog::load_eras().value();
  return table;
}

const VariableTable& variables() {
  static const VariableTable table = catalog::load_variables().value();
  return table;
}

/// What the journal and every reader after it counts on.
void check_report(const CaseReport& report) {
  for (const std::string& id : {report.therapy, report.institution, report.participant})
    ENSURE(is_identifier(id));
  if (report.treatment) {
    ENSURE(is_identifier(report.treatment->number));
    ENSURE(report.treatment->date.has_value() == report.treatment->date_unknown_reason.empty());
  }
  for (const Event& event : report.events) ENSURE(is_identifier(event.kind));
  const Json payload = journal::to_json(report);
  const auto again = journal::read_case_report(payload, "report");
  ENSURE(again && *again == report);
}

bool is_set(const When& when) {
  return when.date || when.study_day;
}

bool is_required(const WhenRule& rule) {
  return (rule.date ? rule.date : rule.day)->required;
}

/// A moment that the mapping requires is there, or there is a problem.
void check_moments(const CaseReport& report, const Mapping& mapping) {
  if (mapping.last_contact && is_required(*mapping.last_contact))
    ENSURE(is_set(*report.last_contact));
  if (report.treatment && mapping.treatment->date) ENSURE(report.treatment->date);
  const bool all_required = std::ranges::all_of(
      mapping.events, [](const EventRule& event) { return is_required(event.when); });
  for (const Event& event : report.events) ENSURE(!all_required || is_set(event.when));
}

/// Maps every row; each says what it is or what is wrong.
void check_rows(const Mapping& mapping, const Cells& columns, const std::vector<Cells>& rows) {
  const auto mapper = RowMapper::bind(mapping, columns, eras());
  if (!mapper) return;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::vector<std::string_view> fields(rows[i].begin(), rows[i].end());
    const SourcedRow row = mapper->map(fields, i + 2, i + 1);
    if (!row.problems.empty()) continue;
    check_report(row.report);
    check_moments(row.report, mapping);
  }
}

/// A mapping, and rows of its own columns that hold one text throughout.
KENSHO_FUZZ(mapping) {
  const auto mapping = parse_mapping(input, "m.toml", variables());
  if (!mapping) {
    ENSURE(mapping.error().code == Errc::invalid_argument);
    ENSURE(mapping.error().message.find("m.toml") != std::string::npos);
    return;
  }
  const Cells columns = mapped_columns(*mapping);
  std::vector<Cells> rows;
  for (const char* text : {"", "1", "0", "a", "2024-04-01", "-1", "99999999999", "Taro Yamada"})
    rows.emplace_back(columns.size(), text);
  check_rows(*mapping, columns, rows);
}

/// Rows of a clinic's file under a mapping with a field of every type.
KENSHO_FUZZ(import_rows) {
  static const Mapping mapping = parse_mapping(R"(
format = 1
[file]
missing = ["", "NA"]
[therapy]
value = "cells"
[institution]
column = "site"
codes = { 1 = "clinic-a", 2 = "clinic-b" }
[participant]
column = "id"
registers = true
[treatment]
number = { column = "number" }
date = { column = "treated" }
[[baseline]]
variable = "remark"
column = "remark"
required = false
[[assessment]]
variable = "score"
column = "score"
factor = 0.5
required = false
date = { column = "seen" }
[[event]]
kind = { value = "relapse" }
present = [{ column = "relapsed", any_of = ["1"] }]
day = { column = "day" }
serious = { column = "serious" }
[last_contact]
date = { column = "last" }
)",
                                               "mapping", {})
                                     .value();
  static const std::string header =
      "site,id,number,treated,remark,score,seen,relapsed,day,serious,last\n";
  const Table table = read_table(header + std::string(input));
  check_rows(mapping, table.columns, table.rows);
}

}  // namespace
}  // namespace kensho::wiring
