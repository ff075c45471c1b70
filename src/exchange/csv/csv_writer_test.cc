#include "exchange/csv/csv_writer.h"

#include <array>
#include <random>

#include <doctest/doctest.h>

#include "exchange/csv/csv_reader_test_table.h"

namespace kensho {
namespace {

std::string written(const std::vector<Cells>& rows, CsvWriterOptions options = {}) {
  CsvWriter writer(options);
  for (const Cells& row : rows) writer.add(std::vector<std::string_view>(row.begin(), row.end()));
  return writer.take();
}

TEST_CASE("quotes stand only where they are needed, and lines end with CRLF") {
  CHECK(written({{"a", "b c", "d;e"}, {"1,5", "say \"hi\"", "x\ny"}}) ==
        "a,b c,d;e\r\n\"1,5\",\"say \"\"hi\"\"\",\"x\ny\"\r\n");
  CHECK(written({{"a", "b"}, {"1,5", "2;5"}}, {.delimiter = Delimiter::semicolon}) ==
        "a;b\r\n1,5;\"2;5\"\r\n");
}

TEST_CASE("the byte-order mark is written once, and only when asked for") {
  CsvWriter writer({.byte_order_mark = ByteOrderMark::write});
  writer.add(std::array<std::string_view, 1>{"a"});
  CHECK(writer.size() == 6);
  CHECK(writer.take() ==
        "\xEF\xBB\xBF"
        "a\r\n");
  writer.add(std::array<std::string_view, 1>{"1"});
  CHECK(writer.take() == "1\r\n");
}

TEST_CASE("the formula guard disarms what a spreadsheet would run, and is off by default") {
  const CsvWriterOptions guarded{.formula_guard = FormulaGuard::apostrophe};
  const std::vector<Cells> rows = {
      {"=1+1", "+1", "-1", "@x"}, {"\tx", "\rx", "\nx", "\uFF1D1"}, {"a=1", "1-1", "", "=\"x\""}};

  CHECK(written(rows, guarded) ==
        "'=1+1,'+1,'-1,'@x\r\n"
        "'\tx,\"'\rx\",\"'\nx\",'\uFF1D1\r\n"
        "a=1,1-1,,\"'=\"\"x\"\"\"\r\n");
  CHECK(read_table("a,b,c,d\n" + written(rows)).rows == rows);
}

TEST_CASE("an empty field alone on its line, and a first name that starts with the mark, survive") {
  const std::vector<Cells> rows = {{"\uFEFFname"}, {""}, {"x"}, {""}};
  const Table table = read_table(written(rows));

  CHECK(table.columns == rows[0]);
  CHECK(table.rows == std::vector<Cells>{{""}, {"x"}, {""}});
}

TEST_CASE("random tables of awkward pieces read back as they were written") {
  const std::array<std::string_view, 16> pieces = {
      "\"",     "\"\"", ",",      ";",
      "\t",     "\r",   "\n",     "\r\n",
      " ",      "a",    "\u6CBB", "\U0001F525",
      "\uFEFF", "=",    "'",      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"};
  const std::array delimiters = {Delimiter::comma, Delimiter::semicolon, Delimiter::tab};
  std::mt19937_64 random(4180);
  for (int round = 0; round < 3000; ++round) {
    const std::size_t columns = 1 + random() % 5;
    std::vector<Cells> rows(1 + random() % 12, Cells(columns));
    for (Cells& row : rows)
      for (std::string& cell : row)
        for (std::size_t count = random() % 5; count > 0; --count)
          cell += pieces.at(random() % pieces.size());
    for (std::size_t column = 0; column < columns; ++column)
      rows[0][column] += "name " + std::to_string(column);
    const Delimiter delimiter = delimiters.at(random() % 3);
    const std::string text = written(rows, {.delimiter = delimiter});

    const Table table =
        read_table(text, {.delimiter = delimiter, .buffer_bytes = 64 + random() % 200});

    REQUIRE(table.errors.empty());
    REQUIRE(table.columns == rows[0]);
    REQUIRE(table.rows == std::vector<Cells>(rows.begin() + 1, rows.end()));
  }
}

}  // namespace
}  // namespace kensho
