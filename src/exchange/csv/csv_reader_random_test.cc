#include <array>
#include <chrono>
#include <random>

#include <doctest/doctest.h>

#include "base/utf8.h"
#include "exchange/csv/csv_reader_test_table.h"

namespace kensho {
namespace {

// The naive twin: the rules of csv_reader.h a character at a time over a text held whole. Knows how
// many records are bad, not why.
class NaiveReader {
 public:
  explicit NaiveReader(std::string_view text) : text_(text) {}

  struct Answer {
    std::vector<Cells> rows;
    std::vector<std::size_t> lines;
    std::size_t bad = 0;
  };

  Answer read(std::size_t columns) {
    Answer answer;
    while (at_ < text_.size()) {
      if (take_line_end()) continue;
      const std::size_t line = line_;
      Cells row;
      bad_ = false;
      do row.push_back(take_field());
      while (take(","));
      take_line_end();
      if (bad_ || row.size() != columns) {
        ++answer.bad;
        continue;
      }
      answer.rows.push_back(std::move(row));
      answer.lines.push_back(line);
    }
    return answer;
  }

 private:
  bool sees(std::string_view start) const { return text_.substr(at_).starts_with(start); }
  bool take(std::string_view start) {
    if (!sees(start)) return false;
    at_ += start.size();
    return true;
  }
  bool take_line_end() {
    if (!take("\r\n") && !take("\n")) return false;
    ++line_;
    return true;
  }
  std::string take_field() {
    std::string field = take("\"") ? take_quoted() : "";
    while (at_ < text_.size() && !sees(",") && !sees("\n") && !sees("\r\n")) {
      if (closed_ || text_[at_] == '\r' || is_control_character(text_[at_])) bad_ = true;
      field += text_[at_++];
    }
    closed_ = false;
    return field;
  }
  std::string take_quoted() {
    std::string field;
    while (at_ < text_.size()) {
      if (take("\"\"")) {
        field += '"';
      } else if (take("\"")) {
        closed_ = true;
        return field;
      } else {
        if (text_[at_] == '\n') ++line_;
        if (is_control_character(text_[at_])) bad_ = true;
        field += text_[at_++];
      }
    }
    bad_ = true;
    return field;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 2;
  bool bad_ = false;
  bool closed_ = false;
};

TEST_CASE("random text reads as the naive reader reads it, whatever the buffer's size") {
  const std::array<std::string_view, 14> pieces = {
      "\"", "\"",   "\"\"", ",",  ",",      "\r",   "\n",
      "\n", "\r\n", "a",    "bc", "\u6CBB", "\x01", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"};
  std::mt19937_64 random(20240401);
  for (int round = 0; round < 20000; ++round) {
    std::string body;
    for (std::size_t count = random() % 40; count > 0; --count)
      body += pieces.at(random() % pieces.size());
    CAPTURE(body);
    const auto expected = NaiveReader(body).read(2);

    const Table table = read_table("k,v\n" + body, {.buffer_bytes = 64 + random() % 64});

    REQUIRE(table.rows == expected.rows);
    REQUIRE(table.lines == expected.lines);
    REQUIRE(table.errors.size() == expected.bad);
  }
}

std::string random_bytes(std::mt19937_64& random) {
  // A few kinds of noise: all bytes, or mostly those that mean something to a CSV reader.
  constexpr std::string_view telling("\",\n\r\0\x81\xE3\x82\xEF\xBB\xBF", 11);
  const bool any = random() % 2 == 0;
  std::string bytes(random() % 400, ' ');
  for (char& byte : bytes)
    byte = any ? static_cast<char>(random()) : telling[random() % telling.size()];
  return bytes;
}

TEST_CASE("random bytes never do harm and reading them always ends") {
  std::mt19937_64 random(1);
  for (int round = 0; round < 40000; ++round) {
    const std::string bytes = (random() % 2 == 0 ? "a,b\n" : "") + random_bytes(random);
    const bool is_limited = random() % 4 == 0;
    const CsvReaderOptions options{
        .delimiter = random() % 2 == 0 ? Delimiter::comma : Delimiter::tab,
        .control_characters =
            random() % 2 == 0 ? ControlCharacters::refuse : ControlCharacters::keep,
        .max_field_bytes = is_limited ? random() % 20 : 1000,
        .max_record_bytes = is_limited ? random() % 40 : 1000,
        .max_columns = 1 + random() % 8,
        .buffer_bytes = random() % 100};
    const auto encoding = random() % 2 == 0 ? TextEncoding::utf8 : TextEncoding::shift_jis;

    const Table table = read_table(bytes, options, encoding);

    REQUIRE(table.rows.size() + table.errors.size() <= bytes.size() + 1);
    for (const Cells& row : table.rows) {
      REQUIRE(row.size() == table.columns.size());
      for (const std::string& field : row) REQUIRE_FALSE(find_invalid_utf8(field));
    }
  }
}

TEST_CASE("a line without end fails after the limit, without reading all of it") {
  auto source = TextDecoder::from_bytes("a,b\n1," + std::string(std::size_t{64} << 20U, 'x'),
                                        TextEncoding::utf8);
  auto reader = CsvReader::open(std::move(source).value());
  REQUIRE(reader);

  const auto start = std::chrono::steady_clock::now();
  const auto record = reader->next();
  const std::chrono::duration<double> spent_s = std::chrono::steady_clock::now() - start;

  REQUIRE_FALSE(record);
  CHECK(record.error().message.starts_with("line 2, column 'b': the field is longer"));
  CHECK(spent_s.count() < 1.0);  // takes about 2 ms
  const auto after = reader->next();
  REQUIRE(after);
  CHECK_FALSE(after->has_value());
}

}  // namespace
}  // namespace kensho
