#include "stats/linear/gram.h"

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/linear/positive_definite.h"

using namespace kensho;
using namespace kensho::stats;

namespace {

Matrix random_matrix(std::size_t rows, std::size_t columns) {
  Matrix x(rows, columns);
  Rng rng(7, 0);
  for (double& value : x.values()) value = rng.normal();
  return x;
}

}  // namespace

TEST_CASE("a weighted gram is the sum of its definition") {
  const Matrix x = random_matrix(300, 4);
  std::vector<double> weight(300);
  for (std::size_t i = 0; i < 300; ++i) weight[i] = static_cast<double>(i % 7);

  const Matrix gram = weighted_gram(x, weight);

  for (std::size_t a = 0; a < 4; ++a) {
    for (std::size_t b = 0; b < 4; ++b) {
      double sum = 0;
      for (std::size_t i = 0; i < 300; ++i) sum += weight[i] * x(i, a) * x(i, b);
      CHECK(gram(a, b) == doctest::Approx(sum).epsilon(1e-13));
      CHECK(gram(a, b) == gram(b, a));
    }
  }
}

TEST_CASE("the number of threads changes no bit of a cross-product") {
  const Matrix x = random_matrix(30'000, 5);
  const std::vector<double> v(x.column(0).begin(), x.column(0).end());

  CHECK(weighted_gram(x, v, 1) == weighted_gram(x, v, 3));
  CHECK(transpose_times(x, v, 1) == transpose_times(x, v, 8));
  CHECK(times(x, std::vector<double>(5, 0.5), 1) == times(x, std::vector<double>(5, 0.5), 2));
}

TEST_CASE("a Cholesky factor solves, inverts and refuses a column that others determine") {
  Matrix x = random_matrix(50, 3);
  const auto factor = CholeskyFactor::make(weighted_gram(x, {}), "gram");
  REQUIRE(factor);
  const std::vector<double> b = {1, -2, 0.5};

  const auto solution = (*factor).solve(b);
  const auto back = times(weighted_gram(x, {}), solution);
  for (std::size_t i = 0; i < 3; ++i) CHECK(back[i] == doctest::Approx(b[i]).epsilon(1e-12));

  for (std::size_t i = 0; i < 50; ++i) x(i, 2) = x(i, 0) - 2 * x(i, 1);
  const std::vector<std::string> names = {"a", "b", "c"};
  const auto refused = CholeskyFactor::make(weighted_gram(x, {}), "the design", names);
  REQUIRE(!refused);
  CHECK(refused.error().message ==
        "the design is singular: column 'c' is determined by the columns before it; leave it out");
}
