#include "stats/survival/parametric_input.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

namespace kensho::stats {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

template <class... Values>
Error refused(fmt::format_string<Values...> format, Values&&... values) {
  return {Errc::invalid_argument,
          "parametric survival: " + fmt::format(format, std::forward<Values>(values)...)};
}

Status check_sizes(const ParametricData& data) {
  const std::size_t n = data.x.rows();
  if (n == 0 || data.x.columns() == 0) return refused("there is no row or no column");
  const auto fits = [n](std::size_t size) { return size == 0 || size == n; };
  if (data.lower.size() != n || data.upper.size() != n || !fits(data.weight.size()) ||
      !fits(data.offset.size()) || !fits(data.stratum.size())) {
    return refused(
        "{} rows of the design, but {} lower and {} upper ends, {} weights, {} offsets, "
        "{} strata",
        n, data.lower.size(), data.upper.size(), data.weight.size(), data.offset.size(),
        data.stratum.size());
  }
  return ok();
}

Result<CensoredValue> checked_value(double lower, double upper, bool take_logarithm,
                                    std::size_t row) {
  const bool ordered = lower <= upper && upper > -infinity && lower < infinity;
  if (!ordered || (std::isinf(lower) && std::isinf(upper))) {
    return refused("row {}: [{}, {}] is no interval of times", row + 1, lower, upper);
  }
  if (!take_logarithm) return CensoredValue{lower, upper};
  if (upper <= 0 || (lower < 0 && std::isfinite(lower))) {
    return refused(
        "row {}: [{}, {}]: times must be above 0 (0 only as the lower end of an "
        "interval)",
        row + 1, lower, upper);
  }
  return CensoredValue{lower > 0 ? std::log(lower) : -infinity, std::log(upper)};
}

Status add_rows(const ParametricData& data, bool take_logarithm, ParametricInput& input) {
  bool bounded_below = false;
  for (std::size_t i = 0; i < data.lower.size(); ++i) {
    const double weight = data.weight.empty() ? 1 : data.weight[i];
    const double offset = data.offset.empty() ? 0 : data.offset[i];
    if (!std::isfinite(weight) || weight < 0 || !std::isfinite(offset)) {
      return refused(
          "row {}: the weight is {} and the offset {}; they must be finite, the weight "
          "not negative",
          i + 1, weight, offset);
    }
    const CensoredValue y = TRY(checked_value(data.lower[i], data.upper[i], take_logarithm, i));
    input.y.push_back(y);
    input.weight.push_back(weight);
    input.offset.push_back(offset);
    if (weight == 0) continue;
    const bool observed = y.lower == y.upper;
    if (observed && take_logarithm) input.log_jacobian -= weight * y.lower;
    input.all_observed = input.all_observed && observed;
    input.total_weight += weight;
    ++input.subjects;
    input.events += std::isfinite(y.upper) ? 1 : 0;
    bounded_below = bounded_below || std::isfinite(y.lower);
  }
  if (input.events == 0) return refused("there is no event among {} subjects", input.subjects);
  if (!bounded_below) return refused("every time is left-censored");
  return ok();
}

void add_strata(const ParametricData& data, ParametricInput& input) {
  input.stratum.assign(data.x.rows(), 0);
  input.strata = {0};
  if (data.stratum.empty()) return;
  input.strata.assign(data.stratum.begin(), data.stratum.end());
  std::ranges::sort(input.strata);
  input.strata.erase(std::ranges::unique(input.strata).begin(), input.strata.end());
  for (std::size_t i = 0; i < data.stratum.size(); ++i) {
    const auto found = std::ranges::lower_bound(input.strata, data.stratum[i]);
    input.stratum[i] = static_cast<std::size_t>(found - input.strata.begin());
  }
}

constexpr std::array<std::pair<ParametricFamily, std::string_view>, 8> family_names = {{
    {ParametricFamily::exponential, "exponential"},
    {ParametricFamily::weibull, "weibull"},
    {ParametricFamily::log_normal, "log_normal"},
    {ParametricFamily::log_logistic, "log_logistic"},
    {ParametricFamily::gamma, "gamma"},
    {ParametricFamily::generalised_gamma, "generalised_gamma"},
    {ParametricFamily::gaussian, "gaussian"},
    {ParametricFamily::logistic, "logistic"},
}};

}  // namespace

Result<ParametricInput> checked_parametric_input(const ParametricData& data, bool take_logarithm) {
  TRY(check_sizes(data));
  ParametricInput input{.x = data.x, .names = data.names};
  TRY(add_rows(data, take_logarithm, input));
  add_strata(data, input);
  return input;
}

std::string_view name_of(ParametricFamily family) {
  return std::ranges::find(family_names, family, [](const auto& pair) { return pair.first; })
      ->second;
}

std::optional<ParametricFamily> parametric_family(std::string_view name) {
  for (const auto& [family, text] : family_names) {
    if (text == name) return family;
  }
  return std::nullopt;
}

bool models_logarithm(ParametricFamily family) {
  return family != ParametricFamily::gaussian && family != ParametricFamily::logistic;
}

Result<std::vector<double>> right_censored_ends(std::span<const double> time,
                                                std::span<const int> event) {
  if (time.size() != event.size()) {
    return refused("{} times but {} events", time.size(), event.size());
  }
  std::vector<double> upper(time.begin(), time.end());
  for (std::size_t i = 0; i < upper.size(); ++i) {
    if (event[i] != 0 && event[i] != 1) {
      return refused("row {}: the event is {}; it must be 0 or 1", i + 1, event[i]);
    }
    if (!std::isfinite(time[i])) return refused("row {}: the time is {}", i + 1, time[i]);
    if (event[i] == 0) upper[i] = infinity;
  }
  return upper;
}

}  // namespace kensho::stats
