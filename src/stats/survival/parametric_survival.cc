#include "stats/survival/parametric_survival.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "base/parallel.h"
#include "stats/describe/compensated_sum.h"
#include "stats/linear/gram.h"
#include "stats/linear/least_squares.h"
#include "stats/linear/positive_definite.h"
#include "stats/optimize/newton.h"
#include "stats/survival/parametric_input.h"
#include "stats/survival/parametric_term.h"

namespace kensho::stats {
namespace {

constexpr std::size_t block_rows = 1024;
constexpr std::size_t most_strata = 1000;

// ---- what is estimated ------------------------------------------------------------------------

bool scale_is_free(ParametricFamily family) {
  return family != ParametricFamily::exponential;
}
bool shape_is_free(ParametricFamily family) {
  return family == ParametricFamily::generalised_gamma;
}

ErrorLaw law_of(ParametricFamily family, double shape) {
  switch (family) {
    case ParametricFamily::exponential:
    case ParametricFamily::weibull:
      return {ErrorLawKind::extreme_value};
    case ParametricFamily::log_normal:
    case ParametricFamily::gaussian:
      return {ErrorLawKind::normal};
    case ParametricFamily::log_logistic:
    case ParametricFamily::logistic:
      return {ErrorLawKind::logistic};
    case ParametricFamily::gamma:
    case ParametricFamily::generalised_gamma:
      break;
  }
  return {ErrorLawKind::generalised_gamma, shape};
}

// ---- one row ----------------------------------------------------------------------------------

// The gamma law has the shape Q = scale: its derivatives in log scale are those along that curve.
SubjectTerm gamma_term(const CensoredValue& y, const ErrorFrame& frame) {
  const double q = std::exp(frame.log_scale);
  const ShapedTerm term = shaped_term(q, y, frame);
  SubjectTerm tied = term.at;
  tied.log_scale += q * term.shape;
  tied.location_scale += q * term.location_shape;
  tied.scale_scale += 2 * q * term.scale_shape + q * q * term.shape_shape + q * term.shape;
  return tied;
}

ShapedTerm row_term(ParametricFamily family, double shape, const CensoredValue& y,
                    const ErrorFrame& frame) {
  if (family == ParametricFamily::generalised_gamma) return shaped_term(shape, y, frame);
  if (family == ParametricFamily::gamma) return {gamma_term(y, frame), 0, 0, 0, 0};
  return {subject_term(law_of(family, shape), y, frame), 0, 0, 0, 0};
}

// ---- all rows ---------------------------------------------------------------------------------

class ParametricLikelihood {
 public:
  ParametricLikelihood(const ParametricInput& input, ParametricFamily family, unsigned threads)
      : input_(input), family_(family), threads_(threads), terms_(input.y.size()) {}

  std::size_t coefficients() const { return input_.x.columns(); }
  std::size_t scales() const { return scale_is_free(family_) ? input_.strata.size() : 0; }
  std::size_t size() const { return coefficients() + scales() + (shape_is_free(family_) ? 1 : 0); }

  Likelihood operator()(std::span<const double> parameters) {
    compute_terms(parameters);
    Likelihood at{log_likelihood(), std::vector<double>(size()), Matrix(size(), size())};
    if (!std::isfinite(at.value)) return at;
    add_coefficients(at);
    add_scales(at);
    if (shape_is_free(family_)) add_shape(at);
    make_definite(at.information);
    return at;
  }

 private:
  void compute_terms(std::span<const double> parameters) {
    const std::vector<double> location =
        times(input_.x, parameters.first(coefficients()), threads_);
    const double shape = shape_is_free(family_) ? parameters.back() : 0;
    const auto fill = [&](const Block& block) {
      for (std::size_t i = block.begin; i < block.end; ++i) {
        const double log_scale =
            scale_is_free(family_) ? parameters[coefficients() + input_.stratum[i]] : 0;
        const ErrorFrame frame{location[i] + input_.offset[i], log_scale};
        terms_[i] =
            input_.weight[i] > 0 ? row_term(family_, shape, input_.y[i], frame) : ShapedTerm{};
      }
    };
    parallel_for({terms_.size(), block_rows, threads_}, fill);
  }

  double log_likelihood() const {
    CompensatedSum sum;
    for (std::size_t i = 0; i < terms_.size(); ++i) {
      // a shape so far out that its neighbours are impossible is impossible too
      const double value = input_.weight[i] * (terms_[i].at.value + 0 * terms_[i].shape_shape);
      if (!std::isfinite(value)) return -std::numeric_limits<double>::infinity();
      sum.add(value);
    }
    return sum.value() + input_.log_jacobian;
  }

  // A weighted part of every row's term, with the sign given.
  template <class Read>
  std::vector<double> column_of(double sign, const Read& read) const {
    std::vector<double> values(terms_.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = sign * input_.weight[i] * read(terms_[i]);
    }
    return values;
  }

  void add_coefficients(Likelihood& at) const {
    const auto score = transpose_times(
        input_.x, column_of(1, [](const ShapedTerm& t) { return t.at.location; }), threads_);
    const Matrix gram = weighted_gram(
        input_.x, column_of(-1, [](const ShapedTerm& t) { return t.at.location_location; }),
        threads_);
    std::ranges::copy(score, at.score.begin());
    for (std::size_t j = 0; j < coefficients(); ++j) {
      for (std::size_t k = 0; k < coefficients(); ++k) at.information(j, k) = gram(j, k);
    }
  }

  void add_scales(Likelihood& at) const {
    if (!scale_is_free(family_)) return;
    for (std::size_t i = 0; i < terms_.size(); ++i) {
      const std::size_t s = coefficients() + input_.stratum[i];
      const SubjectTerm& term = terms_[i].at;
      at.score[s] += input_.weight[i] * term.log_scale;
      at.information(s, s) -= input_.weight[i] * term.scale_scale;
    }
    for (std::size_t j = 0; j < coefficients(); ++j) {
      const auto column = input_.x.column(j);
      for (std::size_t i = 0; i < terms_.size(); ++i) {
        const std::size_t s = coefficients() + input_.stratum[i];
        at.information(s, j) -= input_.weight[i] * column[i] * terms_[i].at.location_scale;
      }
      for (std::size_t s = coefficients(); s < coefficients() + scales(); ++s) {
        at.information(j, s) = at.information(s, j);
      }
    }
  }

  void add_shape(Likelihood& at) const {
    const std::size_t q = size() - 1;
    const auto cross = transpose_times(
        input_.x, column_of(-1, [](const ShapedTerm& t) { return t.location_shape; }), threads_);
    for (std::size_t j = 0; j < coefficients(); ++j) at.information(q, j) = cross[j];
    for (std::size_t i = 0; i < terms_.size(); ++i) {
      const double weight = input_.weight[i];
      at.score[q] += weight * terms_[i].shape;
      at.information(q, q) -= weight * terms_[i].shape_shape;
      at.information(q, coefficients() + input_.stratum[i]) -= weight * terms_[i].scale_shape;
    }
    for (std::size_t j = 0; j < q; ++j) at.information(j, q) = at.information(q, j);
  }

  // Far from the maximum the likelihood may not be concave. The block of the coefficients always
  // is; with it alone and positive curvatures of the others the step still leads uphill.
  void make_definite(Matrix& information) const {
    if (CholeskyFactor::make(information, "")) return;
    const double total = input_.total_weight;
    for (std::size_t s = coefficients(); s < size(); ++s) {
      const double curvature = std::max(std::abs(information(s, s)), total);
      for (std::size_t j = 0; j < size(); ++j) information(s, j) = information(j, s) = 0;
      information(s, s) = curvature;
    }
  }

  const ParametricInput& input_;  // borrowed from fit_family
  ParametricFamily family_;
  unsigned threads_;
  std::vector<ShapedTerm> terms_;
};

// ---- start and end ----------------------------------------------------------------------------

// Least squares on observed times, middles of intervals and ends of censored ones.
Result<std::vector<double>> crude_start(const ParametricInput& input, ParametricFamily family) {
  std::vector<double> y(input.y.size());
  double squares = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const auto [lower, upper] = input.y[i];
    y[i] = (std::isinf(upper)   ? lower
            : std::isinf(lower) ? upper
                                : lower + (upper - lower) / 2) -
           input.offset[i];
    squares += input.weight[i] * y[i] * y[i];
  }
  const LeastSquares fit = TRY(least_squares(input.x, y, input.weight, input.names));
  std::vector<double> start = fit.coefficients;
  if (!scale_is_free(family)) return start;
  if (input.all_observed && fit.residual_sum_of_squares <= 1e-24 * squares) {
    return Error{Errc::invalid_argument,
                 "parametric survival: the coefficients fit every time exactly; there is no error "
                 "whose scale could be estimated"};
  }
  const double scale = std::sqrt(fit.residual_sum_of_squares / input.total_weight);
  start.resize(start.size() + input.strata.size(), scale > 0 ? std::log(scale) : 0);
  return start;
}

std::vector<std::string> parameter_names(const ParametricInput& input, std::size_t size) {
  std::vector<std::string> names(input.names.begin(), input.names.end());
  for (std::size_t j = names.size(); j < input.x.columns(); ++j) {
    names.push_back(fmt::format("column {}", j + 1));
  }
  for (const int stratum : input.strata) {
    if (names.size() < size) names.push_back(fmt::format("log scale of stratum {}", stratum));
  }
  if (names.size() < size) names.emplace_back("shape");
  return names;
}

// Where a coefficient runs to infinity the information about it vanishes.
Status check_finite_maximum(const ParametricInput& input, const ParametricFit& fit,
                            std::span<const std::string> names) {
  const double widest = std::ranges::max(fit.scales);
  for (std::size_t j = 0; j < fit.coefficients.size(); ++j) {
    const auto column = input.x.column(j);
    double squares = 0;
    for (std::size_t i = 0; i < column.size(); ++i) {
      squares += input.weight[i] * column[i] * column[i];
    }
    if (1 / fit.covariance(j, j) >= 1e-12 * squares / (widest * widest)) continue;
    return Error{Errc::invalid_argument,
                 fmt::format("parametric survival: the likelihood rises without end in {} (reached "
                             "{:.3g}): a group without events, perhaps; leave the column out",
                             names[j], fit.coefficients[j])};
  }
  return ok();
}

ParametricFit fit_of(const ParametricInput& input, ParametricFamily family, Maximum maximum) {
  const std::size_t p = input.x.columns();
  const auto& at = maximum.parameters;
  ParametricFit fit{.family = family,
                    .coefficients = {at.begin(), at.begin() + std::ptrdiff_t(p)},
                    .strata = input.strata,
                    .scales = std::vector<double>(input.strata.size(), 1),
                    .shape = std::nullopt,
                    .covariance = std::move(maximum.covariance),
                    .log_likelihood = maximum.at.value,
                    .subjects = input.subjects,
                    .events = input.events,
                    .iterations = maximum.iterations};
  if (scale_is_free(family)) {
    for (std::size_t s = 0; s < fit.scales.size(); ++s) fit.scales[s] = std::exp(at[p + s]);
  }
  if (shape_is_free(family)) fit.shape = at.back();
  return fit;
}

Result<ParametricFit> fit_from(const ParametricInput& input, ParametricFamily family,
                               std::vector<double> start, unsigned threads) {
  ParametricLikelihood likelihood(input, family, threads);
  const auto names = parameter_names(input, likelihood.size());
  // The differences in the shape carry an error that a smaller decrement would be lost in.
  const bool shaped = law_of(family, 1).kind == ErrorLawKind::generalised_gamma;
  const NewtonLimits limits{.decrement = shaped ? 1e-12 : 1e-14, .iterations_max = 100};
  const auto at = [&](std::span<const double> parameters) { return likelihood(parameters); };
  Maximum maximum = TRY(maximise(at, std::move(start), "parametric survival", names, limits));
  ParametricFit fit = fit_of(input, family, std::move(maximum));
  TRY(check_finite_maximum(input, fit, names));
  return fit;
}

std::vector<double> parameters_of(const ParametricFit& fit) {
  std::vector<double> parameters = fit.coefficients;
  for (const double scale : fit.scales) parameters.push_back(std::log(scale));
  return parameters;
}

// The generalised gamma starts from the better of its two special cases.
Result<ParametricFit> fit_generalised_gamma(const ParametricInput& input,
                                            const std::vector<double>& crude, unsigned threads) {
  const auto weibull = fit_from(input, ParametricFamily::weibull, crude, threads);
  const ParametricFit normal = TRY(fit_from(input, ParametricFamily::log_normal, crude, threads));
  const bool from_weibull = weibull && weibull->log_likelihood > normal.log_likelihood;
  std::vector<double> start = parameters_of(from_weibull ? *weibull : normal);
  start.push_back(from_weibull ? 1 : 0);
  return fit_from(input, ParametricFamily::generalised_gamma, std::move(start), threads);
}

}  // namespace

Result<ParametricFit> fit_parametric(const ParametricData& data, ParametricFamily family,
                                     unsigned threads) {
  const ParametricInput input = TRY(checked_parametric_input(data, models_logarithm(family)));
  if (input.strata.size() > most_strata) {
    return Error{Errc::invalid_argument,
                 fmt::format("parametric survival: {} strata, each with a scale; at most {}",
                             input.strata.size(), most_strata)};
  }
  std::vector<double> start = TRY(crude_start(input, family));
  if (shape_is_free(family)) return fit_generalised_gamma(input, start, threads);
  if (family == ParametricFamily::gamma) {
    start = parameters_of(TRY(fit_from(input, ParametricFamily::log_normal, start, threads)));
  }
  return fit_from(input, family, std::move(start), threads);
}

ErrorLaw error_law(const ParametricFit& fit, std::size_t stratum_index) {
  return law_of(fit.family, fit.shape.value_or(fit.scales[stratum_index]));
}

}  // namespace kensho::stats
