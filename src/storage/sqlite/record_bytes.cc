#include "storage/sqlite/record_bytes.h"

#include <array>

namespace kensho {
namespace {

struct IntegerType {
  char code;
  int bytes;
};
constexpr std::array<IntegerType, 6> integer_types = {
    {{1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 6}, {6, 8}}};

void append_varint(std::string& out, std::uint64_t value) {
  if (value >= 128) out += static_cast<char>(0x80U | (value >> 7U));
  out += static_cast<char>(value & 0x7fU);
}

bool fits(std::uint64_t number, int bytes) {
  return bytes == 8 || number < (std::uint64_t{1} << (8 * bytes - 1));  // the top bit is the sign
}

void append_number(std::string& types, std::string& values, std::uint64_t number) {
  if (number <= 1) {  // the type alone says it
    types += static_cast<char>(8 + number);
    return;
  }
  for (const IntegerType& type : integer_types) {
    if (!fits(number, type.bytes)) continue;
    types += type.code;
    for (int byte = type.bytes - 1; byte >= 0; --byte)
      values += static_cast<char>(number >> (8 * byte) & 0xffU);
    return;
  }
}

}  // namespace

std::string record_bytes(const std::vector<RecordValue>& row) {
  std::string types, values;
  for (const RecordValue& value : row) {
    if (const auto* number = std::get_if<std::uint64_t>(&value)) {
      append_number(types, values, *number);
      continue;
    }
    const auto text = std::get<std::string_view>(value);
    append_varint(types, 13 + 2 * text.size());
    values += text;
  }
  // The header's length counts itself; identifiers are short, so one byte holds it.
  return std::string(1, static_cast<char>(types.size() + 1)) + types + values;
}

}  // namespace kensho
