#include "stats/design/spline.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "stats/describe/summary.h"

namespace kensho::stats {
namespace {

constexpr std::size_t order = 4;  // of a cubic

Result<std::vector<double>> sorted_present(std::span<const double> values, std::string_view name) {
  std::vector<double> present;
  for (const double value : values) {
    if (std::isinf(value)) {
      return Error{Errc::invalid_argument, fmt::format("'{}': a value is infinite", name)};
    }
    if (!std::isnan(value)) present.push_back(value);
  }
  if (present.empty()) {
    return Error{Errc::invalid_argument, fmt::format("'{}': no value to place knots by", name)};
  }
  std::ranges::sort(present);
  return present;
}

Error too_few_values(std::string_view name, std::size_t knots) {
  return {
      Errc::invalid_argument,
      fmt::format(
          "'{}': {} knots by quantiles are not all distinct; it has too few distinct values for a "
          "spline of this size, ask for a smaller one",
          name, knots)};
}

bool strictly_ascending(std::span<const double> knots) {
  return std::ranges::adjacent_find(knots, std::greater_equal<>()) == knots.end();
}

// The four B-splines that are not zero at x, their first and second derivative.
struct Local {
  std::size_t first;                               // index of the first of the four
  std::array<std::array<double, order>, 3> value;  // by order of derivative
};

std::size_t interval_of(std::span<const double> knots, double x) {
  // The last interval holds its right end, as the basis is continuous from the left there.
  const auto end = knots.end() - static_cast<std::ptrdiff_t>(order);
  const auto above = std::upper_bound(knots.begin(), end, x);
  return static_cast<std::size_t>(above - knots.begin()) - 1;
}

// Values of all B-splines of one degree at x (Cox-de Boor), from those of the degree below.
std::array<double, order> raise(std::span<const double> knots, std::size_t interval, double x,
                                const std::array<double, order>& below, std::size_t degree) {
  std::array<double, order> next{};
  for (std::size_t r = 0; r < degree; ++r) {
    const double right = knots[interval + 1 + r];
    const double left = knots[interval + 1 + r - degree];
    const double share = below[r] / (right - left);
    next[r] += (right - x) * share;
    next[r + 1] = (x - left) * share;
  }
  return next;
}

// Derivative of B-splines of `degree`, from those of the degree below or their derivative.
std::array<double, order> differentiate(std::span<const double> knots, std::size_t interval,
                                        const std::array<double, order>& below,
                                        std::size_t degree) {
  std::array<double, order> slope{};
  for (std::size_t r = 0; r < degree; ++r) {
    const double right = knots[interval + 1 + r];
    const double left = knots[interval + 1 + r - degree];
    const double share = static_cast<double>(degree) * below[r] / (right - left);
    slope[r] -= share;
    slope[r + 1] += share;
  }
  return slope;
}

Local local_basis(std::span<const double> knots, double x) {
  const std::size_t interval = interval_of(knots, x);
  const std::array<double, order> constant = {1};
  const auto linear = raise(knots, interval, x, constant, 1);
  const auto square = raise(knots, interval, x, linear, 2);
  const auto cubic = raise(knots, interval, x, square, 3);
  const auto slope = differentiate(knots, interval, square, 3);
  const auto bend = differentiate(knots, interval, differentiate(knots, interval, linear, 2), 3);
  return {interval - (order - 1), {cubic, slope, bend}};
}

// One derivative as a row over all B-splines but the first, which stands for the constant.
std::vector<double> row_of(const Local& local, std::size_t derivative, std::size_t columns) {
  std::vector<double> row(columns);
  for (std::size_t r = 0; r < order; ++r) {
    const std::size_t index = local.first + r;
    if (index > 0) row[index - 1] = local.value[derivative][r];
  }
  return row;
}

void reflect(std::span<const double> vector, std::span<double> row) {
  double product = 0;
  double square = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    product += vector[i] * row[i];
    square += vector[i] * vector[i];
  }
  for (std::size_t i = 0; i < row.size(); ++i) row[i] -= 2 * product / square * vector[i];
}

// The vector whose reflection turns `column` below `pivot` into a multiple of one axis.
void set_reflection(std::span<const double> column, std::size_t pivot, std::span<double> vector) {
  double square = 0;
  for (std::size_t i = pivot; i < column.size(); ++i) {
    vector[i] = column[i];
    square += column[i] * column[i];
  }
  vector[pivot] += std::copysign(std::sqrt(square), column[pivot]);
}

}  // namespace

NaturalSpline::NaturalSpline(std::vector<double> knots, double lower, double upper)
    : lower_(lower), upper_(upper), knots_(std::move(knots)), all_knots_(order, lower) {
  all_knots_.insert(all_knots_.end(), knots_.begin(), knots_.end());
  all_knots_.insert(all_knots_.end(), order, upper);

  const std::size_t columns = knots_.size() + order - 1;
  reflections_ = Matrix(columns, 2);
  const auto left = row_of(local_basis(all_knots_, lower), 2, columns);
  auto right = row_of(local_basis(all_knots_, upper), 2, columns);
  set_reflection(left, 0, reflections_.column(0));
  reflect(reflections_.column(0), right);
  set_reflection(right, 1, reflections_.column(1));
}

Result<NaturalSpline> NaturalSpline::make(std::span<const double> values, int degrees_of_freedom,
                                          std::string_view name) {
  if (degrees_of_freedom < 1) {
    return Error{Errc::invalid_argument,
                 fmt::format("'{}': a natural spline needs a degree of freedom", name)};
  }
  const std::vector<double> ascending = TRY(sorted_present(values, name));
  std::vector<double> knots = {ascending.front()};
  for (int i = 1; i < degrees_of_freedom; ++i) {
    knots.push_back(sorted_quantile(ascending, static_cast<double>(i) / degrees_of_freedom));
  }
  knots.push_back(ascending.back());
  if (!strictly_ascending(knots)) return too_few_values(name, knots.size());
  return NaturalSpline({knots.begin() + 1, knots.end() - 1}, knots.front(), knots.back());
}

Matrix NaturalSpline::basis(std::span<const double> values) const {
  const std::size_t columns = knots_.size() + order - 1;
  Matrix result(values.size(), columns - 2);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double inside = std::clamp(values[i], lower_, upper_);
    const double beyond = values[i] - inside;
    const bool missing = std::isnan(values[i]);
    const Local local = local_basis(all_knots_, missing ? lower_ : inside);
    std::vector<double> row = row_of(local, 0, columns);
    if (missing || beyond != 0) {
      const std::vector<double> slope = row_of(local, 1, columns);
      for (std::size_t j = 0; j < columns; ++j) row[j] += beyond * slope[j];
    }
    reflect(reflections_.column(0), row);
    reflect(reflections_.column(1), row);
    for (std::size_t j = 2; j < columns; ++j) result(i, j - 2) = row[j];
  }
  return result;
}

Result<RestrictedCubicSpline> RestrictedCubicSpline::make(std::span<const double> values,
                                                          int knot_count, std::string_view name) {
  const std::vector<double> ascending = TRY(sorted_present(values, name));
  if (knot_count < 3 || ascending.size() < 6) {
    return Error{Errc::invalid_argument,
                 fmt::format("'{}': restricted cubic splines need 3 knots and 6 values, there are "
                             "{} and {}",
                             name, knot_count, ascending.size())};
  }
  const double outer = knot_count > 6 ? 0.025 : knot_count > 3 ? 0.05 : 0.10;
  std::vector<double> knots;
  for (int i = 0; i < knot_count; ++i) {
    const double share = static_cast<double>(i) / (knot_count - 1);
    knots.push_back(sorted_quantile(ascending, outer + share * (1 - 2 * outer)));
  }
  if (ascending.size() < 100) {
    knots.front() = ascending[4];
    knots.back() = ascending[ascending.size() - 5];
  }
  if (!strictly_ascending(knots)) return too_few_values(name, knots.size());
  return RestrictedCubicSpline(std::move(knots));
}

Matrix RestrictedCubicSpline::basis(std::span<const double> values) const {
  const auto cube = [](double x) { return x > 0 ? x * x * x : 0.0; };
  const double last = knots_.back();
  const double before = knots_[knots_.size() - 2];
  const double scale = (last - knots_.front()) * (last - knots_.front());
  Matrix result(values.size(), knots_.size() - 1);
  std::ranges::copy(values, result.column(0).begin());
  for (std::size_t j = 0; j + 2 < knots_.size(); ++j) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double x = values[i];
      const double tail =
          ((before - knots_[j]) * cube(x - last) - (last - knots_[j]) * cube(x - before)) /
          (last - before);
      result(i, j + 1) = std::isnan(x) ? x : (cube(x - knots_[j]) + tail) / scale;
    }
  }
  return result;
}

}  // namespace kensho::stats
