#include "stats/regression/family.h"

#include <array>
#include <limits>
#include <utility>

#include "base/check.h"
#include "stats/dist/distributions.h"

namespace kensho::stats {
namespace {

constexpr std::array<std::pair<Family, std::string_view>, 5> families = {
    {{Family::gaussian, "gaussian"},
     {Family::binomial, "binomial"},
     {Family::poisson, "poisson"},
     {Family::gamma, "gamma"},
     {Family::negative_binomial, "negative_binomial"}}};

constexpr std::array<std::pair<Link, std::string_view>, 6> links = {
    {{Link::identity, "identity"},
     {Link::log, "log"},
     {Link::logit, "logit"},
     {Link::probit, "probit"},
     {Link::complementary_log_log, "cloglog"},
     {Link::inverse, "inverse"}}};

/// y log(ratio) with 0 log 0 = 0.
double times_log(double y, double ratio) {
  return y == 0 ? 0 : y * std::log(ratio);
}

}  // namespace

std::string_view name_of(Family family) {
  return families[static_cast<std::size_t>(family)].second;
}

std::string_view name_of(Link link) {
  return links[static_cast<std::size_t>(link)].second;
}

std::optional<Family> family_named(std::string_view name) {
  for (const auto& [family, known] : families) {
    if (known == name) return family;
  }
  return std::nullopt;
}

std::optional<Link> link_named(std::string_view name) {
  for (const auto& [link, known] : links) {
    if (known == name) return link;
  }
  return std::nullopt;
}

Link default_link(Family family) {
  switch (family) {
    case Family::gaussian:
      return Link::identity;
    case Family::binomial:
      return Link::logit;
    case Family::poisson:
    case Family::gamma:
    case Family::negative_binomial:
      return Link::log;
  }
  return Link::identity;
}

bool dispersion_is_one(Family family) {
  return family != Family::gaussian && family != Family::gamma;
}

Mean mean_at(Link link, double eta) {
  switch (link) {
    case Link::identity:
      return {eta, 1 - eta, 1};
    case Link::log: {
      const double mean = std::exp(eta);
      return {mean, -std::expm1(eta), mean};
    }
    case Link::logit: {
      const double small = std::exp(-std::abs(eta));
      const double near = 1 / (1 + small);
      const double far = small * near;
      return eta >= 0 ? Mean{near, far, near * far} : Mean{far, near, near * far};
    }
    case Link::probit:
      return {normal_cdf(eta), normal_cdf(-eta), normal_density(eta)};
    case Link::complementary_log_log: {
      const double hazard = std::exp(eta);
      return {-std::expm1(-hazard), std::exp(-hazard), std::exp(eta - hazard)};
    }
    case Link::inverse:
      return {1 / eta, 1 - 1 / eta, -1 / (eta * eta)};
  }
  return {};
}

double link_of(Link link, double mean) {
  switch (link) {
    case Link::identity:
      return mean;
    case Link::log:
      return std::log(mean);
    case Link::logit:
      return std::log(mean / (1 - mean));
    case Link::probit:
      return normal_quantile(mean);
    case Link::complementary_log_log:
      return std::log(-std::log1p(-mean));
    case Link::inverse:
      return 1 / mean;
  }
  return mean;
}

double variance_of(const GlmModel& model, const Mean& mean) {
  switch (model.family) {
    case Family::gaussian:
      return 1;
    case Family::binomial:
      return mean.value > 0 && mean.complement > 0 ? mean.value * mean.complement : 0;
    case Family::poisson:
      return mean.value;
    case Family::gamma:
      return mean.value > 0 ? mean.value * mean.value : 0;
    case Family::negative_binomial:
      return mean.value > 0 ? mean.value + mean.value * mean.value / model.theta : 0;
  }
  return 0;
}

double kernel(const GlmModel& model, double y, const Mean& mean) {
  constexpr double impossible = -std::numeric_limits<double>::infinity();
  const double m = mean.value;
  switch (model.family) {
    case Family::gaussian:
      return -0.5 * (y - m) * (y - m);
    case Family::binomial:
      if (m < 0 || mean.complement < 0) return impossible;
      return times_log(y, m) + times_log(1 - y, mean.complement);
    case Family::poisson:
      return m < 0 ? impossible : times_log(y, m) - m;
    case Family::gamma:
      return m <= 0 ? impossible : -y / m - std::log(m);
    case Family::negative_binomial:
      if (m < 0) return impossible;
      return times_log(y, m / (m + model.theta)) - model.theta * std::log1p(m / model.theta);
  }
  return impossible;
}

double unit_deviance(const GlmModel& model, double y, const Mean& mean) {
  const double m = mean.value;
  switch (model.family) {
    case Family::gaussian:
      return (y - m) * (y - m);
    case Family::binomial:
      return 2 * (times_log(y, y / m) + times_log(1 - y, (1 - y) / mean.complement));
    case Family::poisson:
      return 2 * (times_log(y, y / m) - (y - m));
    case Family::gamma:
      return 2 * ((y - m) / m - std::log(y / m));
    case Family::negative_binomial:
      return 2 * (times_log(y, y / m) -
                  (y + model.theta) * std::log((y + model.theta) / (m + model.theta)));
  }
  return 0;
}

bool possible(Family family, double y) {
  switch (family) {
    case Family::gaussian:
      return std::isfinite(y);
    case Family::binomial:
      return y >= 0 && y <= 1;
    case Family::poisson:
    case Family::negative_binomial:
      return std::isfinite(y) && y >= 0;
    case Family::gamma:
      return std::isfinite(y) && y > 0;
  }
  return false;
}

}  // namespace kensho::stats
