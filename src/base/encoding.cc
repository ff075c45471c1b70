#include "base/encoding.h"

#include <array>
#include <cstddef>

namespace kensho {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base45_digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
constexpr std::uint8_t not_a_digit = 0xff;

constexpr std::array<std::uint8_t, 256> reverse_table(std::string_view digits) {
  std::array<std::uint8_t, 256> values{};
  values.fill(not_a_digit);
  for (std::size_t i = 0; i < digits.size(); ++i)
    values[static_cast<std::uint8_t>(digits[i])] = static_cast<std::uint8_t>(i);
  return values;
}

constexpr std::array<std::uint8_t, 256> hex_table() {
  auto values = reverse_table(hex_digits);
  for (char upper = 'A'; upper <= 'F'; ++upper)
    values[static_cast<std::uint8_t>(upper)] = static_cast<std::uint8_t>(upper - 'A' + 10);
  return values;
}

constexpr auto hex_values = hex_table();
constexpr auto base64_values = reverse_table(base64_digits);
constexpr auto base45_values = reverse_table(base45_digits);

std::uint8_t value_of(const std::array<std::uint8_t, 256>& table, char digit) {
  return table[static_cast<std::uint8_t>(digit)];
}

// The 24 bits of one group of four characters, the first `digits` of them significant.
Result<std::uint32_t> base64_group(std::string_view group, std::size_t digits) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const std::uint8_t value = i < digits ? value_of(base64_values, group[i]) : std::uint8_t{0};
    if (value == not_a_digit)
      return Error{Errc::invalid_argument, "base64 text has a character outside the alphabet"};
    bits = bits << 6 | value;
  }
  return bits;
}

std::size_t padding_of(std::string_view text) {
  if (text.ends_with("==")) return 2;
  return text.ends_with('=') ? 1 : 0;
}

// The number that a group of two or three characters stands for, least significant digit first.
Result<std::uint32_t> base45_group(std::string_view group) {
  std::uint32_t number = 0;
  for (std::size_t i = group.size(); i-- > 0;) {
    const std::uint8_t value = value_of(base45_values, group[i]);
    if (value == not_a_digit)
      return Error{Errc::invalid_argument, "base45 text has a character outside the alphabet"};
    number = number * 45 + value;
  }
  if (number >> (group.size() == 3 ? 16 : 8) != 0)
    return Error{Errc::invalid_argument, "base45 text has a group that stands for no bytes"};
  return number;
}

}  // namespace

std::string hex_encode(ByteView bytes) {
  std::string text(bytes.size() * 2, '\0');
  char* out = text.data();
  for (const std::uint8_t byte : bytes) {
    *out++ = hex_digits[byte >> 4];
    *out++ = hex_digits[byte & 0x0f];
  }
  return text;
}

Result<Bytes> hex_decode(std::string_view text) {
  if (text.size() % 2 != 0)
    return Error{Errc::invalid_argument, "hexadecimal text has an odd number of digits"};
  Bytes bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const std::uint8_t high = value_of(hex_values, text[i]);
    const std::uint8_t low = value_of(hex_values, text[i + 1]);
    if (high == not_a_digit || low == not_a_digit)
      return Error{Errc::invalid_argument, "hexadecimal text has a character that is no digit"};
    bytes.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return bytes;
}

std::string base64_encode(ByteView bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '=');
  char* out = text.data();
  const std::size_t whole = bytes.size() / 3 * 3;
  for (std::size_t i = 0; i < whole; i += 3) {
    const std::uint32_t bits =
        std::uint32_t{bytes[i]} << 16 | std::uint32_t{bytes[i + 1]} << 8 | bytes[i + 2];
    for (int shift = 18; shift >= 0; shift -= 6) *out++ = base64_digits[bits >> shift & 0x3f];
  }
  const std::size_t left = bytes.size() - whole;  // 0, 1 or 2: as many digits and one more
  if (left == 0) return text;
  const std::uint32_t bits =
      std::uint32_t{bytes[whole]} << 16 | (left == 2 ? std::uint32_t{bytes[whole + 1]} << 8 : 0U);
  for (std::size_t k = 0; k <= left; ++k) *out++ = base64_digits[bits >> (18 - 6 * k) & 0x3f];
  return text;
}

Result<Bytes> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0)
    return Error{Errc::invalid_argument, "base64 text has a length that is no multiple of four"};
  const std::size_t padding = padding_of(text);
  Bytes bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const std::size_t unused = i + 4 == text.size() ? padding : 0;
    const std::uint32_t bits = TRY(base64_group(text.substr(i, 4), 4 - unused));
    if ((bits & ((1U << 8 * unused) - 1)) != 0)
      return Error{Errc::invalid_argument, "base64 text has unused bits that are not zero"};
    for (std::size_t k = 0; k < 3 - unused; ++k)
      bytes.push_back(static_cast<std::uint8_t>(bits >> (16 - 8 * k)));
  }
  return bytes;
}

std::string base45_encode(ByteView bytes) {
  std::string text;
  text.reserve(bytes.size() / 2 * 3 + 2);
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    const bool pair = i + 1 < bytes.size();
    std::uint32_t number = pair ? std::uint32_t{bytes[i]} << 8 | bytes[i + 1] : bytes[i];
    for (int digits = pair ? 3 : 2; digits > 0; --digits, number /= 45)
      text += base45_digits[number % 45];
  }
  return text;
}

Result<Bytes> base45_decode(std::string_view text) {
  if (text.size() % 3 == 1)
    return Error{Errc::invalid_argument, "base45 text leaves one character over"};
  Bytes bytes;
  bytes.reserve(text.size() / 3 * 2 + 1);
  for (std::size_t i = 0; i < text.size(); i += 3) {
    const std::string_view group = text.substr(i, 3);
    const std::uint32_t number = TRY(base45_group(group));
    if (group.size() == 3) bytes.push_back(static_cast<std::uint8_t>(number >> 8));
    bytes.push_back(static_cast<std::uint8_t>(number));
  }
  return bytes;
}

}  // namespace kensho
