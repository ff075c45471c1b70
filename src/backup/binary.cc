#include "backup/binary.h"

#include <array>

namespace kensho::backup {
namespace {

constexpr std::uint64_t text_bytes_max = 256u << 20;  // as the largest file that is read whole

void append_low_bytes(Bytes& bytes, std::uint64_t value, int count) {
  for (int byte = 0; byte < count; ++byte) {
    bytes.push_back(static_cast<std::uint8_t>(value >> 8 * byte));
  }
}

template <std::size_t Count>
Result<std::uint64_t> read_low_bytes(SealedReader& reader) {
  std::array<std::uint8_t, Count> bytes{};
  TRY(reader.read(bytes));
  std::uint64_t value = 0;
  for (std::size_t byte = 0; byte < Count; ++byte) value |= std::uint64_t{bytes[byte]} << 8 * byte;
  return value;
}

}  // namespace

void append_number(Bytes& bytes, std::uint64_t value) {
  append_low_bytes(bytes, value, 8);
}

void append_text(Bytes& bytes, std::string_view text) {
  append_low_bytes(bytes, text.size(), 4);
  const ByteView content = as_bytes(text);
  bytes.insert(bytes.end(), content.begin(), content.end());
}

Result<std::uint64_t> read_number(SealedReader& reader) {
  return read_low_bytes<8>(reader);
}

Result<std::string> read_text(SealedReader& reader) {
  const std::uint64_t length = TRY(read_low_bytes<4>(reader));
  if (length > text_bytes_max) {
    return Error{Errc::corrupted, "a text in the backup is longer than any that is written"};
  }
  std::string text(length, '\0');
  TRY(reader.read({reinterpret_cast<std::uint8_t*>(text.data()), text.size()}));
  return text;
}

}  // namespace kensho::backup
