#include "stats/survival/parametric_term.h"

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "stats/testing/reference_test_support.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST_CASE("logarithms of tails agree with R far out") {
  const Json file =
      testing::read_reference(testing::reference_path("survival/parametric_gamma.json"));
  const Json& laws = file.at("laws");
  const std::vector<double> w = laws.at("w");
  const std::array<std::pair<ErrorLawKind, std::string>, 3> kinds = {
      {{ErrorLawKind::extreme_value, "extreme_value"},
       {ErrorLawKind::normal, "normal"},
       {ErrorLawKind::logistic, "logistic"}}};
  for (const auto& [kind, name] : kinds) {
    CAPTURE(name);
    Agreement agreement;
    for (std::size_t i = 0; i < w.size(); ++i) {
      CAPTURE(w[i]);
      const double survival = laws.at(name).at("survival")[i];
      const double cumulative = laws.at(name).at("cumulative")[i];
      agreement.compare(log_error_survival({kind}, w[i]).value, survival);
      agreement.compare(log_error_cumulative({kind}, w[i]).value, cumulative);
    }
    verify({"parametric_survival", "w from -60 to 37", "log tails, " + name,
            "R pexp, pnorm, plogis (log.p)", 12},
           agreement);
  }
}

TEST_CASE("the generalised gamma contains the Weibull and, in its limit, the normal law") {
  Agreement weibull;
  Agreement normal;
  for (double w = -6; w <= 2; w += 0.37) {
    const ErrorLaw one{ErrorLawKind::generalised_gamma, 1};
    const ErrorLaw nearly_normal{ErrorLawKind::generalised_gamma, 2e-6};
    weibull.compare(log_error_density(one, w).value,
                    log_error_density({ErrorLawKind::extreme_value}, w).value);
    weibull.compare(log_error_survival(one, w).value,
                    log_error_survival({ErrorLawKind::extreme_value}, w).value);
    weibull.compare(log_error_cumulative(one, w).second,
                    log_error_cumulative({ErrorLawKind::extreme_value}, w).second);
    normal.compare(log_error_density(nearly_normal, w).value,
                   log_error_density({ErrorLawKind::normal}, w).value);
    normal.compare(log_error_survival(nearly_normal, w).value,
                   log_error_survival({ErrorLawKind::normal}, w).value);
  }
  // across the shape where the formulas change hands
  for (double w = -3; w <= 3; w += 0.5) {
    const auto tail = [&](double shape) {
      return log_error_survival({ErrorLawKind::generalised_gamma, shape}, w).value;
    };
    const double middle = (-tail(3.5e-3) + 9 * tail(4.5e-3) + 9 * tail(5.5e-3) - tail(6.5e-3)) / 16;
    CHECK(tail(5e-3) == doctest::Approx(middle).epsilon(1e-7));
  }
  CHECK(weibull.worst() <= 1e-12);
  CHECK(normal.worst() <= 1e-4);  // first order in the shape
}

TEST_CASE("quantiles undo the tails") {
  for (const ErrorLaw& law :
       {ErrorLaw{ErrorLawKind::extreme_value}, ErrorLaw{ErrorLawKind::normal},
        ErrorLaw{ErrorLawKind::logistic}, ErrorLaw{ErrorLawKind::generalised_gamma, 0.6},
        ErrorLaw{ErrorLawKind::generalised_gamma, -0.8}}) {
    for (const double p : {1e-8, 0.1, 0.5, 0.9, 0.999}) {
      const double w = error_quantile(law, p);
      CHECK(testing::difference(std::exp(log_error_cumulative(law, w).value), p) <
            1e-11 + 1e-15 / p);
      CHECK(testing::difference(std::exp(log_error_survival(law, w).value), 1 - p) < 1e-10);
    }
  }
}

// ---- derivatives ------------------------------------------------------------------------------

// Fourth order; the terms below are smooth at the scale of h.
template <class Function>
double slope(const Function& f, double at) {
  constexpr double h = 1e-3;
  return (8 * (f(at + h) - f(at - h)) - (f(at + 2 * h) - f(at - 2 * h))) / (12 * h);
}

const std::vector<CensoredValue> shapes_of_knowledge = {
    {0.7, 0.7}, {0.7, infinity}, {-infinity, 0.7}, {0.2, 0.9}, {-3, 4}, {-2.1, -2}, {1.8, 1.9}};

TEST_CASE("the derivatives of a subject's term are those of its value") {
  for (const ErrorLaw& law :
       {ErrorLaw{ErrorLawKind::extreme_value}, ErrorLaw{ErrorLawKind::normal},
        ErrorLaw{ErrorLawKind::logistic}, ErrorLaw{ErrorLawKind::generalised_gamma, 0.6},
        ErrorLaw{ErrorLawKind::generalised_gamma, -0.7}}) {
    for (const CensoredValue& y : shapes_of_knowledge) {
      for (const double log_scale : {-0.4, 0.5}) {
        CAPTURE(int(law.kind));
        CAPTURE(y.lower);
        CAPTURE(y.upper);
        const SubjectTerm term = subject_term(law, y, {0.3, log_scale});
        const auto in_location = [&](double SubjectTerm::* part) {
          return slope([&](double m) { return subject_term(law, y, {m, log_scale}).*part; }, 0.3);
        };
        const auto in_scale = [&](double SubjectTerm::* part) {
          return slope([&](double s) { return subject_term(law, y, {0.3, s}).*part; }, log_scale);
        };
        const auto near = [](double got, double expected) {
          CHECK(std::abs(got - expected) < 1e-8 * (1 + std::abs(expected)));
        };
        near(term.location, in_location(&SubjectTerm::value));
        near(term.log_scale, in_scale(&SubjectTerm::value));
        near(term.location_location, in_location(&SubjectTerm::location));
        near(term.location_scale, in_scale(&SubjectTerm::location));
        near(term.location_scale, in_location(&SubjectTerm::log_scale));
        near(term.scale_scale, in_scale(&SubjectTerm::log_scale));
      }
    }
  }
}

TEST_CASE("an interval and its two complements have probability 1") {
  for (const ErrorLawKind kind :
       {ErrorLawKind::extreme_value, ErrorLawKind::normal, ErrorLawKind::logistic}) {
    const auto probability = [&](double lower, double upper) {
      return std::exp(subject_term({kind}, {lower, upper}, {0.1, 0.2}).value);
    };
    const double sum =
        probability(-infinity, -0.4) + probability(-0.4, 1.3) + probability(1.3, infinity);
    CHECK(sum == doctest::Approx(1).epsilon(1e-14));
  }
}

TEST_CASE("an impossible interval far in a tail keeps its logarithm") {
  const SubjectTerm term = subject_term({ErrorLawKind::normal}, {40, 41}, {0, 0});
  // the interval holds all but e^-40 of what lies beyond 40
  CHECK(testing::difference(term.value, log_error_survival({ErrorLawKind::normal}, 40).value) <
        1e-15);
  CHECK(std::isfinite(term.location_location));
}

}  // namespace
}  // namespace kensho::stats
