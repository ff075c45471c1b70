// The direction of a hypothesis test, shared by every test that has one.
#pragma once

namespace kensho::stats {

/// What is true where the null hypothesis is not: the quantity differs from its null value, lies
/// below it, or above it.
enum class Alternative : unsigned char { two_sided, less, greater };

/// The p-value of a statistic that is standard normal under the null hypothesis; z not NaN.
double normal_p_value(double z, Alternative alternative);

/// The p-value of a statistic with Student's t distribution under the null hypothesis; t not NaN,
/// degrees_of_freedom > 0.
double student_t_p_value(double t, double degrees_of_freedom, Alternative alternative);

}  // namespace kensho::stats
