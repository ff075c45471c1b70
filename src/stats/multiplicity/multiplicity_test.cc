#include <algorithm>
#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "stats/multiplicity/adjusted_p_values.h"
#include "stats/multiplicity/graphical_procedure.h"
#include "stats/testing/r_reference.h"
#include "stats/testing/survival_samples.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;

constexpr Adjustment ALL[] = {
    Adjustment::holm,       Adjustment::hochberg,           Adjustment::hommel,
    Adjustment::bonferroni, Adjustment::benjamini_hochberg, Adjustment::benjamini_yekutieli};

TEST_CASE("adjusted p-values agree with R's p.adjust") {
  const std::vector<double> p = {0.01, 0.02, 0.03, 0.04, 0.05, 0.001, 0.2, 0.5, 5e-04};
  const Matrix expected = testing::r_matrix(testing::r_case("12_exact", "p-adjust"));
  Agreement agreement;

  for (std::size_t column = 0; column < std::size(ALL); ++column) {
    const auto adjusted = adjust_p_values(p, ALL[column]).value();
    for (std::size_t i = 0; i < p.size(); ++i) {
      agreement.compare(adjusted[i], expected(i, column));
    }
  }

  testing::verify({"multiplicity", "9 p-values", "adjusted p-values", "R 4.2.2 p.adjust", 14},
                  agreement);
}

std::vector<double> some_p_values(std::uint64_t seed, int count) {
  testing::Sequence sequence(seed);
  std::vector<double> p;
  for (int i = 0; i < count; ++i) p.push_back(std::pow(sequence.below(1000) / 1000.0, 3));
  return p;
}

// The closed test over every set of hypotheses, each tested by `reject_at`: the least level.
template <class LeastLevel>
double closed_test(const std::vector<double>& p, std::size_t hypothesis,
                   const LeastLevel& least_level) {
  double worst = 0;
  for (unsigned set = 1; set < (1U << p.size()); ++set) {
    if (((set >> hypothesis) & 1U) != 0) worst = std::max(worst, least_level(set));
  }
  return std::min(1.0, worst);
}

TEST_CASE("Hommel's values are those of the closed test by Simes") {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const std::vector<double> p = some_p_values(seed, 6);
    const auto adjusted = adjust_p_values(p, Adjustment::hommel).value();
    const auto simes = [&](unsigned set) {
      std::vector<double> chosen;
      for (std::size_t i = 0; i < p.size(); ++i) {
        if (((set >> i) & 1U) != 0) chosen.push_back(p[i]);
      }
      std::ranges::sort(chosen);
      double least = 1;
      for (std::size_t i = 0; i < chosen.size(); ++i) {
        least = std::min(least, double(chosen.size()) * chosen[i] / double(i + 1));
      }
      return least;
    };
    for (std::size_t i = 0; i < p.size(); ++i) {
      CHECK(adjusted[i] == doctest::Approx(closed_test(p, i, simes)).epsilon(1e-14));
    }
  }
}

TEST_CASE("adjusting follows the order of the p-values and never lowers one") {
  const std::vector<double> p = some_p_values(5, 12);
  std::vector<double> reversed(p.rbegin(), p.rend());
  for (const Adjustment adjustment : ALL) {
    const auto adjusted = adjust_p_values(p, adjustment).value();
    auto turned = adjust_p_values(reversed, adjustment).value();
    std::ranges::reverse(turned);
    CHECK(adjusted == turned);
    for (std::size_t i = 0; i < p.size(); ++i) CHECK(adjusted[i] >= p[i]);
    CHECK(adjust_p_values(std::vector{0.3}, adjustment).value()[0] == doctest::Approx(0.3));
  }
}

TEST_CASE("what is no p-value is refused") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(adjust_p_values({}, Adjustment::holm));
  CHECK(adjust_p_values(std::vector{0.1, 1.2}, Adjustment::holm).error().message ==
        "p-value 2 of 2 is 1.2; it must be from 0 to 1");
  CHECK_FALSE(adjust_p_values(std::vector{nan}, Adjustment::holm));
}

// ---- graphs -----------------------------------------------------------------------------------

Matrix from_rows(std::initializer_list<std::initializer_list<double>> rows) {
  Matrix matrix(rows.size(), rows.begin()->size());
  std::size_t i = 0;
  for (const auto& row : rows) {
    std::size_t j = 0;
    for (const double value : row) matrix(i, j++) = value;
    ++i;
  }
  return matrix;
}

// The weights of an intersection: remove, in any order, what is not in it (Bretz et al. 2011).
std::vector<double> weights_within(unsigned set, std::vector<double> weight, Matrix g) {
  const std::size_t m = weight.size();
  std::vector<bool> gone(m, false);
  for (std::size_t out = m; out-- > 0;) {
    if (((set >> out) & 1U) != 0) continue;
    gone[out] = true;
    Matrix next(m, m);
    for (std::size_t i = 0; i < m; ++i) {
      if (gone[i]) continue;
      weight[i] += weight[out] * g(out, i);
      for (std::size_t j = 0; j < m; ++j) {
        const double loop = g(i, out) * g(out, i);
        if (i == j || gone[j] || loop >= 1) continue;
        next(i, j) = (g(i, j) + g(i, out) * g(out, j)) / (1 - loop);
      }
    }
    g = next;
    weight[out] = 0;
  }
  return weight;
}

TEST_CASE("the graph decides as the closed test over all intersections") {
  const Matrix transitions =
      from_rows({{0, 0.5, 0.5, 0}, {0.5, 0, 0, 0.5}, {0, 1, 0, 0}, {0.3, 0, 0.7, 0}});
  const std::vector<double> weights = {0.5, 0.3, 0.2, 0};
  Agreement agreement;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const std::vector<double> p = some_p_values(seed, 4);
    const auto decision = graphical_procedure(p, weights, transitions, 0.025).value();
    const auto bonferroni = [&](unsigned set) {
      const auto weight = weights_within(set, weights, transitions);
      double least = std::numeric_limits<double>::infinity();
      for (std::size_t i = 0; i < 4; ++i) {
        if (weight[i] > 0) least = std::min(least, p[i] / weight[i]);
      }
      return least;
    };
    for (std::size_t i = 0; i < 4; ++i) {
      agreement.compare(decision.adjusted_p_values[i], closed_test(p, i, bonferroni));
      CHECK(decision.rejected[i] == (decision.adjusted_p_values[i] <= 0.025));
    }
  }
  testing::verify({"graphical_procedure", "40 random sets of 4 p-values", "adjusted p-values",
                   "closed test over 15 intersections", 12},
                  agreement);
}

TEST_CASE("equal shares to all are Holm's procedure; a chain is the fixed sequence") {
  const std::vector<double> p = {0.04, 0.001, 0.02};
  const double third = 1.0 / 3;
  const Matrix all = from_rows({{0, 0.5, 0.5}, {0.5, 0, 0.5}, {0.5, 0.5, 0}});
  const auto holm = adjust_p_values(p, Adjustment::holm).value();
  const auto graph = graphical_procedure(p, std::vector{third, third, third}, all, 0.05).value();
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(graph.adjusted_p_values[i] == doctest::Approx(holm[i]).epsilon(1e-14));
  }

  const Matrix chain = from_rows({{0, 1, 0}, {0, 0, 1}, {0, 0, 0}});
  const auto sequence = graphical_procedure(p, std::vector{1.0, 0.0, 0.0}, chain, 0.05).value();
  CHECK(sequence.adjusted_p_values == std::vector{0.04, 0.04, 0.04});
  CHECK(sequence.order == std::vector<std::size_t>{0, 1, 2});
}

TEST_CASE("a graph that hands out more than it has is refused") {
  const std::vector<double> p = {0.1, 0.2};
  const Matrix swap = from_rows({{0, 1}, {1, 0}});
  CHECK_FALSE(graphical_procedure(p, std::vector{0.6, 0.6}, swap, 0.05));
  CHECK_FALSE(graphical_procedure(p, std::vector{0.5, 0.5}, from_rows({{0.5, 0}, {0, 0}}), 0.05));
  CHECK_FALSE(graphical_procedure(p, std::vector{0.5, -0.5}, swap, 0.05));
  CHECK_FALSE(graphical_procedure(p, std::vector{1.0}, swap, 0.05));
  CHECK_FALSE(graphical_procedure(p, std::vector{0.5, 0.5}, swap, 1));
}

}  // namespace
}  // namespace kensho::stats
