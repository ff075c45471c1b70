#include "exchange/mapping.h"

#include <doctest/doctest.h>

#include "exchange/field_value.h"
#include "exchange/row_mapper.h"

namespace kensho {
namespace {

const VariableTable variables = {{"score", {.id = "score", .min = 0.0, .max = 100.0}}};

const EraTable eras = {{.name = "\xE4\xBB\xA4\xE5\x92\x8C",  // Reiwa
                        .letter = 'R',
                        .year_one = 2019,
                        .first_day = *Date::from_ymd(2019, 5, 1)}};

const char* complete_mapping = R"(
format = 1
[file]
missing = ["", "NA"]
ignore = ["note"]
[therapy]
value = "cells"
[institution]
column = "site"
codes = { 1 = "clinic-a", 2 = "clinic-b" }
[participant]
column = "id"
registers = true
[treatment]
date = { column = "treated" }
[[baseline]]
variable = "age_years"
column = "age"
type = "integer"
min = 0
max = 120
[[assessment]]
variable = "score"
column = "score"
required = false
date = { column = "seen" }
[[event]]
kind = { value = "relapse" }
present = [{ column = "relapsed", any_of = ["1"] }]
day = { column = "relapse_day", type = "integer", required = false }
)";

const std::vector<std::string> columns = {"site", "id",       "treated",     "age", "score",
                                          "seen", "relapsed", "relapse_day", "note"};

SourcedRow map_row(const std::vector<std::string_view>& fields) {
  const Mapping mapping = parse_mapping(complete_mapping, "m.toml", variables).value();
  return RowMapper::bind(mapping, columns, eras).value().map(fields, 2, 1);
}

TEST_CASE("a row becomes a report") {
  const SourcedRow row = map_row({"2", "p-1", "R6.5.1", "\xEF\xBC\x96\xEF\xBC\x91", "45.50",
                                  "2024-04-20", "1", "30", "free text"});

  REQUIRE(row.problems.empty());
  CHECK(row.report.institution == "clinic-b");
  CHECK(row.report.registers);
  CHECK(row.report.treatment->date == Date::from_ymd(2024, 5, 1));
  CHECK(row.report.baseline.at("age_years") == "61");  // full-width digits
  CHECK(row.report.assessments.at(0).value == "45.50");
  CHECK(row.report.events.at(0).when.study_day == 30);
}

TEST_CASE("every problem of a row is told with its column, value and rule") {
  const SourcedRow row =
      map_row({"3", "Taro Yamada", "01/02/2024", "-3", "101", "2024-02-30", "0", "", ""});

  REQUIRE(row.problems.size() == 6);
  CHECK(row.problems[0].column == "site");
  CHECK(row.problems[0].rule == "is not a known code; known: 1, 2");
  CHECK(row.problems[1].rule ==
        "must be an id: 1 to 64 letters, digits, '-', '_' or '.'; never a name");
  CHECK(row.problems[2].column == "age");
  CHECK(row.problems[2].rule == "must not be below 0");
  CHECK(row.problems[3].column == "treated");
  CHECK(row.problems[4].rule == "must not be above 100");
  CHECK(row.problems[5].column == "seen");
}

TEST_CASE("a missing value is left out where it may be, and refused where it may not") {
  const SourcedRow may = map_row({"1", "p-1", "2024-05-01", "61", "NA", "2024-04-20", "0", "", ""});
  CHECK(may.problems.empty());
  CHECK(may.report.assessments.empty());
  const SourcedRow must =
      map_row({"1", "p-1", "2024-05-01", "NA", "45", "2024-04-20", "0", "", ""});
  REQUIRE(must.problems.size() == 1);
  CHECK(must.problems[0].rule == "must not be missing");
}

TEST_CASE("columns and mapping must speak of the same things") {
  const Mapping mapping = parse_mapping(complete_mapping, "m.toml", variables).value();
  std::vector<std::string> lacking(columns.begin(), columns.end() - 2);
  lacking.push_back("note");
  CHECK(RowMapper::bind(mapping, lacking, eras).error().message ==
        "line 1: the mapping reads column 'relapse_day', which the file does not have; the file's "
        "columns: site, id, treated, age, score, seen, relapsed, note");
  std::vector<std::string> more = columns;
  more.push_back("phone");
  CHECK(
      RowMapper::bind(mapping, more, eras).error().message ==
      "line 1: column 'phone' is not in the mapping; map it, or name it in 'ignore' under [file]");
}

TEST_CASE("a mapping that does not hold together is refused with file and line") {
  const struct {
    const char* text;
    const char* message;
  } rows[] = {
      {"format = 2\n", "m.toml line 1: 'format' must be 1"},
      {"format = 1\nfoo = 1\n[therapy]\nvalue = \"x\"\n", "m.toml line 2: 'foo' is not known here"},
      {"format = 1\n[therapy]\ncolumn = \"a\"\nvalue = \"b\"\n[institution]\nvalue = \"c\"\n",
       "m.toml line 2: needs either 'column'"},
      {"format = 1\n[file]\nencoding = \"latin-1\"\n", "m.toml line 3: 'encoding' must be utf-8"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto parsed = parse_mapping(row.text, "m.toml", variables);
    REQUIRE(!parsed);
    CHECK(parsed.error().message.starts_with(row.message));
  }
}

/// The complete mapping with one of its lines replaced by others.
std::string with(std::string_view line, std::string_view others) {
  std::string text(complete_mapping);
  const std::size_t at = text.find(line);
  REQUIRE(at != text.npos);
  return text.replace(at, line.size(), others);
}

TEST_CASE("a field that gives an id gives nothing else, and gives one in every row") {
  const struct {
    std::string text;
    const char* message;
  } rows[] = {
      {with("column = \"id\"", "column = \"id\"\nrequired = false"),
       "m.toml line 13: 'required' must not be false: this field is an id"},
      {with("column = \"id\"", "column = \"id\"\ntype = \"text\""),
       "m.toml line 13: 'type' must be identifier or code: this field is an id"},
      {with("column = \"id\"", "row_number = \"Taro Yamada \""),
       "m.toml line 12: 'row_number' must be 1 to 40 letters"},
      {with("2 = \"clinic-b\"", "2 = \"Clinic B\""), "m.toml line 10: 'codes' an id has 1 to 64"},
      {with("value = \"cells\"", "value = \"the cells\""),
       "m.toml line 7: 'value' an id has 1 to 64"},
      {with("kind = { value = \"relapse\" }", "kind = { column = \"k\", required = false }"),
       "m.toml line 28: 'required' must not be false"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto parsed = parse_mapping(row.text, "m.toml", variables);
    REQUIRE(!parsed);
    CAPTURE(parsed.error().message);
    CHECK(parsed.error().message.starts_with(row.message));
  }
}

TEST_CASE("what would silently become a no, or a treatment without a day, is refused") {
  const auto message = [](const std::string& text) {
    return parse_mapping(text, "m.toml", variables).error().message;
  };
  CHECK(message(with("present = ", "serious = { column = \"s\", type = \"text\" }\npresent = ")) ==
        "m.toml line 29: 'type' must be flag, or code with \"1\" and \"0\" as stored");
  CHECK(message(with("present = ",
                     "serious = { column = \"s\", codes = { y = \"yes\" } }\npresent = ")) ==
        "m.toml line 29: 'codes' must have \"1\" (yes) or \"0\" (no) as stored");
  CHECK(message(with("date = { column = \"treated\" }",
                     "date = { column = \"treated\", required = false }")) ==
        "m.toml line 15: 'date' must not be missing; give 'date_unknown' with the reason instead");
}

TEST_CASE("a moment that cannot be kept is a problem, never left out") {
  const struct {
    const char* rule;
    const char* day;
    const char* problem;
  } rows[] = {
      {"day = { column = \"relapse_day\", type = \"integer\" }", "99999999999",
       "must be a whole number of days, at most 100000"},
      {"day = { column = \"relapse_day\", type = \"integer\" }", "-100001",
       "must be a whole number of days, at most 100000"},
      {"day = { column = \"relapse_day\", type = \"decimal\" }", "30.5",
       "must be a whole number of days, at most 100000"},
      {"day = { column = \"relapse_day\", factor = 0.5 }", "31",
       "must be a whole number of days, at most 100000"},
      {"date = { column = \"relapse_day\", type = \"text\" }", "next week",
       "must be a date; give the field type date"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.rule);
    const std::string text =
        with("day = { column = \"relapse_day\", type = \"integer\", required = false }", row.rule);
    const Mapping mapping = parse_mapping(text, "m.toml", variables).value();
    const std::vector<std::string_view> fields = {"1", "p", "2024-05-01", "5", "",
                                                  "",  "1", row.day,      ""};
    const SourcedRow read = RowMapper::bind(mapping, columns, eras).value().map(fields, 2, 1);
    REQUIRE(read.problems.size() == 1);
    CHECK(read.problems[0].rule == row.problem);
  }
}

TEST_CASE("a mapping narrows a variable's range and never widens it") {
  std::string wide(complete_mapping);
  const std::size_t at = wide.find("variable = \"score\"");
  wide.insert(at, "min = -50\nmax = 80\n");
  const Mapping mapping = parse_mapping(wide, "m.toml", variables).value();
  CHECK(*mapping.assessments[0].value.min == 0);
  CHECK(*mapping.assessments[0].value.max == 80);
}

TEST_CASE("fields are read by their type") {
  const struct {
    FieldType type;
    const char* text;
    const char* value;
  } rows[] = {{FieldType::integer, " 42 ", "42"},
              {FieldType::integer, "+7", "7"},
              {FieldType::integer, "4.2", ""},
              {FieldType::integer, "1e3", ""},
              {FieldType::decimal, "1.50", "1.50"},
              {FieldType::decimal, "-0.5", "-0.5"},
              {FieldType::decimal, ".5", ""},
              {FieldType::decimal, "5.", ""},
              {FieldType::decimal, "1,5", ""},
              {FieldType::decimal, "1234567890123456", ""},
              {FieldType::date, "2024-02-29", "2024-02-29"},
              {FieldType::date, "2023-02-29", ""},
              {FieldType::flag, "Yes", "1"},
              {FieldType::flag, "maybe", ""}};
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const FieldReading reading =
        read_field_value(row.text, {.column = "c", .type = row.type}, {""}, eras);
    CHECK(reading.value == row.value);
    CHECK(reading.problem.empty() == !reading.value.empty());
  }
}

TEST_CASE("a factor changes the unit without noise in the digits") {
  const FieldRule millimetres{.column = "c", .type = FieldType::decimal, .factor = 0.1};
  CHECK(read_field_value("7", millimetres, {""}, eras).value == "0.7");
  CHECK(read_field_value("45", millimetres, {""}, eras).value == "4.5");
}

}  // namespace
}  // namespace kensho
