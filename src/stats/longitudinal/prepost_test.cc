// Responders and regression to the mean.
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "stats/longitudinal/regression_to_the_mean.h"
#include "stats/longitudinal/responder.h"
#include "stats/testing/reference_test_support.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;

constexpr const char* r_stats = "R 4.2.2 stats";
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Json reference(const std::string& file) {
  return testing::read_reference(testing::reference_path("longitudinal/" + file));
}

std::vector<int> responses(int successes, int trials) {
  std::vector<int> all(static_cast<std::size_t>(trials), 0);
  for (int i = 0; i < successes; ++i) all[static_cast<std::size_t>(i)] = 1;
  return all;
}

TEST_CASE("shares of responders and their differences agree with R") {
  const Json cases = reference("responder.json").at("cases");
  Agreement shares;
  Agreement differences;
  for (std::size_t i = 0; i < cases.at("x1").size(); ++i) {
    std::vector<int> responded = responses(cases["x2"][i], cases["n2"][i]);
    std::vector<int> group(responded.size(), 3);
    const std::vector<int> treated = responses(cases["x1"][i], cases["n1"][i]);
    responded.insert(responded.end(), treated.begin(), treated.end());
    group.resize(responded.size(), 8);

    const auto analysis = responder_analysis(responded, group, cases["level"][i]).value();

    const ResponderGroup& second = analysis.groups[1];
    CHECK(second.group == 8);
    CHECK(second.responders == cases["x1"][i]);
    shares.compare(second.clopper_pearson.lower, cases["exact_lower"][i]);
    shares.compare(second.clopper_pearson.upper, cases["exact_upper"][i]);
    const ResponderDifference& difference = analysis.differences[0];
    differences.compare(difference.difference, cases["difference"][i]);
    differences.compare(difference.interval.lower, cases["lower"][i]);
    differences.compare(difference.interval.upper, cases["upper"][i]);
    if (cases["p_value"][i].is_null()) {
      CHECK_FALSE(difference.p_value);
    } else {
      differences.compare(difference.p_value.value(), cases["p_value"][i]);
    }
  }
  testing::verify({"responder", "12 pairs of counts", "exact intervals", r_stats, 11}, shares);
  testing::verify(
      {"responder", "12 pairs of counts", "difference, Newcombe interval, p-value", r_stats, 9},
      differences);
}

TEST_CASE("a responder reaches the threshold in the better direction, rounding forgiven") {
  const std::vector<double> change = {1.3 - 1.0, 0.29, -0.3, 5};

  CHECK(responders(change, {0.3, Better::higher}).value() == std::vector<int>{1, 0, 0, 1});
  CHECK(responders(change, {0.3, Better::lower}).value() == std::vector<int>{0, 0, 1, 0});
  CHECK_FALSE(responders(change, {0, Better::higher}));
  CHECK_FALSE(responders(change, {nan, Better::higher}));
  CHECK_FALSE(responders(std::vector<double>{nan}, {1, Better::higher}));
}

TEST_CASE("responders are refused where there is nobody, or a response is no response") {
  const std::vector<int> wrong = {0, 2};
  const std::vector<int> group = {1};
  CHECK_FALSE(responder_analysis({}, {}, 0.95));
  CHECK_FALSE(responder_analysis(wrong, {}, 0.95));
  CHECK_FALSE(responder_analysis(responses(1, 2), group, 0.95));
  CHECK_FALSE(responder_analysis(responses(1, 2), {}, 1));
  CHECK(responder_analysis(responses(1, 2), {}, 0.95).value().differences.empty());
}

void compare_change(Agreement& agreement, const MeanChange& got, const Json& expected) {
  agreement.compare(got.mean, expected.at("mean"));
  agreement.compare(got.std_error, expected.at("se"));
  agreement.compare(got.degrees_of_freedom, expected.at("df"));
  agreement.compare(got.p_value, expected.at("p"));
  agreement.compare(got.interval.lower, expected.at("lower"));
  agreement.compare(got.interval.upper, expected.at("upper"));
}

TEST_CASE("a change split at the second baseline agrees with t.test and cor.test") {
  const Json expected = reference("regression_to_the_mean.json");
  const std::vector<double> first = expected.at("first");
  const std::vector<double> second = expected.at("second");
  const std::vector<double> after = expected.at("after");

  const SplitChange split = split_change({first, second, after}, 0.95).value();

  Agreement agreement;
  compare_change(agreement, split.whole, expected.at("whole"));
  compare_change(agreement, split.untreated, expected.at("untreated"));
  compare_change(agreement, split.treated, expected.at("treated"));
  compare_change(agreement, split.beyond_untreated, expected.at("beyond"));
  agreement.compare(split.reliability, expected.at("reliability").at("r"));
  agreement.compare(split.reliability_interval.value().lower,
                    expected.at("reliability").at("lower"));
  agreement.compare(split.reliability_interval.value().upper,
                    expected.at("reliability").at("upper"));
  agreement.compare(split.within_sd, expected.at("reliability").at("within_sd"));
  testing::verify(
      {"regression_to_the_mean", "selected sample", "changes, reliability", r_stats, 10},
      agreement);
  CHECK(testing::difference(split.whole.mean, split.untreated.mean + split.treated.mean) < 1e-12);
}

TEST_CASE("the test of Mee and Chua agrees with lm") {
  const Json expected = reference("regression_to_the_mean.json");
  const std::vector<double> before = expected.at("first");
  const std::vector<double> after = expected.at("after");
  const std::vector<double> means = {45, 50, 55};

  const auto tests = mee_chua(before, after, means, 0.95).value();

  Agreement agreement;
  for (std::size_t i = 0; i < 3; ++i) {
    const Json& want = expected.at("mee_chua")[i];
    agreement.compare(tests[i].effect, want.at("effect"));
    agreement.compare(tests[i].std_error, want.at("se"));
    agreement.compare(tests[i].t, want.at("t"));
    agreement.compare(tests[i].p_value, want.at("p"));
    agreement.compare(tests[i].interval.lower, want.at("lower"));
    agreement.compare(tests[i].interval.upper, want.at("upper"));
    agreement.compare(tests[i].slope, want.at("slope"));
    agreement.compare(tests[i].degrees_of_freedom, want.at("df"));
  }
  testing::verify({"regression_to_the_mean", "selected sample", "Mee-Chua test", "R 4.2.2 lm", 10},
                  agreement);
}

TEST_CASE("the expected regression agrees with its formula in R and with its definition") {
  const Json expected = reference("regression_to_the_mean.json").at("expected");
  Agreement formula;
  Agreement definition;
  for (std::size_t i = 0; i < expected.at("cutoff").size(); ++i) {
    const Selection selection{
        .population_mean = 50,
        .between_sd = 8,
        .within_sd = 5,
        .cutoff = expected.at("cutoff")[i],
        .selected = expected.at("above")[i] == 1 ? Selected::above : Selected::below,
        .measurements = expected.at("measurements")[i]};
    const double got = expected_regression(selection).value();
    formula.compare(got, expected.at("expected")[i]);
    definition.compare(got, expected.at("by_integral")[i]);
  }
  testing::verify({"regression_to_the_mean", "16 selections", "expected regression", r_stats, 11},
                  formula);
  testing::verify({"regression_to_the_mean", "16 selections", "expected regression",
                   "R integrate of the definition (to about 1e-10)", 7},
                  definition);
}

TEST_CASE("regression to the mean says why it cannot be judged") {
  const std::vector<double> flat = {1, 1, 1, 1};
  const std::vector<double> steps = {1, 2, 3, 4};
  const std::vector<double> rough = {1, 3, 2, 5};
  const std::vector<double> broken = {1, 3, nan, 5};
  const std::vector<double> two = {1, 2};
  const std::vector<double> means = {2};
  CHECK_FALSE(split_change({flat, steps, rough}, 0.95));
  CHECK_FALSE(split_change({steps, rough, broken}, 0.95));
  CHECK_FALSE(split_change({two, two, two}, 0.95));
  CHECK_FALSE(split_change({steps, steps, rough}, 0.95));  // no change to judge
  CHECK_FALSE(mee_chua(flat, steps, means, 0.95));
  CHECK_FALSE(mee_chua(steps, steps, means, 0.95));
  CHECK_FALSE(mee_chua(steps, rough, {}, 0.95));
  CHECK_FALSE(mee_chua(steps, rough, means, 2));
  CHECK_FALSE(expected_regression({50, 8, 0, 60, Selected::above, 1}));
  CHECK(expected_regression({50, 0, 5, 60, Selected::above, 1}).value() < -10);
}

}  // namespace
}  // namespace kensho::stats
