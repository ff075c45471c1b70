#include "stats/linear/least_squares.h"

#include <doctest/doctest.h>

using namespace kensho;
using namespace kensho::stats;

TEST_CASE("least squares through three points is the line of its closed form") {
  const Matrix x(3, 2, {1, 1, 1, 0, 1, 2});
  const std::vector<double> y = {1, 3, 4};

  const auto fit = least_squares(x, y);

  REQUIRE(fit);
  CHECK((*fit).coefficients[0] == doctest::Approx(7.0 / 6).epsilon(1e-15));
  CHECK((*fit).coefficients[1] == doctest::Approx(1.5).epsilon(1e-15));
  CHECK((*fit).unscaled_covariance(1, 1) == doctest::Approx(0.5).epsilon(1e-15));
  CHECK((*fit).residual_sum_of_squares == doctest::Approx(1.0 / 6).epsilon(1e-14));
  CHECK((*fit).leverages[1] == doctest::Approx(1.0 / 3).epsilon(1e-15));
}

TEST_CASE("a weight of two is the row written twice, a weight of zero is the row left out") {
  const Matrix weighted(4, 2, {1, 1, 1, 1, 0, 1, 2, 9});
  const Matrix written(4, 2, {1, 1, 1, 1, 0, 1, 1, 2});

  const auto a =
      least_squares(weighted, std::vector<double>{1, 3, 4, 50}, std::vector<double>{1, 2, 1, 0});
  const auto b = least_squares(written, std::vector<double>{1, 3, 3, 4});

  REQUIRE((a && b));
  for (std::size_t j = 0; j < 2; ++j) {
    CHECK((*a).coefficients[j] == doctest::Approx((*b).coefficients[j]).epsilon(1e-14));
  }
}

TEST_CASE("least squares refuses what it cannot determine, by name") {
  const std::vector<std::string> names = {"(Intercept)", "dose", "double dose"};
  const Matrix collinear(4, 3, {1, 1, 1, 1, 1, 2, 3, 4, 2, 4, 6, 8});

  const auto refused = least_squares(collinear, std::vector<double>{1, 2, 3, 5}, {}, names);
  const auto short_of_rows = least_squares(Matrix(1, 2, {1, 2}), std::vector<double>{1});
  const auto infinite = least_squares(Matrix(1, 1, {1}), std::vector<double>{1.0 / 0.0});

  REQUIRE(!refused);
  CHECK(refused.error().message.find("'double dose'") != std::string::npos);
  CHECK(!short_of_rows);
  CHECK(!infinite);
}
