#include "stats/design/spline.h"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "stats/testing/reference_test_support.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;

const std::vector<double> skew = {0.3, 0.4, 0.9, 1.1, 1.7, 2.2, 2.9, 4.1, 7.3, 18.5, 40.25};

TEST_CASE("a natural spline of new values, also beyond the boundaries, agrees with predict.ns") {
  const Json reference =
      testing::read_reference(testing::reference_path("design/design_matrix.json"));
  Agreement agreement;

  for (const Json& entry : reference.at("predicted")) {
    CAPTURE(entry.at("id").get<std::string>());
    const std::vector<double> values = entry.at("x");
    const std::vector<double> points = entry.at("new");
    const auto spline = NaturalSpline::make(values, entry.at("df"), "x").value();
    const Matrix basis = spline.basis(points);
    REQUIRE(spline.knots().size() == entry["knots"].size());
    for (std::size_t k = 0; k < spline.knots().size(); ++k) {
      agreement.compare(spline.knots()[k], entry["knots"][k]);
    }
    for (std::size_t i = 0; i < points.size(); ++i) {
      for (std::size_t j = 0; j < basis.columns(); ++j) {
        agreement.compare(1 + basis(i, j), 1 + entry["basis"][i][j].get<double>());
      }
    }
  }

  testing::verify({"NaturalSpline", "eleven skew values", "basis of new values (1 + x)",
                   "R splines::predict.ns", 13},
                  agreement);
}

// The second difference of a curve over equal steps; zero where it is a straight line.
double bend(const Matrix& basis, std::size_t column) {
  return basis(0, column) - 2 * basis(1, column) + basis(2, column);
}

TEST_CASE("both bases are straight lines beyond the outer knots") {
  const std::vector<double> beyond = {50, 60, 70};
  const std::vector<double> before = {-30, -20, -10};
  const auto natural = NaturalSpline::make(skew, 4, "x").value();
  std::vector<double> many;
  for (int i = 0; i < 120; ++i) many.push_back(0.3 * i);
  const auto restricted = RestrictedCubicSpline::make(many, 4, "x").value();

  for (std::size_t j = 0; j < natural.basis(beyond).columns(); ++j) {
    CHECK(bend(natural.basis(beyond), j) == doctest::Approx(0).epsilon(1e-9));
    CHECK(bend(natural.basis(before), j) == doctest::Approx(0).epsilon(1e-9));
  }
  for (std::size_t j = 0; j < restricted.basis(beyond).columns(); ++j) {
    CHECK(std::abs(bend(restricted.basis(beyond), j)) < 1e-9);
    CHECK(std::abs(bend(restricted.basis(before), j)) < 1e-9);
  }
}

TEST_CASE("few values put the outer knots of a restricted spline on the fifth from each end") {
  const auto spline = RestrictedCubicSpline::make(skew, 3, "x").value();

  CHECK(spline.knots()[0] == 1.7);
  CHECK(spline.knots()[2] == 2.9);
}

TEST_CASE("a missing value has a missing basis") {
  const std::vector<double> values = {1, std::numeric_limits<double>::quiet_NaN()};
  const Matrix natural = NaturalSpline::make(skew, 3, "x").value().basis(values);
  const Matrix restricted = RestrictedCubicSpline::make(skew, 3, "x").value().basis(values);

  for (std::size_t j = 0; j < natural.columns(); ++j) {
    CHECK_FALSE(std::isnan(natural(0, j)));
    CHECK(std::isnan(natural(1, j)));
  }
  for (std::size_t j = 0; j < restricted.columns(); ++j) CHECK(std::isnan(restricted(1, j)));
}

TEST_CASE("a spline on too few values, or on an infinite one, is refused") {
  const std::vector<double> infinite = {1, 2, std::numeric_limits<double>::infinity()};
  const std::vector<double> constant(20, 3.0);
  const std::vector<double> none;

  CHECK(NaturalSpline::make(infinite, 2, "dose").error().message == "'dose': a value is infinite");
  CHECK(NaturalSpline::make(constant, 1, "dose").error().code == Errc::invalid_argument);
  CHECK(NaturalSpline::make(none, 1, "dose").error().message ==
        "'dose': no value to place knots by");
  CHECK(NaturalSpline::make(skew, 0, "dose").error().message ==
        "'dose': a natural spline needs a degree of freedom");
  CHECK(RestrictedCubicSpline::make(constant, 3, "dose").error().code == Errc::invalid_argument);
  CHECK(RestrictedCubicSpline::make(skew, 2, "dose").error().code == Errc::invalid_argument);
}

}  // namespace
}  // namespace kensho::stats
