#include "stats/sequential/group_sequential.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/sequential/stage_process.h"
#include "stats/testing/r_cases.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;

const Json& expected(const std::string& id) {
  return testing::r_case("11_design", id);
}

std::vector<double> equally_spaced(int looks) {
  std::vector<double> information;
  for (int k = 1; k <= looks; ++k) information.push_back(double(k) / looks);
  return information;
}

struct Agreements {
  Agreement bounds;
  Agreement sizes;
};

void compare_all(Agreement& a, const std::vector<double>& got, const Json& reference) {
  REQUIRE(got.size() == reference.size());
  for (std::size_t i = 0; i < got.size(); ++i) a.compare(got[i], reference[i]);
}

// rpact's fixed design uses the same quantiles, but its integration starts at z = -6 and its roots
// stop at about 1e-8: the slack of the tool.
void compare_design(Agreements& a, const GroupSequentialChoice& choice, const Json& r) {
  const auto made = group_sequential_bounds(choice);
  if (!made) FAIL(made.error().message);
  const GroupSequentialBounds& bounds = made.value();
  compare_all(a.bounds, bounds.efficacy_z, r.at("critical_z"));
  for (std::size_t k = 0; k < bounds.error_spent.size(); ++k) {
    // what rpact gives as spent at the last look is 1e-8 below the error rate
    CHECK(std::abs(bounds.error_spent[k] - r.at("alpha_spent")[k].get<double>()) < 1.2e-8);
  }
  for (std::size_t k = 0; k + 1 < bounds.information.size(); ++k) {
    CHECK(bounds.futility_z[k].has_value() == (r.at("futility_z")[k] != -6));
    if (bounds.futility_z[k]) {
      a.bounds.compare(1 + *bounds.futility_z[k], 1 + r["futility_z"][k].get<double>());
    }
  }
  if (!r.contains("characteristics")) return;
  const Json& c = r["characteristics"];
  const auto size = group_sequential_size(bounds, choice.error_rate, choice.power).value();
  a.sizes.compare(size.drift, c.at("shift"));
  a.sizes.compare(size.inflation, c.at("inflation"));
  a.sizes.compare(size.expected_null, c.at("asn_h0"));
  a.sizes.compare(size.expected_half, c.at("asn_h01"));
  a.sizes.compare(size.expected_planned, c.at("asn_h1"));
  const auto stage = stage_probabilities(bounds, std::sqrt(size.drift));
  for (std::size_t k = 0; k < stage.efficacy.size(); ++k) {
    a.sizes.compare(1 + stage.efficacy[k], 1 + c.at("reject")[k].get<double>());
    if (k + 1 < stage.efficacy.size()) {
      a.sizes.compare(1 + stage.futility[k], 1 + c.at("fut")[k].get<double>());
    }
  }
}

GroupSequentialChoice spending_choice(std::vector<double> information, SpendingShape shape,
                                      double parameter = 0) {
  return {.information = std::move(information), .spending = {shape, parameter}};
}

GroupSequentialChoice wang_tsiatis(int looks, double parameter) {
  return {.information = equally_spaced(looks),
          .shape = BoundShape::wang_tsiatis,
          .parameter = parameter};
}

void report(const std::string& title, const Agreements& a, double digits) {
  testing::verify({"group_sequential", title, "bounds and error spent",
                   "R rpact 3.3.4 (integrates from z = -6, roots to 1e-8)", digits},
                  a.bounds);
  testing::verify({"group_sequential", title, "inflation, expected sizes, stage probabilities",
                   "R rpact 3.3.4 (integrates from z = -6, roots to 1e-8)", digits},
                  a.sizes);
}

TEST_CASE("O'Brien-Fleming, Pocock, Wang-Tsiatis and Haybittle-Peto bounds agree with rpact") {
  Agreements a;
  for (const int looks : {2, 3, 5}) {
    compare_design(a, wang_tsiatis(looks, 0), expected("gs-OF-" + std::to_string(looks)));
    compare_design(a, wang_tsiatis(looks, 0.5), expected("gs-P-" + std::to_string(looks)));
  }
  auto quarter = wang_tsiatis(4, 0.25);
  quarter.power = 0.9;
  compare_design(a, quarter, expected("gs-wt-025"));
  const GroupSequentialChoice peto{
      .information = equally_spaced(4), .shape = BoundShape::haybittle_peto, .parameter = 3};
  compare_design(a, peto, expected("gs-haybittle"));
  report("OF, Pocock, Wang-Tsiatis, Haybittle-Peto", a, 7);
}

TEST_CASE("spending bounds agree with rpact, for unequal information too") {
  using enum SpendingShape;
  Agreements a;
  for (const int looks : {2, 3, 5}) {
    const auto information = equally_spaced(looks);
    compare_design(a, spending_choice(information, obrien_fleming),
                   expected("gs-asOF-" + std::to_string(looks)));
    compare_design(a, spending_choice(information, pocock),
                   expected("gs-asP-" + std::to_string(looks)));
  }
  compare_design(a, spending_choice({0.2, 0.55, 0.8, 1}, obrien_fleming),
                 expected("gs-asof-unequal"));
  auto kim = spending_choice({0.3, 0.7, 1}, kim_demets, 2.5);
  kim.power = 0.9;
  compare_design(a, kim, expected("gs-kd"));
  const GroupSequentialChoice user{.information = {0.3, 0.6, 1},
                                   .shape = BoundShape::cumulative,
                                   .cumulative_error = {0.001, 0.008, 0.025}};
  compare_design(a, user, expected("gs-asuser"));
  report("Lan-DeMets, Kim-DeMets, user spending", a, 7);
}

TEST_CASE("futility bounds, given or spent, and two-sided tests agree with rpact") {
  Agreements a;
  auto hwang = spending_choice({0.4, 0.8, 1}, SpendingShape::hwang_shih_decani, -4);
  hwang.futility_spending = Spending{SpendingShape::hwang_shih_decani, -2};
  hwang.power = 0.9;
  compare_design(a, hwang, expected("gs-hsd"));
  auto fixed = wang_tsiatis(3, 0);
  fixed.futility_z = {0, 0.5};
  compare_design(a, fixed, expected("gs-futility").at("nonbinding"));
  fixed.futility = FutilityRule::binding;
  compare_design(a, fixed, expected("gs-futility").at("binding"));
  for (const auto& [name, parameter] : {std::pair{"OF", 0.0}, std::pair{"P", 0.5}}) {
    auto both = wang_tsiatis(4, parameter);
    both.sides = TestSides::two;
    both.error_rate = 0.05;
    compare_design(a, both, expected("gs-twosided").at(name));
  }
  report("futility and two-sided", a, 7);
}

TEST_CASE("spending functions agree with their formulas in R") {
  using enum SpendingShape;
  const Json r = expected("spending-functions");
  const std::vector<std::pair<std::string, Spending>> functions = {
      {"ldof", {obrien_fleming}},      {"ldp", {pocock}},        {"kd1", {kim_demets, 1}},
      {"kd2", {kim_demets, 2}},        {"kd3", {kim_demets, 3}}, {"hsdm4", {hwang_shih_decani, -4}},
      {"hsd1", {hwang_shih_decani, 1}}};
  Agreement a;
  for (const auto& [name, spending] : functions) {
    for (std::size_t i = 0; i < r.at("t").size(); ++i) {
      const double reference = r.at(name)[i];
      // R subtracts a probability from 1: absolute digits only
      a.compare(1 + spent(spending, r["t"][i], 0.025), 1 + reference);
    }
  }
  testing::verify({"group_sequential", "spending functions", "error spent", "R 4.2.2 formulas", 14},
                  a);
}

// ---- against the definition -------------------------------------------------------------------

// P(first crossing at look k) on a fine grid by the trapezoidal rule: no Gauss-Legendre, no panels.
double crude_crossing(const std::vector<double>& information, const std::vector<double>& bounds,
                      double drift) {
  constexpr int steps = 2000;
  std::vector<double> z, density;
  double before = 0;
  double crossing = 0;
  for (std::size_t k = 0; k < bounds.size(); ++k) {
    const double now = information[k], root = std::sqrt(now);
    const double low = drift * root - 9;
    // the last bound is where a grid to infinity starts
    const auto at = [&](double x) {
      const auto kernel = [&](double from) {
        const double mean = (from * std::sqrt(before) + drift * (now - before)) / root;
        const double sd = std::sqrt((now - before) / now);
        return std::exp(-0.5 * (x - mean) * (x - mean) / (sd * sd)) / sd / 2.5066282746310002;
      };
      if (k == 0) return kernel(0);
      double sum = 0;
      const double step = z[1] - z[0];
      for (std::size_t i = 0; i < z.size(); ++i) {
        const bool is_edge = i == 0 || i + 1 == z.size();
        sum += (is_edge ? 0.5 : 1) * density[i] * kernel(z[i]);
      }
      return sum * step;
    };
    std::vector<double> next_z, next_density;
    for (int i = 0; i <= steps; ++i) {
      const double x = low + (bounds[k] - low) * i / steps;
      next_z.push_back(x);
      next_density.push_back(at(x));
    }
    double inside = 0, all = 1;
    const double step = next_z[1] - next_z[0];
    for (int i = 0; i <= steps; ++i) {
      inside += (i == 0 || i == steps ? 0.5 : 1) * next_density[std::size_t(i)] * step;
    }
    if (k > 0) {
      all = 0;
      const double from_step = z[1] - z[0];
      for (std::size_t i = 0; i < z.size(); ++i) {
        all += (i == 0 || i + 1 == z.size() ? 0.5 : 1) * density[i] * from_step;
      }
    }
    crossing += all - inside;
    z = next_z;
    density = next_density;
    before = now;
  }
  return crossing;
}

TEST_CASE("the recursion equals a crude one on a fine grid") {
  const std::vector<double> information = {0.3, 0.7, 1};
  const auto bounds =
      group_sequential_bounds(spending_choice(information, SpendingShape::obrien_fleming)).value();
  for (const double drift : {0.0, 2.5}) {
    const auto stage = stage_probabilities(bounds, drift);
    const double sum = stage.efficacy[0] + stage.efficacy[1] + stage.efficacy[2];
    CHECK(std::abs(sum - crude_crossing(information, bounds.efficacy_z, drift)) < 2e-6);
  }
}

TEST_CASE("whatever was spent, the crossing probabilities under no effect add up to it") {
  using enum SpendingShape;
  for (const SpendingShape shape : {obrien_fleming, pocock, kim_demets, hwang_shih_decani}) {
    for (const int looks : {1, 2, 7, 30}) {
      const auto made = group_sequential_bounds(spending_choice(equally_spaced(looks), shape, 1.5));
      if (!made) FAIL(made.error().message);
      const GroupSequentialBounds& bounds = made.value();
      const auto stage = stage_probabilities(bounds, 0);
      double sum = 0;
      for (std::size_t k = 0; k < stage.efficacy.size(); ++k) {
        sum += stage.efficacy[k];
        CHECK(std::abs(sum - bounds.error_spent[k]) < 1e-12);
      }
    }
  }
}

TEST_CASE("probabilities of all ends add up to 1 and looks close together do no harm") {
  auto choice = spending_choice({0.3, 0.301, 0.6, 0.6001, 1}, SpendingShape::pocock);
  choice.futility_z = {-0.5, -0.4, 0.1, 0.2};
  const auto bounds = group_sequential_bounds(choice).value();
  for (const double drift : {-1.0, 0.0, 3.0}) {
    const auto stage = stage_probabilities(bounds, drift);
    StageProcess process(drift);
    double sum = 0;
    for (std::size_t k = 0; k < 5; ++k) {
      sum += stage.efficacy[k] + stage.opposite[k] + stage.futility[k];
      if (k < 4) {
        process.pass({*bounds.futility_z[k], bounds.efficacy_z[k]}, bounds.information[k],
                     bounds.information[k + 1]);
        CHECK(std::abs(sum + process.remaining() - 1) < 1e-11);
      }
    }
  }
}

TEST_CASE("one look is the fixed design") {
  const auto bounds = group_sequential_bounds({.information = {1}}).value();
  CHECK(bounds.efficacy_z[0] == doctest::Approx(1.959963984540054).epsilon(1e-14));
  const auto size = group_sequential_size(bounds, 0.025, 0.8).value();
  CHECK(size.inflation == doctest::Approx(1).epsilon(1e-12));
  CHECK(size.expected_planned == doctest::Approx(1).epsilon(1e-12));
}

TEST_CASE("simulated trials stop as often as computed" * doctest::test_suite("slow")) {
  auto choice = spending_choice({0.25, 0.5, 1}, SpendingShape::pocock);
  choice.futility_z = {-0.2, 0.6};
  const auto bounds = group_sequential_bounds(choice).value();
  constexpr double drift = 2.2;
  const auto stage = stage_probabilities(bounds, drift);
  constexpr int runs = 400'000;
  std::vector<int> efficacy(3), futility(3);
  for (int run = 0; run < runs; ++run) {
    Rng rng(5, std::uint64_t(run));
    double score = 0, before = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      const double more = bounds.information[k] - before;
      score += drift * more + std::sqrt(more) * rng.normal();
      before = bounds.information[k];
      const double z = score / std::sqrt(before);
      if (z >= bounds.efficacy_z[k]) {
        ++efficacy[k];
        break;
      }
      if (k < 2 && z <= *bounds.futility_z[k]) {
        ++futility[k];
        break;
      }
    }
  }
  for (std::size_t k = 0; k < 3; ++k) {
    const auto close = [&](int count, double p) {
      return std::abs(double(count) / runs - p) <= 4 * std::sqrt(p * (1 - p) / runs);
    };
    CHECK(close(efficacy[k], stage.efficacy[k]));
    CHECK(close(futility[k], stage.futility[k]));
  }
}

TEST_CASE("impossible designs are refused") {
  CHECK_FALSE(group_sequential_bounds({}));
  CHECK_FALSE(group_sequential_bounds({.information = {0.5, 0.4, 1}}));
  CHECK_FALSE(group_sequential_bounds({.information = {0.5, 0.9}}));
  CHECK_FALSE(group_sequential_bounds({.information = {1}, .error_rate = 0}));
  CHECK_FALSE(group_sequential_bounds({.information = {1}, .error_rate = 0.9, .power = 0.8}));
  CHECK_FALSE(group_sequential_bounds({.information = {0.001, 1}}));  // spends nothing at first
  CHECK_FALSE(group_sequential_bounds({.information = {0.5, 1},
                                       .shape = BoundShape::cumulative,
                                       .cumulative_error = {0.01, 0.02}}));
  CHECK_FALSE(group_sequential_bounds({.information = {0.5, 1}, .futility_z = {5}}));
  CHECK_FALSE(group_sequential_bounds(
      {.information = {0.5, 1}, .sides = TestSides::two, .futility_z = {0}}));
  CHECK_FALSE(group_sequential_bounds(
      {.information = {0.5, 1}, .shape = BoundShape::haybittle_peto, .parameter = 1}));
  const auto bounds = group_sequential_bounds({.information = {0.5, 1}}).value();
  CHECK_FALSE(drift_for_power(bounds, 0.01));
}

}  // namespace
}  // namespace kensho::stats
