#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "exchange/csv/csv_reader_test_table.h"
#include "exchange/csv/csv_writer.h"

namespace kensho {
namespace {

const std::filesystem::path reference = KENSHO_SOURCE_DIR "/tests/reference/csv";

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return std::move(bytes).str();
}

nlohmann::ordered_json as_json(const Table& table) {
  auto rows = nlohmann::ordered_json::array();
  for (const Cells& row : table.rows) {
    nlohmann::ordered_json object;
    for (std::size_t column = 0; column < row.size(); ++column)
      object[table.columns[column]] = row[column];
    rows.push_back(object);
  }
  return rows;
}

TEST_CASE("csv-spectrum reads as its JSON says") {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(reference / "csv-spectrum/csvs")) {
    const std::string name = entry.path().stem().string();
    if (name == "location_coordinates") continue;  // its JSON says something else: next test
    CAPTURE(name);
    const Table table = read_table(bytes_of(entry.path()));
    const auto expected =
        nlohmann::ordered_json::parse(bytes_of(reference / "csv-spectrum/json" / (name + ".json")));

    CHECK(table.errors.empty());
    CHECK(as_json(table) == expected);
    ++files;
  }
  CHECK(files == 11);
}

TEST_CASE("a quote inside an unquoted field is kept, as csv-spectrum's coordinates need") {
  const Table table =
      read_table(bytes_of(reference / "csv-spectrum/csvs/location_coordinates.csv"));

  CHECK(table.errors.empty());
  REQUIRE(table.rows.size() == 1);
  CHECK(table.rows[0] ==
        Cells{"2095257564", "37\uFFFD36'37.8\"N 121\uFFFD2'17.9\"W", "Modesto", "Stanislaus"});
}

std::vector<std::string> naughty_strings() {
  return nlohmann::json::parse(bytes_of(reference.parent_path() / "blns/blns.json"));
}

std::string as_csv(const std::vector<std::string>& strings, Delimiter delimiter) {
  CsvWriter writer({.delimiter = delimiter});
  writer.add(std::array<std::string_view, 3>{"before", "string", "after"});
  for (const std::string& text : strings)
    writer.add(std::array<std::string_view, 3>{"x", text, text});
  return writer.take();
}

TEST_CASE("every naughty string survives writing and reading, with every delimiter") {
  const auto strings = naughty_strings();
  REQUIRE(strings.size() == 485);
  for (const Delimiter delimiter : {Delimiter::comma, Delimiter::semicolon, Delimiter::tab}) {
    const Table table =
        read_table(as_csv(strings, delimiter), {.delimiter = delimiter,
                                                .control_characters = ControlCharacters::keep,
                                                .buffer_bytes = 64});
    CHECK(table.errors.empty());
    REQUIRE(table.rows.size() == strings.size());
    for (std::size_t index = 0; index < strings.size(); ++index)
      CHECK(table.rows[index] == Cells{"x", strings[index], strings[index]});
  }
}

TEST_CASE("the three naughty strings with control characters are refused by default") {
  const Table table = read_table(as_csv(naughty_strings(), Delimiter::comma));

  CHECK(table.rows.size() == 482);
  REQUIRE(table.errors.size() == 3);
  for (const std::string& error : table.errors)
    CHECK(error.find("column 'string': a control character") != std::string::npos);
}

TEST_CASE("every character of CP932 reads as Python reads it, also as fields of a table") {
  const Table shift_jis =
      read_table(bytes_of(reference / "shift_jis/table_cp932.csv"), {}, TextEncoding::shift_jis);
  const Table utf8 = read_table(bytes_of(reference / "shift_jis/table_utf8.csv"));

  CHECK(shift_jis.errors.empty());
  CHECK(shift_jis.rows.size() == 9762);
  CHECK(shift_jis.rows == utf8.rows);
}

}  // namespace
}  // namespace kensho
