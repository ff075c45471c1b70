#include "stats/survival/cox_strips.h"

#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"

namespace kensho::stats {
namespace {

struct Sample {
  explicit Sample(std::size_t columns) : x(strip_rows, columns), weight(strip_rows) {
    Rng rng(20261122, columns);
    for (std::size_t i = 0; i < strip_rows; ++i) {
      weight[i] = static_cast<double>(rng.below(8));
      for (std::size_t a = 0; a < columns; ++a) x(i, a) = static_cast<double>(rng.below(32)) - 16;
    }
  }
  StripedMatrix x;
  std::vector<double> weight;
};

TEST_CASE("the loops over strips of small whole numbers are exact, for any number of columns") {
  for (std::size_t columns = 1; columns <= 13; ++columns) {
    const Sample sample(columns);
    StripGram gram(columns);
    gram.add(sample.x.strip(0), sample.weight.data());
    gram.add(sample.x.strip(0), sample.weight.data());
    const Matrix whole = gram.matrix();
    for (std::size_t a = 0; a < columns; ++a) {
      for (std::size_t b = 0; b < columns; ++b) {
        double sum = 0;
        for (std::size_t i = 0; i < strip_rows; ++i) {
          sum += 2 * sample.weight[i] * sample.x(i, a) * sample.x(i, b);
        }
        CHECK(whole(a, b) == sum);
      }
    }
  }
}

TEST_CASE("sums over any range of a strip's rows and linear predictors are exact too") {
  for (std::size_t columns = 1; columns <= 9; ++columns) {
    const Sample sample(columns);
    for (const StripRange range : {StripRange{0, 0}, {5, 6}, {5, 8}, {3, 7}, {1, 12}, {0, 128}}) {
      std::vector<double> sums(columns, 1.0);
      add_strip_sums(sample.x.strip(0), range, sample.weight.data(), sums);
      for (std::size_t a = 0; a < columns; ++a) {
        double sum = 1;
        for (std::size_t i = range.begin; i < range.end; ++i) {
          sum += sample.weight[i] * sample.x(i, a);
        }
        CHECK(sums[a] == sum);
      }
    }
    std::vector<double> b(columns);
    for (std::size_t a = 0; a < columns; ++a) b[a] = static_cast<double>(a) - 3;
    std::vector<double> linear(strip_rows, 2.0);
    add_strip_product(sample.x.strip(0), b, linear.data());
    for (std::size_t i = 0; i < strip_rows; ++i) {
      double sum = 2;
      for (std::size_t a = 0; a < columns; ++a) sum += b[a] * sample.x(i, a);
      CHECK(linear[i] == sum);
    }
  }
}

}  // namespace
}  // namespace kensho::stats
