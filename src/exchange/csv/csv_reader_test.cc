#include "exchange/csv/csv_reader.h"

#include <doctest/doctest.h>

#include "exchange/csv/csv_reader_test_table.h"

namespace kensho {
namespace {

using Rows = std::vector<Cells>;

std::string only_error(std::string text, const CsvReaderOptions& options = {}) {
  const Table table = read_table(std::move(text), options);
  REQUIRE(table.errors.size() == 1);
  return table.errors[0];
}

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
  CHECK(table.errors[0] ==
        "line 3: the header has 2 fields, this record 1; a field that holds the delimiter or a "
        "line end needs quotes around it");
  CHECK(table.errors[1].starts_with("line 4: the header has 2 fields, this record 3; "));
  CHECK(table.errors[2].starts_with("line 5, column 'note': text after a closing quote; "));
  CHECK(table.errors[3].starts_with("line 6, column 'note': a carriage return without"));
  CHECK(table.errors[4].starts_with("line 7, column 'note': a control character"));
  CHECK(table.errors[5].starts_with("line 9, column 'note': a control character"));
  CHECK(table.errors[6].starts_with("line 11, column 'note': the quote opened here is never"));
}

TEST_CASE("an unclosed quote is reported where it opened, not where the file ends") {
  CHECK(only_error("a,b\n\"x\ny\",\"open\n\n\n1,2\n").starts_with("line 3, column 'b': the quote"));
}

TEST_CASE("after text behind a closing quote the reader finds the next record") {
  const Table table = read_table("a,b\n\"x\"y,\"two\nlines\"\n3,4\n\"p\"\rq,5\n6,7\n");

  CHECK(table.rows == Rows{{"3", "4"}, {"6", "7"}});
  CHECK(table.lines == std::vector<std::size_t>{4, 6});
  CHECK(table.errors.size() == 2);
}

TEST_CASE("semicolon and tab delimit when asked, and a comma is then text") {
  const Table semicolon = read_table("a;b\n1,5;\"2;5\"\n", {.delimiter = Delimiter::semicolon});
  const Table tab = read_table("a\tb\n1,5\t\"2\t5\"\n", {.delimiter = Delimiter::tab});

  CHECK(semicolon.rows == Rows{{"1,5", "2;5"}});
  CHECK(tab.rows == Rows{{"1,5", "2\t5"}});
}

TEST_CASE("a quote that opens no field, and spaces, are text") {
  const Table table = read_table("a,b\n 37'36.8\"N , \"x\"\n");

  CHECK(table.rows == Rows{{" 37'36.8\"N ", " \"x\""}});
}

TEST_CASE("a file of carriage returns only is refused at once, with the fix") {
  CHECK(only_error("a,b\r1,2\r3,4\r") ==
        "line 1, column 2: a carriage return without a line feed; save the file with LF or CRLF "
        "line ends");
  CHECK(only_error("a,b\n1,2\r").starts_with("line 2, column 'b': a carriage return without"));
}

TEST_CASE("a header that cannot name its columns is refused") {
  CHECK(only_error("\n\r\n") == "no header row; the first line names the columns");
  CHECK(only_error("a,,c\n") == "header: column 2 has no name; give it one");
  CHECK(only_error("a,b,  \n") == "header: column 3 has no name; give it one");
  CHECK(only_error("x,y,\"x\"\n") == "header: columns 1 and 3 have the same name; rename one");
  CHECK(only_error("a,b,c\n", {.max_columns = 2}) ==
        "header: 3 columns where 2 are allowed; check the delimiter");
  CHECK(only_error("a,\"b\n").starts_with("line 1, column 2: the quote opened here"));
}

TEST_CASE("a header alone is a table without rows") {
  const Table table = read_table("a,b");

  CHECK(table.columns == Cells{"a", "b"});
  CHECK(table.rows.empty());
  CHECK(table.errors.empty());
}

TEST_CASE("NUL is refused, or kept when asked, wherever it stands") {
  const std::string text("a,b\n\0,\"\0\"\nx\0", 12);

  CHECK(read_table(text).errors.size() == 2);
  const Table kept = read_table(text, {.control_characters = ControlCharacters::keep});
  CHECK(kept.rows == Rows{{std::string(1, '\0'), std::string(1, '\0')}});
  CHECK(kept.errors.size() == 1);  // the last record has one field
}

TEST_CASE("a field or record over its limit ends the reading, whatever is in memory") {
  for (const std::size_t buffer : {std::size_t{64}, std::size_t{256}, std::size_t{65536}}) {
    const CsvReaderOptions options{
        .max_field_bytes = 100, .max_record_bytes = 150, .buffer_bytes = buffer};
    const std::string fits(100, 'x');
    const std::string half(80, 'x');

    CHECK(read_table("a,b\n" + fits + ",\n1,2\n", options).rows.size() == 2);
    CHECK(only_error("a,b\n1,2\n" + fits + "x,\n1,2\n", options) ==
          "line 3, column 'a': the field is longer than the limit; shorten it, or close the quote "
          "before it");
    CHECK(only_error("a,b\n1,\"2\n" + fits + "\n1,2\n", options)
              .starts_with("line 2, column 'b': the field is longer"));
    CHECK(only_error("a,b\n" + half + "," + half + "\n1,2\n", options) ==
          "line 2: the record is longer than 150 bytes; check the line ends and that every quote "
          "is closed");
  }
}

TEST_CASE("wrong bytes end the reading after the records before them") {
  const Table table = read_table("a,b\n1,2\n3\n4,\xFF\n5,6\n");

  CHECK(table.rows == Rows{{"1", "2"}});
  REQUIRE(table.errors.size() == 2);
  CHECK(table.errors[1].starts_with("line 4: what stands at byte offset 12 is not valid UTF-8; "));
}

TEST_CASE("no message repeats a field's text, and a column's long name is cut") {
  const std::string name(200, 'n');
  const Table table = read_table(name + ",b\nsecret,\"secret\"secret\nsecret\x01,\nsecret\n");

  REQUIRE(table.errors.size() == 3);
  for (const std::string& error : table.errors) {
    CHECK(error.find("secret") == std::string::npos);
    CHECK(error.size() < 250);
  }
}

}  // namespace
}  // namespace kensho
