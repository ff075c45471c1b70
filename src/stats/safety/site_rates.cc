#include "stats/safety/site_rates.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "stats/describe/compensated_sum.h"
#include "stats/optimize/newton.h"

namespace kensho::stats {
namespace {

struct Totals {
  double events = 0;
  double time = 0;
  double rate() const { return events / time; }
};

Result<Totals> checked_totals(std::span<const PersonTime> sites) {
  if (sites.size() < 2) {
    return Error{Errc::invalid_argument,
                 fmt::format("site rates: {} sites; needs at least 2", sites.size())};
  }
  Totals totals;
  for (std::size_t i = 0; i < sites.size(); ++i) {
    const PersonTime& site = sites[i];
    if (site.events < 0 || !(site.time > 0) || !std::isfinite(site.time)) {
      return Error{Errc::invalid_argument,
                   fmt::format("site rates: site {} has {} events in a time of {}", i + 1,
                               site.events, site.time)};
    }
    totals.events += static_cast<double>(site.events);
    totals.time += site.time;
  }
  if (totals.events == 0) {
    return Error{Errc::invalid_argument, "site rates: there is no event at any site"};
  }
  return totals;
}

// Spread beyond Poisson: the sign of the score of the variance between sites at 0.
double spread_score(std::span<const PersonTime> sites, double rate) {
  CompensatedSum sum;
  for (const PersonTime& site : sites) {
    const double excess = static_cast<double>(site.events) - rate * site.time;
    sum.add(excess * excess - static_cast<double>(site.events));
  }
  return sum.value();
}

// One site's part of the negative binomial likelihood in log mean and log shape.
struct SiteTerm {
  double value;
  std::array<double, 2> score;
  std::array<double, 3> information;  // (0,0), (0,1), (1,1)
};

SiteTerm site_term(const PersonTime& site, double mean, double k) {
  const auto o = static_cast<double>(site.events);
  const double mu = mean * site.time;
  const double all = k + mu;
  const double excess = o - mu;
  const double value = log_gamma(o + k) - log_gamma(k) - log_gamma(o + 1) - k * std::log1p(mu / k) +
                       o * (std::log(mu) - std::log(all));
  const double by_k = digamma(o + k) - digamma(k) - std::log1p(mu / k) - excess / all;
  const double bend = trigamma(o + k) - trigamma(k) + 1 / k - 1 / all + excess / (all * all);
  return {
      value,
      {k * excess / all, k * by_k},
      {k * mu * (o + k) / (all * all), -k * excess * mu / (all * all), -(k * k * bend + k * by_k)}};
}

// Away from the maximum the curvature may have the wrong sign: a positive one still leads uphill.
void make_definite(Matrix& information) {
  const double product = information(0, 0) * information(1, 1);
  if (information(1, 1) > 0 && product > information(0, 1) * information(0, 1) * (1 + 1e-9)) return;
  information(0, 1) = information(1, 0) = 0;
  information(1, 1) = std::max(std::abs(information(1, 1)), 1e-3 * information(0, 0));
}

Likelihood marginal(std::span<const PersonTime> sites, std::span<const double> at) {
  CompensatedSum value;
  std::vector<double> score(2);
  Matrix information(2, 2);
  for (const PersonTime& site : sites) {
    const SiteTerm term = site_term(site, std::exp(at[0]), std::exp(at[1]));
    value.add(term.value);
    score[0] += term.score[0];
    score[1] += term.score[1];
    information(0, 0) += term.information[0];
    information(1, 0) += term.information[1];
    information(1, 1) += term.information[2];
  }
  information(0, 1) = information(1, 0);
  make_definite(information);
  return {value.value(), std::move(score), std::move(information)};
}

double poisson_log_likelihood(std::span<const PersonTime> sites, double rate) {
  CompensatedSum sum;
  for (const PersonTime& site : sites) {
    const auto o = static_cast<double>(site.events);
    sum.add(o * std::log(rate * site.time) - rate * site.time - log_gamma(o + 1));
  }
  return sum.value();
}

SiteRates common_rate(std::span<const PersonTime> sites, double rate, double reference) {
  SiteRates rates{rate, {}, 0, poisson_log_likelihood(sites, rate), {}, reference};
  for (const PersonTime& site : sites) {
    rates.sites.push_back({static_cast<double>(site.events) / site.time,
                           rate,
                           {rate, rate},
                           rate > reference ? 1.0 : 0.0});
  }
  return rates;
}

SiteRate posterior(const PersonTime& site, const GammaShape& prior, double reference,
                   double alpha) {
  const auto o = static_cast<double>(site.events);
  const GammaShape after{prior.shape + o, prior.rate + site.time};
  return {o / site.time,
          after.shape / after.rate,
          {gamma_quantile(alpha / 2, after), gamma_quantile(1 - alpha / 2, after)},
          gamma_upper_tail(reference, after)};
}

// Method of moments, kept away from the ends.
double start_shape(std::span<const PersonTime> sites, double rate) {
  double squares = 0;
  for (const PersonTime& site : sites) squares += rate * rate * site.time * site.time;
  return std::clamp(squares / spread_score(sites, rate), 1e-2, 1e4);
}

}  // namespace

Result<SiteRates> shrink_site_rates(std::span<const PersonTime> sites, double confidence_level,
                                    std::optional<double> reference_rate) {
  const Totals totals = TRY(checked_totals(sites));
  TRY(normal_multiplier(confidence_level));
  if (reference_rate && !(*reference_rate > 0 && std::isfinite(*reference_rate))) {
    return Error{Errc::invalid_argument,
                 fmt::format("site rates: the reference rate is {}", *reference_rate)};
  }
  const double pooled = totals.rate();
  if (spread_score(sites, pooled) <= 0) {
    return common_rate(sites, pooled, reference_rate.value_or(pooled));
  }
  const std::vector<std::string> names = {"log mean", "log shape"};
  const Maximum maximum =
      TRY(maximise([&](std::span<const double> at) { return marginal(sites, at); },
                   {std::log(pooled), std::log(start_shape(sites, pooled))}, "site rates", names,
                   {.iterations_max = 200}));
  const double mean = std::exp(maximum.parameters[0]);
  const double shape = std::exp(maximum.parameters[1]);
  const double reference = reference_rate.value_or(mean);
  SiteRates rates{mean, shape, mean / std::sqrt(shape), maximum.at.value, {}, reference};
  for (const PersonTime& site : sites) {
    rates.sites.push_back(posterior(site, {shape, shape / mean}, reference, 1 - confidence_level));
  }
  return rates;
}

}  // namespace kensho::stats
