#include "stats/survival/fine_gray.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "stats/linear/gram.h"
#include "stats/optimize/newton.h"
#include "stats/survival/fine_gray_variance.h"
#include "stats/survival/subdistribution_risk.h"
#include "stats/survival/survival_data.h"

namespace kensho::stats {
namespace {

// A column whose information has all but gone stands on an endless slope.
constexpr double smallest_information_left = 1e-7;

// The search for the maximum, which remembers where it began and where it looked last.
class Climb {
 public:
  Climb(const SubdistributionSample& sample, unsigned threads)
      : sample_(sample), threads_(threads) {}

  Result<Maximum> to_maximum(std::span<const std::string> names) {
    const auto likelihood = [this](std::span<const double> at) {
      risk_ = subdistribution_risk(sample_, at, threads_);
      Likelihood found = subdistribution_likelihood(sample_, risk_, threads_);
      if (!null_) null_ = found;
      if (std::isfinite(found.value)) information_ = found.information;
      return found;
    };
    auto found = maximise(likelihood, std::vector<double>(sample_.covariates), "Fine-Gray", names);
    if (const std::optional<std::size_t> column = endless_column()) {
      const std::string name = names.empty() ? fmt::format("{}", *column + 1) : names[*column];
      return Error{Errc::invalid_argument,
                   fmt::format("Fine-Gray: the likelihood rises without end along column {}, which "
                               "separates those with the event from the others; leave it out",
                               name)};
    }
    return found;
  }
  double null_value() const { return null_->value; }
  /// At the maximum, which is where a search that ends well looks last.
  const SubdistributionRisk& risk() const { return risk_; }

 private:
  std::optional<std::size_t> endless_column() const {
    for (std::size_t i = 0; i < information_.rows(); ++i) {
      const double at_start = null_->information(i, i);
      if (at_start > 0 && information_(i, i) < smallest_information_left * at_start) return i;
    }
    return std::nullopt;
  }

  const SubdistributionSample& sample_;  // borrowed for the search
  unsigned threads_;
  std::optional<Likelihood> null_;
  SubdistributionRisk risk_{};
  Matrix information_;  // at the last point that was possible
};

Matrix sandwich(const Matrix& bread, const Matrix& meat) {
  const std::size_t p = bread.rows();
  Matrix half(p, p);
  Matrix full(p, p);
  for (std::size_t i = 0; i < p; ++i) {
    for (std::size_t j = 0; j < p; ++j) {
      for (std::size_t l = 0; l < p; ++l) half(i, j) += bread(i, l) * meat(l, j);
    }
  }
  for (std::size_t i = 0; i < p; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      for (std::size_t l = 0; l < p; ++l) full(i, j) += half(i, l) * bread(l, j);
      full(j, i) = full(i, j);
    }
  }
  return full;
}

// The risks were taken of centred covariates, less the largest predictor: put both back.
std::vector<BaselineHazardStep> baseline_of(const SubdistributionSample& sample,
                                            const SubdistributionRisk& risk,
                                            std::span<const double> coefficients) {
  double at_means = 0;
  for (std::size_t i = 0; i < coefficients.size(); ++i) {
    at_means += coefficients[i] * sample.means[i];
  }
  const double scale = std::exp(-risk.shift - at_means);
  std::vector<BaselineHazardStep> baseline;
  baseline.reserve(sample.cause_times.size());
  for (std::size_t k = 0; k < sample.cause_times.size(); ++k) {
    baseline.push_back({sample.cause_times[k].time, risk.hazard[k] * scale});
  }
  return baseline;
}

Status check_choice(const FineGrayChoice& choice) {
  if (choice.cause >= 1) return ok();
  return Error{Errc::invalid_argument,
               fmt::format("Fine-Gray: cause {} cannot be modelled, the first is 1", choice.cause)};
}

}  // namespace

Result<FineGrayFit> fine_gray(const CompetingRisksData& data, const Matrix& x,
                              const FineGrayChoice& choice, std::span<const std::string> names) {
  TRY(check_choice(choice));
  const unsigned threads = std::max(choice.threads, 1U);
  SubdistributionSample sample =
      TRY(subdistribution_sample(data.time, data.cause, x, choice.cause, threads));
  Climb climb(sample, threads);
  Maximum maximum = TRY(climb.to_maximum(names));

  const SubdistributionRisk& risk = climb.risk();
  const auto count = [&](Ending ending) {
    return static_cast<std::size_t>(std::ranges::count(sample.ending, ending));
  };
  FineGrayFit fit{.coefficients = maximum.parameters,
                  .covariance = {},
                  .inverse_information = std::move(maximum.covariance),
                  .log_likelihood = maximum.at.value,
                  .log_likelihood_null = climb.null_value(),
                  .subjects = sample.subjects(),
                  .events = count(Ending::of_cause),
                  .competing_events = count(Ending::competing),
                  .censored = count(Ending::censored),
                  .iterations = maximum.iterations,
                  .decrement = maximum.decrement,
                  .baseline = baseline_of(sample, risk, maximum.parameters)};
  fit.covariance = sandwich(fit.inverse_information, score_covariance(sample, risk, threads));
  return fit;
}

Result<Matrix> fine_gray_incidence(const FineGrayFit& fit, const Matrix& x,
                                   std::span<const double> times) {
  TRY(check_reading_times(times));
  if (x.columns() != fit.coefficients.size()) {
    return Error{Errc::invalid_argument,
                 fmt::format("Fine-Gray: {} covariates to predict from, the model has {}",
                             x.columns(), fit.coefficients.size())};
  }
  if (!std::ranges::all_of(x.values(), [](double value) { return std::isfinite(value); })) {
    return Error{Errc::invalid_argument, "Fine-Gray: a covariate to predict from is not finite"};
  }
  std::vector<double> hazard(fit.baseline.size() + 1);
  for (std::size_t k = 0; k < fit.baseline.size(); ++k) {
    hazard[k + 1] = hazard[k] + fit.baseline[k].increment;
  }
  const std::vector<double> predictor = stats::times(x, fit.coefficients);
  Matrix incidence(x.rows(), times.size());
  for (std::size_t column = 0; column < times.size(); ++column) {
    const auto after =
        std::ranges::upper_bound(fit.baseline, times[column], {}, &BaselineHazardStep::time);
    const double reached = hazard[static_cast<std::size_t>(after - fit.baseline.begin())];
    if (reached == 0) continue;  // also where exp(predictor) is infinite
    for (std::size_t row = 0; row < x.rows(); ++row) {
      incidence(row, column) = -std::expm1(-std::exp(predictor[row]) * reached);
    }
  }
  return incidence;
}

}  // namespace kensho::stats
