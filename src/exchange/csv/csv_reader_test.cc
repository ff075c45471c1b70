#include "exchange/csv/csv_reader.h"

#include <vector>

#include <doctest/doctest.h>

namespace kensho {
namespace {

struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::size_t> lines;
  std::vector<std::string> errors;  // the last one may be that of the header
};

Table read_table(std::string text, CsvReaderOptions options = {}) {
  Table table;
  auto source = TextDecoder::from_bytes(std::move(text), TextEncoding::utf8);
  REQUIRE(source);
  auto reader = CsvReader::open(std::move(source).value(), options);
  if (!reader) {
    table.errors.push_back(reader.error().message);
    return table;
  }
  table.columns.assign(reader->columns().begin(), reader->columns().end());
  while (true) {
    const auto record = reader->next();
    if (!record) {
      table.errors.push_back(record.error().message);
    } else if (*record) {
      table.rows.emplace_back((*record)->fields.begin(), (*record)->fields.end());
      table.lines.push_back((*record)->line);
    } else {
      return table;
    }
  }
}

using Rows = std::vector<std::vector<std::string>>;

TEST_CASE("a record knows the line it starts on, also after line ends inside quotes") {
  const Table table = read_table("a,b\r\n1,\"x\r\ny\nz\"\n\n2,\"say \"\"hi\"\"\"\r\n3,");

  CHECK(table.rows == Rows{{"1", "x\r\ny\nz"}, {"2", "say \"hi\""}, {"3", ""}});
  CHECK(table.lines == std::vector<std::size_t>{2, 6, 7});
  CHECK(table.errors.empty());
}

TEST_CASE("every bad row is listed with its line, and the good rows between them are read") {
  const Table table = read_table(
      "id,note\n1,good\n2\n3,x,y\n4,\"a\"b\n5,a\rb\n6,a\x01"
      "b\n\"\n7\",\"\x02\"\n8,good\n9,\"open\n");

  CHECK(table.rows == Rows{{"1", "good"}, {"8", "good"}});
  REQUIRE(table.errors.size() == 7);
  CHECK(
      table.errors[0] ==
      "line 3: the header has 2 fields, this record 1; a field that holds the delimiter or a line "
      "end needs quotes around it");
  CHECK(table.errors[1].starts_with("line 4: the header has 2 fields, this record 3; "));
  CHECK(table.errors[2].starts_with("line 5, column 'note': text after a closing quote; "));
  CHECK(table.errors[3].starts_with("line 6, column 'note': a carriage return without"));
  CHECK(table.errors[4].starts_with("line 7, column 'note': a control character"));
  CHECK(table.errors[5].starts_with("line 9, column 'note': a control character"));
  CHECK(
      table.errors[6].starts_with("line 11, column 'note': the quote opened here is never closed"));
}

}  // namespace
}  // namespace kensho
