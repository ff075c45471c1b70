#include "report/number_format.h"

#include <charconv>
#include <cmath>
#include <string_view>

#include "base/check.h"

namespace kensho::report {
namespace {

constexpr std::string_view minus_sign = "\u2212";

bool is_all_zeros(std::string_view digits) {
  return digits.find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

std::string format_fixed(double value, int decimals) {
  ENSURE(decimals >= 0 && decimals <= 17);
  if (!std::isfinite(value)) return no_number;
  char digits[400];  // the longest: 309 digits, a point, 17 decimals
  const auto end = std::to_chars(digits, digits + sizeof digits, std::fabs(value),
                                 std::chars_format::fixed, decimals)
                       .ptr;
  const std::string_view written(digits, static_cast<std::size_t>(end - digits));
  const bool negative = value < 0 && !is_all_zeros(written);
  std::string formatted(negative ? minus_sign : std::string_view());
  return formatted += written;
}

std::string format_percent(double fraction, int decimals) {
  if (!std::isfinite(fraction)) return no_number;
  return format_fixed(fraction * 100, decimals) + "%";
}

std::string format_p_value(double p) {
  if (!(p >= 0 && p <= 1)) return no_number;
  if (p < 0.001) return "<0.001";
  const std::string formatted = format_fixed(p, 3);
  return formatted == "1.000" ? ">0.999" : formatted;
}

std::string format_count(std::int64_t count) {
  // The magnitude as unsigned, so that the smallest integer has one too.
  const auto magnitude =
      count < 0 ? 0 - static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count);
  const std::string digits = std::to_string(magnitude);
  std::string grouped(count < 0 ? minus_sign : std::string_view());
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) grouped += ',';
    grouped += digits[i];
  }
  return grouped;
}

std::string format_with_interval(double estimate, double lower, double upper, int decimals) {
  return format_fixed(estimate, decimals) + " (" + format_fixed(lower, decimals) + ", " +
         format_fixed(upper, decimals) + ")";
}

}  // namespace kensho::report
