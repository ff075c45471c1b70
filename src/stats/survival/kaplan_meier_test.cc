#include "stats/survival/kaplan_meier.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "stats/testing/survival_samples.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;
using testing::Sample;

SurvivalCurve fit(const Sample& sample) {
  return kaplan_meier(sample.time, sample.code).value();
}

// ---- agreement with R -------------------------------------------------------------------------

Sample sample_of(const Json& entry) {
  if (entry.contains("inline")) return {entry["inline"]["time"], entry["inline"]["event"]};
  const testing::Table table = testing::read_csv(
      testing::reference_path("survival/data/" + entry.at("data").get<std::string>() + ".csv"));
  const auto time = testing::numbers(table, entry.at("time"));
  const auto event = testing::codes(table, entry.at("event"));
  const Json& group = entry.at("group");
  const auto member = group.is_null() ? event : testing::codes(table, group);
  Sample sample;
  for (std::size_t i = 0; i < time.size(); ++i) {
    if (!group.is_null() && member[i] != entry.at("group_code")) continue;
    sample.time.push_back(time[i]);
    sample.code.push_back(event[i] == entry.at("event_code") ? 1 : 0);
  }
  return sample;
}

// What R prints as NA or NaN is an absent value here.
void compare_optional(Agreement& agreement, const std::optional<double>& got,
                      const Json& expected) {
  CHECK(got.has_value() == !expected.is_null());
  if (got && !expected.is_null()) agreement.compare(*got, expected);
}

void compare_interval(Agreement& agreement, const std::optional<Interval>& got, const Json& limits,
                      std::size_t i) {
  const auto end = [&](double Interval::* member) {
    return got ? std::optional((*got).*member) : std::nullopt;
  };
  compare_optional(agreement, end(&Interval::lower), limits.at("lower")[i]);
  compare_optional(agreement, end(&Interval::upper), limits.at("upper")[i]);
}

void compare_steps(Agreement& agreement, const SurvivalCurve& curve, const Json& expected) {
  REQUIRE(curve.steps.size() == expected.at("time").size());
  for (std::size_t i = 0; i < curve.steps.size(); ++i) {
    const SurvivalStep& step = curve.steps[i];
    CHECK(step.time == expected["time"][i]);
    CHECK(step.at_risk == expected["at_risk"][i]);
    CHECK(step.events == expected["events"][i]);
    CHECK(step.censored == expected["censored"][i]);
    agreement.compare(step.survival, expected["survival"][i]);
    compare_optional(agreement, step.std_error, expected["std_error"][i]);
  }
}

IntervalChoice choice_of(const Json& expected) {
  const std::string name = expected.at("transform");
  const auto transform = name == "plain" ? SurvivalTransform::plain
                         : name == "log" ? SurvivalTransform::log
                                         : SurvivalTransform::log_log;
  return {transform, expected.at("level")};
}

void compare_readings(Agreement& agreement, const SurvivalCurve& curve, const Json& entry,
                      const Json& limits) {
  const Json& expected = entry.at("at_times");
  const std::vector<double> times = expected.at("time");
  const auto readings = read_curve(curve, times, choice_of(limits)).value();
  for (std::size_t i = 0; i < times.size(); ++i) {
    CHECK(readings[i].at_risk == expected["at_risk"][i]);
    agreement.compare(readings[i].survival, expected["survival"][i]);
    compare_optional(agreement, readings[i].std_error, expected["std_error"][i]);
    compare_interval(agreement, readings[i].interval, limits.at("at_times"), i);
  }
}

void compare_quantiles(Agreement& agreement, const SurvivalCurve& curve, const Json& entry,
                       const Json& limits) {
  const std::vector<double> probabilities = entry.at("probabilities");
  const auto quantiles = survival_quantiles(curve, probabilities, choice_of(limits)).value();
  const Json& expected = limits.at("quantiles");
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    compare_optional(agreement, quantiles[i].estimate, expected["estimate"][i]);
    compare_optional(agreement, quantiles[i].lower, expected["lower"][i]);
    compare_optional(agreement, quantiles[i].upper, expected["upper"][i]);
  }
}

TEST_CASE("Kaplan-Meier steps, intervals, readings and quantiles agree with R's survfit") {
  const Json reference =
      testing::read_reference(testing::reference_path("survival/kaplan_meier.json"));
  Agreement values;
  Agreement limits;
  Agreement quantiles;

  for (const Json& entry : reference.at("cases")) {
    CAPTURE(entry.at("id").get<std::string>());
    const SurvivalCurve curve = fit(sample_of(entry));
    compare_steps(values, curve, entry.at("steps"));
    for (const Json& choice : entry.at("intervals")) {
      CAPTURE(choice.at("transform").get<std::string>());
      const auto intervals = pointwise_intervals(curve, choice_of(choice)).value();
      for (std::size_t i = 0; i < intervals.size(); ++i) {
        compare_interval(limits, intervals[i], choice, i);
      }
      compare_readings(limits, curve, entry, choice);
      compare_quantiles(quantiles, curve, entry, choice);
    }
  }

  MESSAGE("Kaplan-Meier: ", values.count(), " values to ", values.correct_digits(), " digits, ",
          limits.count(), " limits to ", limits.correct_digits(), ", ", quantiles.count(),
          " quantiles to ", quantiles.correct_digits());
  CHECK(values.worst() <= 1e-13);
  CHECK(limits.worst() <= 1e-12);
  CHECK(quantiles.worst() == 0);
}

// ---- the formula, written out -----------------------------------------------------------------

// S(t) and Greenwood's variance by their definitions, every risk set counted anew.
SurvivalStep naive_step(const Sample& sample, double time) {
  const auto count = [&](auto holds) {
    std::size_t found = 0;
    for (std::size_t i = 0; i < sample.time.size(); ++i) found += holds(i) ? 1 : 0;
    return found;
  };
  SurvivalStep step{.time = time,
                    .at_risk = count([&](std::size_t i) { return sample.time[i] >= time; }),
                    .events = 0,
                    .censored = 0,
                    .survival = 1,
                    .std_error = std::nullopt};
  double greenwood = 0;
  for (double s = 0; s <= time; ++s) {  // the samples live on whole times
    const auto n = double(count([&](std::size_t i) { return sample.time[i] >= s; }));
    const auto d =
        double(count([&](std::size_t i) { return sample.time[i] == s && sample.code[i] == 1; }));
    if (d == 0) continue;
    step.survival *= 1 - d / n;
    greenwood += d / n / (n - d);
  }
  if (step.survival > 0) step.std_error = step.survival * std::sqrt(greenwood);
  return step;
}

TEST_CASE("Kaplan-Meier equals its definition on tied samples of every size") {
  Agreement agreement;
  for (int n = 1; n <= 60; ++n) {
    const Sample sample = testing::tied_sample(std::uint64_t(n), n, 1 + n / 3, 2);
    for (const SurvivalStep& step : fit(sample).steps) {
      const SurvivalStep naive = naive_step(sample, step.time);
      CHECK(step.at_risk == naive.at_risk);
      agreement.compare(step.survival, naive.survival);
      CHECK(step.std_error.has_value() == naive.std_error.has_value());
      if (naive.std_error) agreement.compare(*step.std_error, *naive.std_error);
    }
  }
  CHECK(agreement.worst() <= 1e-13);
}

// On the log scale an upper limit may rise again late in the curve, when one event among a few left
// widens it. R then looks for the limit nearest to the height; we take the first crossing.
TEST_CASE(
    "a quantile's limit is the first time at which the curve's limit has crossed the height") {
  const IntervalChoice choice{.transform = SurvivalTransform::log};
  int found = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const SurvivalCurve curve = fit(testing::tied_sample(seed, 30, 25, 2));
    const auto intervals = pointwise_intervals(curve, choice).value();
    const auto quantile = survival_quantiles(curve, std::vector{0.25}, choice).value()[0];
    std::optional<double> first;
    for (std::size_t i = 0; i < intervals.size() && !first; ++i) {
      if (intervals[i] && intervals[i]->upper <= 0.75) first = curve.steps[i].time;
    }
    CHECK(quantile.upper == first);
    found += first ? 1 : 0;
  }
  CHECK(found > 50);
}

// ---- properties -------------------------------------------------------------------------------

bool same_bits(const SurvivalCurve& left, const SurvivalCurve& right, double time_factor) {
  if (left.steps.size() != right.steps.size()) return false;
  for (std::size_t i = 0; i < left.steps.size(); ++i) {
    const SurvivalStep& a = left.steps[i];
    const SurvivalStep& b = right.steps[i];
    if (a.time * time_factor != b.time || a.at_risk != b.at_risk || a.events != b.events ||
        a.censored != b.censored || a.survival != b.survival || a.std_error != b.std_error) {
      return false;
    }
  }
  return true;
}

TEST_CASE("the order of the subjects changes no bit, below and above the radix sort's size") {
  for (const int n : {50, 20'000}) {
    const Sample sample = testing::tied_sample(7, n, n / 4, 2);
    CHECK(same_bits(fit(sample), fit(testing::shuffled(sample, 99)), 1));
  }
}

TEST_CASE("the unit of time changes only the times") {
  const Sample sample = testing::tied_sample(3, 5'000, 900, 2);
  Sample in_months = sample;
  for (double& time : in_months.time) time *= 0.125;

  CHECK(same_bits(fit(sample), fit(in_months), 0.125));
}

TEST_CASE("doubling every subject keeps the curve and divides the error by sqrt(2)") {
  const Sample sample = testing::tied_sample(5, 40, 12, 2);
  const SurvivalCurve once = fit(sample);
  const SurvivalCurve twice = fit(testing::doubled(sample));

  for (std::size_t i = 0; i < once.steps.size(); ++i) {
    CHECK(twice.steps[i].at_risk == 2 * once.steps[i].at_risk);
    CHECK(twice.steps[i].survival == doctest::Approx(once.steps[i].survival).epsilon(1e-14));
    if (!once.steps[i].std_error) continue;
    CHECK(*twice.steps[i].std_error ==
          doctest::Approx(*once.steps[i].std_error / std::sqrt(2)).epsilon(1e-13));
  }
}

TEST_CASE("without censoring the curve is the empirical one, its error the binomial one") {
  Sample sample = testing::tied_sample(11, 200, 50, 1);
  sample.code.assign(sample.time.size(), 1);
  const double n = double(sample.time.size());

  for (const SurvivalStep& step : fit(sample).steps) {
    const double left = double(step.at_risk - step.events);
    CHECK(step.survival == doctest::Approx(left / n).epsilon(1e-14));
    if (left == 0) continue;
    CHECK(*step.std_error ==
          doctest::Approx(std::sqrt(left / n * (1 - left / n) / n)).epsilon(1e-12));
  }
}

TEST_CASE("radix and comparison sort order extreme times alike") {
  Sample sample;
  const std::vector<double> extremes = {0.0,
                                        -0.0,
                                        std::numeric_limits<double>::denorm_min(),
                                        1e-300,
                                        1,
                                        std::nextafter(1.0, 2.0),
                                        1e300,
                                        std::numeric_limits<double>::max()};
  testing::Sequence sequence(1);
  for (int i = 0; i < 6'000; ++i) {
    sample.time.push_back(extremes[std::size_t(sequence.below(int(extremes.size())))]);
    sample.code.push_back(sequence.below(2));
  }

  const SurvivalCurve curve = fit(sample);

  CHECK(curve.steps.size() == extremes.size() - 1);  // the two zeros are tied
  for (std::size_t i = 1; i < curve.steps.size(); ++i) {
    CHECK(curve.steps[i - 1].time < curve.steps[i].time);
  }
}

// ---- refusals ---------------------------------------------------------------------------------

std::string refusal(const std::vector<double>& time, const std::vector<int>& event) {
  return kaplan_meier(time, event).error().message;
}

TEST_CASE("what is not survival data is refused with its row") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(refusal({}, {}) == "survival data: there is no subject");
  CHECK(refusal({1, 2}, {1}) == "survival data: 2 times but 1 codes");
  CHECK(refusal({1, -2}, {1, 0}) ==
        "survival data: the time in row 2 is -2; it must be finite and not negative");
  CHECK(refusal({nan}, {1}) ==
        "survival data: the time in row 1 is nan; it must be finite and not negative");
  CHECK(refusal({infinity}, {1}).find("is inf;") != std::string::npos);
  CHECK(refusal({1, 1}, {0, 2}) == "survival data: the code in row 2 is 2; it must be from 0 to 1");
  CHECK(refusal({1}, {-1}) == "survival data: the code in row 1 is -1; it must be from 0 to 1");
}

TEST_CASE("a curve is not read at impossible times, levels or probabilities") {
  const SurvivalCurve curve = fit({{1, 2, 3}, {1, 0, 1}});
  const std::vector<double> negative = {1, -1};
  const std::vector<double> nan = {std::numeric_limits<double>::quiet_NaN()};
  CHECK(read_curve(curve, negative, {}).error().message ==
        "reading time 2 of 2 is -1; it must be finite and not negative");
  CHECK_FALSE(read_curve(curve, nan, {}));
  CHECK_FALSE(pointwise_intervals(curve, {.confidence_level = 1}));
  CHECK_FALSE(pointwise_intervals(curve, {.confidence_level = 0}));
  for (const double probability : {0.0, 1.0, -0.5, nan[0]}) {
    CHECK_FALSE(survival_quantiles(curve, std::vector{probability}, {}));
  }
}

}  // namespace
}  // namespace kensho::stats
