#include <algorithm>
#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "stats/association/correlation.h"
#include "stats/describe/summary.h"
#include "stats/resampling/bootstrap.h"
#include "stats/resampling/permutation.h"
#include "stats/resampling/weighted_statistics.h"
#include "stats/testing/r_reference.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;

void compare_intervals(Agreement& agreement, const BootstrapIntervals& got, const Json& expected) {
  const auto pair = [&](const Interval& interval, const char* name) {
    agreement.compare(interval.lower, expected.at(name)[0]);
    agreement.compare(interval.upper, expected.at(name)[1]);
  };
  pair(got.normal, "normal");
  pair(got.basic, "basic");
  pair(got.percentile, "percentile");
  pair(*got.bca, "bca");
  agreement.compare(got.std_error, expected.at("se"));
  agreement.compare(got.bias, expected.at("bias"));
}

// sum(w x) / sum(w u)
WeightedStatistic ratio_of(const Json& data) {
  const std::vector<double> u = data.at("u");
  const std::vector<double> x = data.at("x");
  return [u, x](std::span<const double> weights) -> std::optional<double> {
    double above = 0;
    double below = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      above += weights[i] * x[i];
      below += weights[i] * u[i];
    }
    return above / below;
  };
}

double weighted_mean(std::span<const double> values, std::span<const double> weights) {
  double sum = 0;
  double total = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    sum += weights[i] * values[i];
    total += weights[i];
  }
  return sum / total;
}

WeightedStatistic mean_of(std::vector<double> values) {
  return [values](std::span<const double> weights) -> std::optional<double> {
    return weighted_mean(values, weights);
  };
}

TEST_CASE("intervals of given replicates agree with R's boot") {
  const Json expected = testing::r_case("09_mi_boot", "boot-given-replicates");
  const Bootstrap given{expected.at("t0"), expected.at("replicates"), 0};
  const auto jack = jackknife(10, ratio_of(expected.at("data"))).value();
  Agreement agreement;

  agreement.compare(jack.estimate, expected.at("t0"));
  for (std::size_t i = 0; i < 10; ++i) {
    agreement.compare(jack.influence[i], expected.at("jackknife_influence")[i]);
  }
  agreement.compare(*jack.acceleration, expected.at("ci_jack").at("a"));
  compare_intervals(agreement, bootstrap_intervals(given, jack.acceleration, 0.95).value(),
                    expected.at("ci_jack"));
  const double infinitesimal = expected.at("ci_inf").at("a");
  compare_intervals(agreement, bootstrap_intervals(given, infinitesimal, 0.95).value(),
                    expected.at("ci_inf"));

  testing::verify({"bootstrap", "city, 1999 given replicates", "normal, basic, percentile, BCa",
                   "R boot 1.3-28.1 boot.ci", 11},
                  agreement);
}

// The area under the Kaplan-Meier curve of the weighted subjects, up to the time.
double weighted_rmst(const std::vector<double>& time, const std::vector<double>& event,
                     std::span<const double> weights, double until) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < time.size(); ++i) {
    if (weights[i] > 0) order.push_back(i);
  }
  std::ranges::sort(order, {}, [&](std::size_t i) { return time[i]; });
  double at_risk = 0;
  for (const std::size_t i : order) at_risk += weights[i];
  double survival = 1;
  double area = 0;
  double last = 0;
  for (std::size_t first = 0; first < order.size();) {
    const double now = time[order[first]];
    if (now > until) break;
    area += survival * (now - last);
    last = now;
    double events = 0;
    double leaving = 0;
    for (; first < order.size() && time[order[first]] == now; ++first) {
      leaving += weights[order[first]];
      events += weights[order[first]] * event[order[first]];
    }
    survival *= 1 - events / at_risk;
    at_risk -= leaving;
  }
  return area + survival * (until - last);
}

TEST_CASE("a bootstrap of weights is the bootstrap of rows") {
  const Json expected = testing::r_case("09_mi_boot", "boot-given-indices");
  const auto table = testing::reference_data("alloauto");
  const auto time = testing::numbers(table, "time");
  const auto event = testing::numbers(table, "delta");
  const auto type = testing::numbers(table, "type");
  const WeightedStatistic difference =
      [&](std::span<const double> weights) -> std::optional<double> {
    double sides[2];
    for (const int side : {0, 1}) {
      std::vector<double> of_side(weights.begin(), weights.end());
      for (std::size_t i = 0; i < of_side.size(); ++i) {
        if (type[i] != side + 1) of_side[i] = 0;
      }
      sides[side] = weighted_rmst(time, event, of_side, 36);
    }
    return sides[0] - sides[1];
  };
  Bootstrap drawn{*difference(std::vector<double>(time.size(), 1)), {}, 0};
  for (const auto& row : expected.at("index").at("data")) {
    std::vector<double> weights(time.size());
    for (const std::size_t index : row.get<std::vector<std::size_t>>()) weights[index - 1] += 1;
    drawn.replicates.push_back(*difference(weights));
  }
  Agreement agreement;

  agreement.compare(drawn.estimate, expected.at("t0"));
  for (std::size_t r = 0; r < drawn.replicates.size(); ++r) {
    agreement.compare(drawn.replicates[r], expected.at("replicates")[r]);
  }
  const auto jack = jackknife(time.size(), difference).value();
  for (std::size_t i = 0; i < time.size(); ++i) {
    agreement.compare(jack.influence[i], expected.at("jackknife_L")[i]);
  }
  compare_intervals(agreement, bootstrap_intervals(drawn, jack.acceleration, 0.95).value(),
                    expected.at("ci"));

  testing::verify({"bootstrap", "alloauto, 199 given index rows",
                   "replicates, influence, intervals", "R boot 1.3-28.1, survival 3.5-3", 10},
                  agreement);
}

TEST_CASE("the jackknife agrees with R") {
  const Json expected = testing::r_case("09_mi_boot", "jackknife");
  const auto table = testing::reference_data("anorexia");
  const auto before = testing::numbers(table, "Prewt");
  const auto after = testing::numbers(table, "Postwt");
  const auto kept = [](std::span<const double> values, std::span<const double> weights) {
    std::vector<double> rows;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (weights[i] > 0) rows.push_back(values[i]);
    }
    return rows;
  };
  const auto r =
      jackknife(before.size(), [&](std::span<const double> weights) {
        return std::optional(
            correlation(kept(before, weights), kept(after, weights), {}).value().estimate);
      }).value();
  const auto log_ratio = jackknife(before.size(), [&](std::span<const double> weights) {
                           return std::optional(std::log(weighted_mean(after, weights) /
                                                         weighted_mean(before, weights)));
                         }).value();

  testing::verify(
      {"jackknife", "anorexia", "estimate, bias, standard error", "R 4.2.2", 9},
      testing::agreement_of({{r.estimate, expected.at("cor").at("est")},
                             {r.bias, expected.at("cor").at("bias")},
                             {r.std_error, expected.at("cor").at("se")},
                             {log_ratio.estimate, expected.at("log_ratio").at("est")},
                             {log_ratio.bias, expected.at("log_ratio").at("bias")},
                             {log_ratio.std_error, expected.at("log_ratio").at("se")}}));
}

TEST_CASE("exact permutation tests agree with R") {
  const Json expected = testing::r_case("09_mi_boot", "permutation-exact");
  const auto table = testing::reference_data("polyps");
  const auto treated = testing::values_where(table, "number12m", "treatment", "sulindac");
  const auto placebo = testing::values_where(table, "number12m", "treatment", "placebo");
  std::vector<double> changes = testing::numbers(table, "number12m");
  const auto baseline = testing::numbers(table, "baseline");
  for (std::size_t i = 0; i < changes.size(); ++i) changes[i] -= baseline[i];
  std::erase_if(changes, [](double value) { return std::isnan(value); });
  changes.resize(12);
  const auto ask = [&](Alternative alternative) {
    return permutation_test(treated, placebo, {.alternative = alternative}).value();
  };

  CHECK(ask(Alternative::two_sided).exact);
  CHECK(ask(Alternative::two_sided).permutations == expected.at("n_perm"));
  testing::verify(
      {"permutation", "polyps", "difference, exact p-values, sign flips", "R 4.2.2", 13},
      testing::agreement_of(
          {{ask(Alternative::two_sided).statistic, expected.at("obs_mean_diff")},
           {ask(Alternative::two_sided).p_value, expected.at("p_two_sided")},
           {ask(Alternative::less).p_value, expected.at("p_lower")},
           {ask(Alternative::greater).p_value, expected.at("p_upper")},
           {sign_flip_test(changes, {}).value().p_value, expected.at("signflip_first12_p_two")}}));
}

// ---- streams and threads ----------------------------------------------------------------------

std::vector<double> some_values(int n) {
  std::vector<double> values;
  for (int i = 0; i < n; ++i) values.push_back(std::fmod(i * 7.31, 5.0) + 0.01 * i);
  return values;
}

TEST_CASE("bootstrap, jackknife and permutations have the same bits on any number of threads") {
  const auto values = some_values(50);
  const auto others = some_values(41);
  const auto one = bootstrap(50, mean_of(values), {.replicates = 300, .seed = 9}).value();
  const PermutationQuestion sample{.exact_max = 10, .replicates = 5000, .seed = 4};
  const auto permuted = permutation_test(values, others, sample).value();
  const auto flipped = sign_flip_test(values, sample).value();
  for (const unsigned threads : {2U, 8U}) {
    const auto many =
        bootstrap(50, mean_of(values), {.replicates = 300, .seed = 9, .threads = threads}).value();
    CHECK(many.replicates == one.replicates);
    CHECK(jackknife(50, mean_of(values), {}, threads).value().influence ==
          jackknife(50, mean_of(values)).value().influence);
    PermutationQuestion same = sample;
    same.threads = threads;
    CHECK(permutation_test(values, others, same).value().p_value == permuted.p_value);
    CHECK(sign_flip_test(values, same).value().p_value == flipped.p_value);
  }
}

TEST_CASE("the first replicates do not depend on how many follow; another seed draws anew") {
  const auto values = some_values(30);
  const auto few = bootstrap(30, mean_of(values), {.replicates = 20, .seed = 3}).value();
  const auto many = bootstrap(30, mean_of(values), {.replicates = 90, .seed = 3}).value();
  const auto other = bootstrap(30, mean_of(values), {.replicates = 20, .seed = 4}).value();
  CHECK(std::equal(few.replicates.begin(), few.replicates.end(), many.replicates.begin()));
  CHECK(few.replicates != other.replicates);
}

TEST_CASE("with strata every sample keeps the size of each stratum") {
  std::vector<int> strata;
  for (int i = 0; i < 30; ++i) strata.push_back(i % 3 == 0 ? 1 : 2);
  const WeightedStatistic share = [&](std::span<const double> weights) {
    double of_first = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) of_first += strata[i] == 1 ? weights[i] : 0;
    return std::optional(of_first);
  };
  const auto drawn = bootstrap(30, share, {.replicates = 50, .strata = strata}).value();
  for (const double value : drawn.replicates) CHECK(value == 10);
}

TEST_CASE("the jackknife of a mean is its standard error, of strata that of a difference") {
  const auto values = some_values(25);
  const double mean = weighted_mean(values, std::vector<double>(25, 1));
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const auto jack = jackknife(25, mean_of(values)).value();
  CHECK(jack.std_error == doctest::Approx(std::sqrt(squares / 24 / 25)).epsilon(1e-12));
  CHECK(std::abs(jack.bias) < 1e-12);
}

TEST_CASE("weighted centres are those of the values written out") {
  const std::vector<double> values = {5, 1, 4, 2, 8, 4};
  const std::vector<int> group = {0, 0, 1, 0, 1, 1};
  const std::vector<double> weights = {2, 0, 1, 1, 3, 2};
  const auto centre = [&](std::vector<double> written, CentreKind kind) {
    const Summary summary = summarize(written).value();
    return kind == CentreKind::mean ? summary.mean : summary.median;
  };
  for (const auto kind : {CentreKind::mean, CentreKind::median}) {
    CHECK(*centre_statistic(values, kind)(weights) ==
          doctest::Approx(centre({5, 5, 4, 2, 8, 8, 8, 4, 4}, kind)));
    CHECK(*centre_difference_statistic(values, group, kind)(weights) ==
          doctest::Approx(centre({5, 5, 2}, kind) - centre({4, 8, 8, 8, 4, 4}, kind)));
    CHECK_FALSE(centre_statistic(values, kind)(std::vector<double>(6, 0.0)));
  }
}

TEST_CASE("a sampled permutation p-value is near the exact one") {
  const auto values = some_values(9);
  auto others = some_values(10);
  for (double& value : others) value += 0.8;
  const auto exact = permutation_test(values, others, {}).value();
  const auto sampled =
      permutation_test(values, others, {.exact_max = 1, .replicates = 40'000}).value();
  CHECK_FALSE(sampled.exact);
  CHECK(std::abs(sampled.p_value - exact.p_value) < 4 * *sampled.monte_carlo_error);
}

TEST_CASE("what cannot be resampled is refused") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto values = some_values(5);
  const WeightedStatistic never = [](std::span<const double>) { return std::optional<double>(); };
  const WeightedStatistic rarely = [](std::span<const double> weights) {
    return weights[0] == 1 ? std::optional(1.0) : std::nullopt;
  };
  const std::vector<int> strata = {1, 1, 2};
  CHECK_FALSE(bootstrap(0, mean_of({}), {}));
  CHECK_FALSE(bootstrap(5, mean_of(values), {.replicates = 1}));
  CHECK_FALSE(bootstrap(5, mean_of(values), {.strata = strata}));
  CHECK(bootstrap(5, never, {}).error().message ==
        "resampling: the statistic does not exist on the data");
  CHECK_FALSE(bootstrap(5, rarely, {}));
  CHECK(jackknife(5, rarely).error().message ==
        "resampling: the statistic does not exist without row 1");
  CHECK_FALSE(jackknife(3, mean_of({1, 2, 3}), strata));
  CHECK_FALSE(bootstrap_intervals({1, {1, 2, 3}, 0}, {}, 1));
  CHECK_FALSE(bootstrap_intervals({1, {1, 2, 3}, 0}, {}, 0.95).value().bca);
  CHECK_FALSE(permutation_test(values, std::vector{nan}, {}));
  CHECK_FALSE(permutation_test({}, values, {}));
  CHECK_FALSE(permutation_test(std::vector{1.0, 1.0}, std::vector{1.0}, {}));
  CHECK_FALSE(sign_flip_test(std::vector{0.0, 0.0}, {}));
}

}  // namespace
}  // namespace kensho::stats
