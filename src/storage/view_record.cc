#include "storage/view_record.h"

#include "base/check.h"

namespace kensho::storage {
namespace {

// Within a text 00 becomes 00 FF, and 00 01 ends it: "a" sorts before "a" and anything.
constexpr char escape = '\x00', escaped = '\xFF', end = '\x01';
constexpr std::uint64_t sign = std::uint64_t{1} << 63;  // flipped, so that negative sorts first

char kind_byte(ViewValueKind kind) {
  return static_cast<char>(kind);
}

/// Reads a record from its start.
class Reader {
 public:
  explicit Reader(std::string_view record) : record_(record) {}

  std::size_t at() const { return at_; }

  std::uint8_t byte() {
    ENSURE(at_ < record_.size());
    return static_cast<std::uint8_t>(record_[at_++]);
  }

  ViewValue value() {
    if (byte() == static_cast<std::uint8_t>(ViewValueKind::number)) return number();
    std::string text;
    while (true) {
      const char c = static_cast<char>(byte());
      if (c == escape && static_cast<char>(byte()) == end) return text;
      text.push_back(c);
    }
  }

  std::int64_t number() {
    std::uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) bits = bits << 8 | byte();
    return static_cast<std::int64_t>(bits ^ sign);
  }

 private:
  std::string_view record_;
  std::size_t at_ = 0;
};

void append_value(std::string& record, const ViewValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return append_number(record, *number);
  append_text(record, std::get<std::string>(value));
}

}  // namespace

void append_number(std::string& record, std::int64_t number) {
  record.push_back(kind_byte(ViewValueKind::number));
  const std::uint64_t bits = static_cast<std::uint64_t>(number) ^ sign;
  for (int shift = 56; shift >= 0; shift -= 8) record.push_back(static_cast<char>(bits >> shift));
}

void append_text(std::string& record, std::string_view text, ViewValueKind kind) {
  record.push_back(kind_byte(kind));
  for (const char c : text) {
    record.push_back(c);
    if (c == escape) record.push_back(escaped);
  }
  record.push_back(escape);
  record.push_back(end);
}

void append_null(std::string& record) {
  record.push_back(kind_byte(ViewValueKind::null));
}

std::string record_of(const ViewChange& change) {
  const std::size_t keys = view_tables()[change.view].key_columns;
  std::string record(1, static_cast<char>(change.view));
  for (std::size_t i = 0; i < keys; ++i) append_value(record, change.values[i]);
  append_number(record, static_cast<std::int64_t>(change.seq));
  for (std::size_t i = keys; i < change.values.size(); ++i) append_value(record, change.values[i]);
  return record;
}

ViewChange change_of(std::string_view record) {
  Reader reader(record);
  ViewChange change{.view = reader.byte()};
  const ViewTable& table = view_tables()[change.view];
  while (change.values.size() < table.key_columns) change.values.push_back(reader.value());
  change.seq = static_cast<std::uint64_t>(std::get<std::int64_t>(reader.value()));
  while (change.values.size() < table.columns.size()) change.values.push_back(reader.value());
  return change;
}

std::string_view row_of(std::string_view record) {
  Reader reader(record);
  const ViewTable& table = view_tables()[reader.byte()];
  for (std::size_t i = 0; i < table.key_columns; ++i) reader.value();
  return record.substr(0, reader.at());
}

}  // namespace kensho::storage
