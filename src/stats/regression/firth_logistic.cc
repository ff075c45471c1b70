#include "stats/regression/firth_logistic.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "stats/dist/distributions.h"
#include "stats/linear/gram.h"
#include "stats/linear/positive_definite.h"
#include "stats/linear/vector.h"
#include "stats/optimize/newton.h"
#include "stats/optimize/root.h"
#include "stats/regression/family.h"
#include "stats/regression/glm_inference.h"

namespace kensho::stats {
namespace {

// Scoring is not Newton's method here: each step divides the error by a number, so that a small
// decrement must be smaller for the same digits.
constexpr NewtonLimits limits = {.decrement = 1e-21, .iterations_max = 500};
// Far from the estimate rounding leaves less; an end of an interval needs no more.
constexpr NewtonLimits profile_limits = {.decrement = 1e-18, .iterations_max = 500};

Status check(const FirthData& data) {
  ENSURE(data.y.size() == data.x.rows());
  ENSURE(data.weight.empty() || data.weight.size() == data.x.rows());
  if (data.x.rows() == 0 || data.x.columns() == 0) {
    return Error{Errc::invalid_argument, "Firth logistic model: there is no row or no column"};
  }
  for (const double value : data.x.values()) {
    if (!std::isfinite(value)) {
      return Error{Errc::invalid_argument,
                   "Firth logistic model: the design has a value that is not finite"};
    }
  }
  for (std::size_t i = 0; i < data.y.size(); ++i) {
    const double w = weight_at(data.weight, i);
    if ((data.y[i] == 0 || data.y[i] == 1) && std::isfinite(w) && w >= 0) continue;
    return Error{Errc::invalid_argument,
                 fmt::format("Firth logistic model: row {} has outcome {} and weight {}; the "
                             "outcome must be 0 or 1, the weight finite and not negative",
                             i + 1, data.y[i], w)};
  }
  return ok();
}

/// log-likelihood, its means and the weights of the information at one point.
struct Plain {
  double log_likelihood = 0;
  std::vector<double> mean;
  std::vector<double> information;
};

Plain plain(const FirthData& data, std::span<const double> at) {
  Plain sum;
  const std::vector<double> eta = times(data.x, at);
  for (std::size_t i = 0; i < eta.size(); ++i) {
    const Mean mean = mean_at(Link::logit, eta[i]);
    sum.log_likelihood += weight_at(data.weight, i) * kernel({}, data.y[i], mean);
    sum.mean.push_back(mean.value);
    sum.information.push_back(weight_at(data.weight, i) * mean.slope);
  }
  return sum;
}

/// The penalised log-likelihood with the modified score; -infinity where the information is lost.
Likelihood penalised(const FirthData& data, std::span<const double> at) {
  const Plain here = plain(data, at);
  Matrix information = weighted_gram(data.x, here.information);
  const auto factor = CholeskyFactor::make(information, "information", data.names);
  if (!factor) return {-HUGE_VAL, std::vector<double>(at.size()), std::move(information)};
  const std::vector<double> leverage = row_variances(data.x, (*factor).inverse());
  std::vector<double> residual(data.y.size());
  for (std::size_t i = 0; i < residual.size(); ++i) {
    const double h = leverage[i] * here.information[i];
    residual[i] = weight_at(data.weight, i) * (data.y[i] - here.mean[i]) + h * (0.5 - here.mean[i]);
  }
  return {here.log_likelihood + 0.5 * (*factor).log_determinant(),
          transpose_times(data.x, residual), std::move(information)};
}

/// The likelihood of the other parameters with one held.
class Held {
 public:
  Held(const FirthData& data, std::size_t column) : data_(data), column_(column) {}

  /// The largest penalised log-likelihood, started from `others`, which are left where it was.
  Result<double> best(double value, std::vector<double>& others) const {
    if (others.empty()) return penalised(data_, std::vector<double>{value}).value;
    const auto of_others = [&](std::span<const double> at) {
      const Likelihood whole = penalised(data_, inserted(at, value));
      Likelihood part{whole.value, {}, Matrix(at.size(), at.size())};
      for (std::size_t a = 0; a < at.size(); ++a) {
        part.score.push_back(whole.score[from(a)]);
        for (std::size_t b = 0; b < at.size(); ++b) {
          part.information(a, b) = whole.information(from(a), from(b));
        }
      }
      return part;
    };
    const Maximum end =
        TRY(maximise(of_others, others, "profile of the Firth logistic model", {}, profile_limits));
    others = end.parameters;
    return end.at.value;
  }

 private:
  std::size_t from(std::size_t a) const { return a < column_ ? a : a + 1; }
  std::vector<double> inserted(std::span<const double> others, double value) const {
    std::vector<double> all(others.begin(), others.end());
    all.insert(all.begin() + static_cast<std::ptrdiff_t>(column_), value);
    return all;
  }

  const FirthData& data_;
  std::size_t column_;
};

/// Where twice the profile has fallen by `fall`, looked for in steps from the estimate.
Result<double> crossing(const Held& held, const FirthLogistic& fit, std::size_t column, double step,
                        double fall) {
  std::vector<double> others = fit.coefficients;
  others.erase(others.begin() + static_cast<std::ptrdiff_t>(column));
  const auto excess = [&](double value) {
    const auto best = held.best(value, others);
    return best ? 2 * (fit.penalised_log_likelihood - *best) - fall : std::nan("");
  };
  double inside = fit.coefficients[column];
  for (int tries = 0; tries < 60; ++tries, step *= 1.3) {
    const double outside = inside + step;
    const double there = excess(outside);
    if (!std::isfinite(there)) break;
    if (there > 0) {
      return find_root(excess, {std::min(inside, outside), std::max(inside, outside)},
                       "penalised profile interval");
    }
    inside = outside;
  }
  return Error{Errc::not_converged,
               fmt::format("penalised profile interval: no end found by {:.4g}", inside)};
}

}  // namespace

Result<FirthLogistic> firth_logistic(const FirthData& data) {
  TRY(check(data));
  const Maximum end = TRY(maximise([&](std::span<const double> at) { return penalised(data, at); },
                                   std::vector<double>(data.x.columns()), "Firth logistic model",
                                   data.names, limits));
  Plain there = plain(data, end.parameters);
  return FirthLogistic{.coefficients = end.parameters,
                       .covariance = end.covariance,
                       .fitted = std::move(there.mean),
                       .log_likelihood = there.log_likelihood,
                       .penalised_log_likelihood = end.at.value,
                       .iterations = end.iterations};
}

Result<PenalisedProfile> penalised_profile(const FirthData& data, const FirthLogistic& fit,
                                           std::size_t column, double confidence_level) {
  ENSURE(column < data.x.columns());
  const double z = TRY(normal_multiplier(confidence_level));
  const Held held(data, column);
  const double width = z * std::sqrt(fit.covariance(column, column));
  PenalisedProfile profile{};
  profile.interval.lower = TRY(crossing(held, fit, column, -width, z * z));
  profile.interval.upper = TRY(crossing(held, fit, column, width, z * z));
  std::vector<double> others = fit.coefficients;
  others.erase(others.begin() + static_cast<std::ptrdiff_t>(column));
  const double at_zero = TRY(held.best(0, others));
  profile.chi_square = std::max(0.0, 2 * (fit.penalised_log_likelihood - at_zero));
  profile.p_value = chi_square_upper_tail(profile.chi_square, 1);
  return profile;
}

}  // namespace kensho::stats
