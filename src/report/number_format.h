// Numbers as people read them: fixed decimals, no locale, the same bytes everywhere.
#pragma once

#include <cstdint>
#include <string>

namespace kensho::report {

// What stands where there is no number: an em dash.
inline constexpr const char* no_number = "\u2014";

// `value` with exactly `decimals` (0 to 17) digits after the point, correctly rounded from the
// stored double; a true minus sign (U+2212), and no sign on a zero. Not finite: `no_number`.
std::string format_fixed(double value, int decimals);

// A fraction as a percentage: format_percent(0.125, 1) is "12.5%".
std::string format_percent(double fraction, int decimals);

// A p-value with three decimals, "<0.001" below that and ">0.999" where it would round to one.
// Outside [0, 1] or not a number: `no_number`.
std::string format_p_value(double p);

// A whole number in groups of three: "12,345".
std::string format_count(std::int64_t count);

// "1.20 (0.80, 1.90)": an estimate and its interval, with the same decimals.
std::string format_with_interval(double estimate, double lower, double upper, int decimals);

}  // namespace kensho::report
