#include "stats/regression/mantel_haenszel.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "stats/dist/distributions.h"

namespace kensho::stats {
namespace {

/// A stratum, {a, b} exposed above {c, d} unexposed, with its margins.
struct Stratum {
  explicit Stratum(const ExposureTable& t)
      : a(t.exposed_events),
        b(t.exposed_others),
        c(t.unexposed_events),
        d(t.unexposed_others),
        exposed(a + b),
        unexposed(c + d),
        events(a + c),
        total(exposed + unexposed) {}
  double a, b, c, d;
  double exposed, unexposed, events, total;
};

Result<std::vector<Stratum>> informative(std::span<const ExposureTable> tables) {
  std::vector<Stratum> strata;
  double events = 0;
  double others = 0;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const ExposureTable& t = tables[i];
    for (const double count :
         {t.exposed_events, t.exposed_others, t.unexposed_events, t.unexposed_others}) {
      if (std::isfinite(count) && count >= 0) continue;
      return Error{Errc::invalid_argument,
                   fmt::format("Mantel-Haenszel: stratum {} has a count of {}", i + 1, count)};
    }
    const Stratum stratum(t);
    if (stratum.exposed == 0 || stratum.unexposed == 0) continue;
    events += stratum.events;
    others += stratum.total - stratum.events;
    strata.push_back(stratum);
  }
  if (strata.empty() || events == 0 || others == 0) {
    return Error{Errc::invalid_argument,
                 fmt::format("Mantel-Haenszel: {} strata have both groups, with {} events and {} "
                             "without; all three must be above 0",
                             strata.size(), events, others)};
  }
  return strata;
}

template <class Of>
double sum(std::span<const Stratum> strata, const Of& of) {
  double total = 0;
  for (const Stratum& stratum : strata) total += of(stratum);
  return total;
}

CommonEstimate on_log_scale(double ratio, double variance, double z) {
  const double error = std::sqrt(variance);
  return {ratio, error, {ratio * std::exp(-z * error), ratio * std::exp(z * error)}};
}

std::optional<CommonEstimate> odds_ratio(std::span<const Stratum> strata, double z) {
  const double r = sum(strata, [](const Stratum& s) { return s.a * s.d / s.total; });
  const double q = sum(strata, [](const Stratum& s) { return s.b * s.c / s.total; });
  if (r == 0 || q == 0) return std::nullopt;
  const auto agree = [](const Stratum& s) { return (s.a + s.d) / s.total; };
  const auto differ = [](const Stratum& s) { return (s.b + s.c) / s.total; };
  const double variance =
      sum(strata, [&](const Stratum& s) { return agree(s) * s.a * s.d / s.total; }) / (2 * r * r) +
      sum(strata,
          [&](const Stratum& s) {
            return (agree(s) * s.b * s.c + differ(s) * s.a * s.d) / s.total;
          }) /
          (2 * r * q) +
      sum(strata, [&](const Stratum& s) { return differ(s) * s.b * s.c / s.total; }) / (2 * q * q);
  return on_log_scale(r / q, variance, z);
}

std::optional<CommonEstimate> risk_ratio(std::span<const Stratum> strata, double z) {
  const double r = sum(strata, [](const Stratum& s) { return s.a * s.unexposed / s.total; });
  const double q = sum(strata, [](const Stratum& s) { return s.c * s.exposed / s.total; });
  if (r == 0 || q == 0) return std::nullopt;
  const double p = sum(strata, [](const Stratum& s) {
    return (s.exposed * s.unexposed * s.events - s.a * s.c * s.total) / (s.total * s.total);
  });
  return on_log_scale(r / q, p / (r * q), z);
}

CommonEstimate risk_difference(std::span<const Stratum> strata, double z) {
  const double weight =
      sum(strata, [](const Stratum& s) { return s.exposed * s.unexposed / s.total; });
  const double difference =
      sum(strata,
          [](const Stratum& s) { return (s.a * s.unexposed - s.c * s.exposed) / s.total; }) /
      weight;
  const double p = sum(strata, [](const Stratum& s) {
    return (s.exposed * s.exposed * s.c - s.unexposed * s.unexposed * s.a +
            s.exposed * s.unexposed * (s.unexposed - s.exposed) / 2) /
           (s.total * s.total);
  });
  const double q = sum(strata, [](const Stratum& s) {
    return (s.a * (s.unexposed - s.c) + s.c * (s.exposed - s.a)) / (2 * s.total);
  });
  const double error = std::sqrt(std::max(0.0, difference * p + q)) / weight;
  return {difference, error, {difference - z * error, difference + z * error}};
}

double excess(std::span<const Stratum> strata) {
  return sum(strata, [](const Stratum& s) { return s.a - s.exposed * s.events / s.total; });
}

double excess_variance(std::span<const Stratum> strata) {
  return sum(strata, [](const Stratum& s) {
    if (s.total < 2) return 0.0;
    return s.exposed * s.unexposed * s.events * (s.total - s.events) /
           (s.total * s.total * (s.total - 1));
  });
}

ChiSquareStatistic association(const MantelHaenszel& sums, double correction) {
  const double distance = std::abs(sums.excess);
  const double left = distance >= correction ? distance - correction : distance;
  return chi_square_statistic(left * left / sums.excess_variance, 1);
}

/// The a of a stratum's margins at which its odds ratio is the common one.
double fitted_cell(const Stratum& s, double odds) {
  const double a = 1 - odds;
  const double b = odds * (s.exposed + s.events) + s.unexposed - s.events;
  const double c = -odds * s.exposed * s.events;
  if (std::abs(a) < 1e-12) return -c / b;
  // b is positive or the roots are far apart: this form of the root loses no digits.
  const double root = std::sqrt(b * b - 4 * a * c);
  return b >= 0 ? -2 * c / (b + root) : (-b + root) / (2 * a);
}

struct Homogeneity {
  ChiSquareStatistic breslow_day;
  ChiSquareStatistic tarone;
};

std::optional<Homogeneity> homogeneity(std::span<const Stratum> strata, double odds) {
  double statistic = 0;
  double distance = 0;
  double variances = 0;
  double used = 0;
  for (const Stratum& s : strata) {
    if (s.events == 0 || s.events == s.total) continue;
    const double a = fitted_cell(s, odds);
    const double variance =
        1 / (1 / a + 1 / (s.exposed - a) + 1 / (s.events - a) + 1 / (s.unexposed - s.events + a));
    statistic += (s.a - a) * (s.a - a) / variance;
    distance += s.a - a;
    variances += variance;
    used += 1;
  }
  if (used < 2) return std::nullopt;
  const double corrected = std::max(0.0, statistic - distance * distance / variances);
  return Homogeneity{chi_square_statistic(statistic, used - 1),
                     chi_square_statistic(corrected, used - 1)};
}

}  // namespace

Result<MantelHaenszel> mantel_haenszel(std::span<const ExposureTable> tables,
                                       double confidence_level) {
  const double z = TRY(normal_multiplier(confidence_level));
  const std::vector<Stratum> strata = TRY(informative(tables));
  MantelHaenszel result{.odds_ratio = odds_ratio(strata, z),
                        .risk_ratio = risk_ratio(strata, z),
                        .risk_difference = risk_difference(strata, z),
                        .excess = excess(strata),
                        .excess_variance = excess_variance(strata),
                        .association = {},
                        .association_corrected = {},
                        .breslow_day = {},
                        .tarone = {}};
  result.association = association(result, 0);
  result.association_corrected = association(result, 0.5);
  if (!result.odds_ratio) return result;
  if (const auto tests = homogeneity(strata, result.odds_ratio->estimate)) {
    result.breslow_day = tests->breslow_day;
    result.tarone = tests->tarone;
  }
  return result;
}

// ---- exact ------------------------------------------------------------------------------------

namespace {

Status check_whole(std::span<const ExposureTable> tables) {
  for (const ExposureTable& t : tables) {
    for (const double count :
         {t.exposed_events, t.exposed_others, t.unexposed_events, t.unexposed_others}) {
      if (count == std::floor(count) && count <= 1e5) continue;  // exactly: a count
      return Error{
          Errc::invalid_argument,
          fmt::format("exact common odds ratio: a count of {}; counts must be whole and at "
                      "most 100000",
                      count)};
    }
  }
  return ok();
}

}  // namespace

Result<ConditionalOdds> exact_common_odds(std::span<const ExposureTable> tables,
                                          double confidence_level) {
  TRY(normal_multiplier(confidence_level));  // checks the level
  TRY(check_whole(tables));
  const std::vector<Stratum> strata = TRY(informative(tables));
  ConditionalCount whole;
  double observed = 0;
  for (const Stratum& s : strata) {
    whole.add(ConditionalCount({.row = s.exposed, .other_row = s.unexposed, .column = s.events}));
    observed += s.a;
  }
  if (whole.least() == whole.most()) {  // exactly: counts
    return Error{Errc::invalid_argument,
                 "exact common odds ratio: the margins leave only one possible table"};
  }
  return conditional_odds(whole, observed, confidence_level, Alternative::two_sided,
                          "exact common odds ratio");
}

}  // namespace kensho::stats
