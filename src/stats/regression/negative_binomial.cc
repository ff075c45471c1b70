#include "stats/regression/negative_binomial.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "stats/describe/compensated_sum.h"
#include "stats/dist/distributions.h"
#include "stats/optimize/root.h"

namespace kensho::stats {
namespace {

constexpr double theta_min = 1e-6;
constexpr double theta_max = 1e8;

/// d l / d theta and -d2 l / d theta2 at the fitted means.
struct ThetaTerms {
  double score;
  double information;
};

ThetaTerms theta_terms(const GlmData& data, const Glm& fit, double theta) {
  CompensatedSum score;
  CompensatedSum information;
  for (std::size_t i = 0; i < data.y.size(); ++i) {
    const double weight = data.weight.empty() ? 1 : data.weight[i];
    if (weight == 0) continue;
    const double y = data.y[i];
    const double m = fit.fitted[i];
    score.add(weight * (digamma(theta + y) - digamma(theta) - std::log1p(m / theta) +
                        (m - y) / (m + theta)));
    information.add(weight * (trigamma(theta) - trigamma(theta + y) - 1 / theta + 2 / (m + theta) -
                              (y + theta) / ((m + theta) * (m + theta))));
  }
  return {score.value(), information.value()};
}

/// The coefficients maximised at each theta, each fit started from the one before.
class Profile {
 public:
  Profile(const GlmData& data, Link link, unsigned threads, std::vector<double> start)
      : data_(data), link_(link), threads_(threads), at_(std::move(start)) {}

  Result<Glm> fit(double theta) {
    ++fits_;
    const GlmChoice choice{
        {Family::negative_binomial, link_, theta}, Dispersion::of_family, threads_};
    Glm found = TRY(fit_glm(data_, choice, at_));
    at_ = found.coefficients;
    return found;
  }
  int fits() const { return fits_; }

 private:
  const GlmData& data_;
  Link link_;
  unsigned threads_;
  std::vector<double> at_;
  int fits_ = 0;
};

/// Dean's sum over the Poisson fit: above 0 where the counts vary more than Poisson's.
double overdispersion(const GlmData& data, const Glm& poisson) {
  CompensatedSum sum;
  for (std::size_t i = 0; i < data.y.size(); ++i) {
    const double weight = data.weight.empty() ? 1 : data.weight[i];
    const double residual = data.y[i] - poisson.fitted[i];
    sum.add(weight * (residual * residual - data.y[i]));
  }
  return sum.value();
}

/// sum m^2 / sum ((y - m)^2 - m), kept within reason: a moment estimate to begin with.
double first_theta(const GlmData& data, const Glm& poisson) {
  double squares = 0;
  for (const double m : poisson.fitted) squares += m * m;
  return std::clamp(squares / overdispersion(data, poisson), 0.01, 1e4);
}

/// Two values of log theta between which the profile score changes sign.
Result<std::optional<Bracket>> bracket_of(Profile& profile, const GlmData& data, double theta) {
  const auto score = [&](double at) -> Result<double> {
    const Glm fit = TRY(profile.fit(at));
    return theta_terms(data, fit, at).score;
  };
  const bool rising = TRY(score(theta)) > 0;
  double inside = theta;
  for (double factor = 2; inside > theta_min && inside < theta_max; factor *= 2) {
    const double next = rising ? inside * factor : inside / factor;
    if ((TRY(score(next)) > 0) != rising) {
      return std::optional(
          Bracket{std::log(std::min(inside, next)), std::log(std::max(inside, next))});
    }
    inside = next;
  }
  return std::optional<Bracket>();
}

}  // namespace

Result<NegativeBinomial> fit_negative_binomial(const GlmData& data, Link link, unsigned threads) {
  const Glm poisson = TRY(fit_glm(data, {{Family::poisson, link}, Dispersion::of_family, threads}));
  const Error no_overdispersion{
      Errc::invalid_argument,
      fmt::format("negative binomial model: the counts vary no more than Poisson's (Pearson "
                  "chi-square {:.4g} on {} degrees of freedom), so theta is infinite; use poisson",
                  poisson.pearson, poisson.degrees_of_freedom)};
  if (overdispersion(data, poisson) <= 0) return no_overdispersion;

  Profile profile(data, link, threads, poisson.coefficients);
  const auto bracket = TRY(bracket_of(profile, data, first_theta(data, poisson)));
  if (!bracket) return no_overdispersion;
  const auto score = [&](double log_theta) {
    const auto fit = profile.fit(std::exp(log_theta));
    return fit ? theta_terms(data, *fit, std::exp(log_theta)).score : std::nan("");
  };
  const double log_theta = TRY(find_root(score, *bracket, "the size of the negative binomial"));
  const double theta = std::exp(log_theta);

  NegativeBinomial result{.fit = TRY(profile.fit(theta)), .theta = theta, .fits = profile.fits()};
  result.theta_std_error = 1 / std::sqrt(theta_terms(data, result.fit, theta).information);
  result.log_likelihood = result.fit.log_likelihood;
  result.aic = result.fit.aic + 2;
  result.bic = result.fit.bic + std::log(static_cast<double>(result.fit.rows));
  return result;
}

}  // namespace kensho::stats
