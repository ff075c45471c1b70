#include "stats/survival/aalen_johansen.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "stats/survival/kaplan_meier.h"
#include "stats/testing/survival_samples.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;
using testing::Sample;

CumulativeIncidence fit(const Sample& sample, int causes) {
  return aalen_johansen(sample.time, sample.code, causes).value();
}

const CauseStep& cause_at(const CumulativeIncidence& curves, std::size_t step, std::size_t cause) {
  return curves.causes[step * curves.cause_count + cause];
}

// ---- agreement with R -------------------------------------------------------------------------

int code_of(const std::string& label, const Json& labels) {
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] == label) return static_cast<int>(i) + 1;
  }
  return 0;
}

Sample sample_of(const Json& entry) {
  if (entry.contains("inline")) return {entry["inline"]["time"], entry["inline"]["cause"]};
  const testing::Table table = testing::read_csv(
      testing::reference_path("competing/data/" + entry.at("data").get<std::string>() + ".csv"));
  const auto time = testing::numbers(table, entry.at("time"));
  const auto& cause = table.at(entry.at("cause"));
  const Json& group = entry.at("group");
  Sample sample;
  for (std::size_t i = 0; i < time.size(); ++i) {
    if (!group.is_null() && entry.at("group_label") != table.at(group)[i]) continue;
    sample.time.push_back(time[i]);
    sample.code.push_back(code_of(cause[i], entry.at("labels")));
  }
  return sample;
}

struct Agreements {
  Agreement incidence;
  Agreement aalen;
  Agreement jackknife;
  Agreement limits;
};

// A value that is 0 but for rounding has no relative precision: it is compared as 0, absolutely.
void compare_error(Agreement& agreement, double got, double expected) {
  agreement.compare(got, std::abs(expected) < 1e-9 ? 0 : expected);
}

void compare_survfit(Agreements& agreements, const CumulativeIncidence& got, const Json& expected) {
  REQUIRE(got.steps.size() == expected.at("time").size());
  for (std::size_t i = 0; i < got.steps.size(); ++i) {
    CHECK(got.steps[i].time == expected["time"][i]);
    CHECK(got.steps[i].at_risk == expected["at_risk"][i]);
    compare_error(agreements.incidence, got.steps[i].survival, expected["survival"][i]);
    for (std::size_t cause = 0; cause < got.cause_count; ++cause) {
      const Json& curve = expected.at("causes")[cause];
      agreements.incidence.compare(cause_at(got, i, cause).incidence, curve.at("incidence")[i]);
      compare_error(agreements.jackknife, cause_at(got, i, cause).jackknife_std_error,
                    curve.at("std_error")[i]);
    }
  }
}

std::size_t step_of(const CumulativeIncidence& curves, double time) {
  const auto found = std::ranges::lower_bound(curves.steps, time, {}, &IncidenceStep::time);
  REQUIRE(found != curves.steps.end());
  return static_cast<std::size_t>(found - curves.steps.begin());
}

void compare_cuminc(Agreements& agreements, const CumulativeIncidence& got, const Json& expected) {
  for (std::size_t cause = 0; cause < got.cause_count; ++cause) {
    const Json& curve = expected.at(cause);
    for (std::size_t i = 0; i < curve.at("time").size(); ++i) {
      const CauseStep& value = cause_at(got, step_of(got, curve["time"][i]), cause);
      agreements.incidence.compare(value.incidence, curve.at("incidence")[i]);
      compare_error(agreements.aalen, value.aalen_std_error * value.aalen_std_error,
                    curve.at("variance")[i]);
    }
  }
}

void compare_interval(Agreement& agreement, const CauseReading& got, const Json& expected,
                      std::size_t i) {
  CHECK(got.interval.has_value() == !expected.at("lower")[i].is_null());
  if (!got.interval || expected.at("lower")[i].is_null()) return;
  agreement.compare(got.interval->lower, expected["lower"][i]);
  agreement.compare(got.interval->upper, expected.at("upper")[i]);
}

void compare_readings(Agreements& agreements, const CumulativeIncidence& curves,
                      const Json& expected) {
  const std::vector<double> times = expected.at("at_times").at("time");
  const auto readings =
      read_incidence(curves, times, {.variance = IncidenceVariance::infinitesimal_jackknife})
          .value();
  for (std::size_t i = 0; i < times.size(); ++i) {
    CHECK(readings[i].at_risk == expected["at_times"]["at_risk"][i]);
    compare_error(agreements.incidence, readings[i].survival, expected["at_times"]["survival"][i]);
    for (std::size_t cause = 0; cause < curves.cause_count; ++cause) {
      const Json& at = expected.at("causes")[cause].at("at_times");
      agreements.incidence.compare(readings[i].causes[cause].incidence, at.at("incidence")[i]);
      compare_error(agreements.jackknife, readings[i].causes[cause].std_error,
                    at.at("std_error")[i]);
      compare_interval(agreements.limits, readings[i].causes[cause], at, i);
    }
  }
}

TEST_CASE("cumulative incidence and both variances agree with R") {
  const Json reference =
      testing::read_reference(testing::reference_path("competing/aalen_johansen.json"));
  Agreements agreements;

  for (const Json& entry : reference.at("cases")) {
    CAPTURE(entry.at("id").get<std::string>());
    const CumulativeIncidence curves = fit(sample_of(entry), entry.at("causes"));
    compare_survfit(agreements, curves, entry.at("survfit"));
    compare_readings(agreements, curves, entry.at("survfit"));
    compare_cuminc(agreements, curves, entry.at("cuminc"));
  }

  MESSAGE("Aalen-Johansen: incidence to ", agreements.incidence.correct_digits(),
          " digits, Aalen variance ", agreements.aalen.correct_digits(), ", jackknife ",
          agreements.jackknife.correct_digits(), ", limits ", agreements.limits.correct_digits());
  CHECK(agreements.incidence.worst() <= 1e-13);
  CHECK(agreements.aalen.worst() <= 1e-12);
  CHECK(agreements.jackknife.worst() <= 1e-12);
  CHECK(agreements.limits.worst() <= 1e-12);
}

// ---- the formulas, written out ----------------------------------------------------------------

// The estimate and the weights' derivatives by their definitions, in O(n^2) a curve: every subject
// has a weight, and the derivative of each curve by each weight is carried along.
struct NaiveCurves {
  std::vector<double> survival;   // at whole times 0, 1, ...
  std::vector<double> incidence;  // of one cause
  std::vector<double> jackknife;  // variance of the incidence
};

NaiveCurves naive_curves(const Sample& sample, int cause, int last_time) {
  const std::size_t n = sample.time.size();
  NaiveCurves curves;
  double survival = 1;
  double incidence = 0;
  std::vector<double> by_survival(n, 0);
  std::vector<double> by_incidence(n, 0);
  for (int t = 0; t <= last_time; ++t) {
    double at_risk = 0;
    double events = 0;
    double own = 0;
    for (std::size_t i = 0; i < n; ++i) {
      if (sample.time[i] >= t) ++at_risk;
      if (sample.time[i] == t && sample.code[i] > 0) ++events;
      if (sample.time[i] == t && sample.code[i] == cause) ++own;
    }
    for (std::size_t i = 0; i < n && at_risk > 0; ++i) {
      const double risk = sample.time[i] >= t ? 1 : 0;
      const double event = sample.time[i] == t && sample.code[i] > 0 ? 1 : 0;
      const double own_event = sample.time[i] == t && sample.code[i] == cause ? 1 : 0;
      by_incidence[i] += by_survival[i] * own / at_risk +
                         survival * (own_event / at_risk - risk * own / (at_risk * at_risk));
      by_survival[i] = by_survival[i] * (1 - events / at_risk) -
                       survival * (event / at_risk - risk * events / (at_risk * at_risk));
    }
    if (at_risk > 0) {
      incidence += survival * own / at_risk;
      survival *= 1 - events / at_risk;
    }
    double variance = 0;
    for (const double derivative : by_incidence) variance += derivative * derivative;
    curves.survival.push_back(survival);
    curves.incidence.push_back(incidence);
    curves.jackknife.push_back(variance);
  }
  return curves;
}

// Var F(t) = sum over past events of (coefficient)^2 / at_risk^2, recomputed for every t.
double naive_aalen_variance(const Sample& sample, const NaiveCurves& curves, int cause, int t) {
  double variance = 0;
  for (int s = 0; s <= t; ++s) {
    double at_risk = 0;
    double own = 0;
    double others = 0;
    for (std::size_t i = 0; i < sample.time.size(); ++i) {
      if (sample.time[i] >= s) ++at_risk;
      if (sample.time[i] != s || sample.code[i] == 0) continue;
      ++(sample.code[i] == cause ? own : others);
    }
    const double before = s == 0 ? 1 : curves.survival[std::size_t(s) - 1];
    const double after = curves.survival[std::size_t(s)];
    const double rise = curves.incidence[std::size_t(t)] - curves.incidence[std::size_t(s)];
    const double lost = rise == 0 ? 0 : rise / after;
    const auto weight = [&](double d) {
      return d * (d > 1 ? (at_risk - d) / (at_risk - 1) : 1) / (at_risk * at_risk);
    };
    if (own > 0) variance += weight(own) * std::pow(before * (1 - lost), 2);
    if (others > 0) variance += weight(others) * std::pow(before * lost, 2);
  }
  return variance;
}

TEST_CASE("both variances equal their definitions on tied samples of every size") {
  Agreement agreement;
  for (int n = 1; n <= 60; ++n) {
    const int last_time = n / 3;
    const Sample sample = testing::tied_sample(std::uint64_t(n), n, 1 + last_time, 4);
    const CumulativeIncidence curves = fit(sample, 3);
    for (int cause = 1; cause <= 3; ++cause) {
      const NaiveCurves naive = naive_curves(sample, cause, last_time);
      for (std::size_t step = 0; step < curves.steps.size(); ++step) {
        const auto t = static_cast<std::size_t>(curves.steps[step].time);
        const CauseStep& got = cause_at(curves, step, std::size_t(cause) - 1);
        const double aalen = naive_aalen_variance(sample, naive, cause, static_cast<int>(t));
        agreement.compare(got.incidence, naive.incidence[t]);
        // Absolute for a standard error, which rounding may keep from 0.
        CHECK(std::abs(got.jackknife_std_error - std::sqrt(naive.jackknife[t])) < 1e-8);
        CHECK(std::abs(got.aalen_std_error - std::sqrt(aalen)) < 1e-8);
        if (naive.jackknife[t] > 1e-10) {
          agreement.compare(got.jackknife_std_error, std::sqrt(naive.jackknife[t]));
        }
        if (aalen > 1e-10) agreement.compare(got.aalen_std_error, std::sqrt(aalen));
      }
    }
  }
  MESSAGE("naive twin: ", agreement.count(), " values to ", agreement.correct_digits(), " digits");
  CHECK(agreement.worst() <= 1e-11);
}

// ---- properties -------------------------------------------------------------------------------

TEST_CASE("the incidences and the survival sum to 1 at every step") {
  for (const int n : {3, 40, 5'000}) {
    const CumulativeIncidence curves = fit(testing::tied_sample(17, n, 1 + n / 2, 5), 4);
    for (std::size_t step = 0; step < curves.steps.size(); ++step) {
      double sum = curves.steps[step].survival;
      for (std::size_t cause = 0; cause < 4; ++cause) {
        sum += cause_at(curves, step, cause).incidence;
      }
      CHECK(sum == doctest::Approx(1).epsilon(1e-13));
    }
  }
}

TEST_CASE("with one cause the incidence is 1 - Kaplan-Meier, its jackknife error Greenwood's kin") {
  const Sample sample = testing::tied_sample(23, 3'000, 700, 2);
  const CumulativeIncidence curves = fit(sample, 1);
  const SurvivalCurve survival = kaplan_meier(sample.time, sample.code).value();

  REQUIRE(curves.steps.size() == survival.steps.size());
  for (std::size_t step = 0; step < curves.steps.size(); ++step) {
    const SurvivalStep& expected = survival.steps[step];
    CHECK(curves.steps[step].survival == expected.survival);
    CHECK(cause_at(curves, step, 0).events == expected.events);
    CHECK(cause_at(curves, step, 0).incidence ==
          doctest::Approx(1 - expected.survival).epsilon(1e-13));
    if (expected.at_risk < 100) continue;  // the variances differ by d / n^2 terms
    CHECK(cause_at(curves, step, 0).aalen_std_error ==
          doctest::Approx(*expected.std_error).epsilon(0.02));
    CHECK(cause_at(curves, step, 0).jackknife_std_error ==
          doctest::Approx(*expected.std_error).epsilon(0.02));
  }
}

TEST_CASE("without censoring incidence is a count and its jackknife error the binomial one") {
  Sample sample = testing::tied_sample(29, 150, 40, 3);
  for (int& code : sample.code) ++code;
  const CumulativeIncidence curves = fit(sample, 3);

  double so_far = 0;
  for (std::size_t step = 0; step < curves.steps.size(); ++step) {
    const CauseStep& got = cause_at(curves, step, 1);
    so_far += double(got.events);
    const double share = so_far / 150;
    CHECK(got.incidence == doctest::Approx(share).epsilon(1e-13));
    CHECK(got.jackknife_std_error ==
          doctest::Approx(std::sqrt(share * (1 - share) / 150)).epsilon(1e-10));
  }
}

bool same_bits(const CumulativeIncidence& left, const CumulativeIncidence& right) {
  if (left.causes.size() != right.causes.size()) return false;
  for (std::size_t i = 0; i < left.causes.size(); ++i) {
    if (left.causes[i].events != right.causes[i].events ||
        left.causes[i].incidence != right.causes[i].incidence ||
        left.causes[i].aalen_std_error != right.causes[i].aalen_std_error ||
        left.causes[i].jackknife_std_error != right.causes[i].jackknife_std_error) {
      return false;
    }
  }
  return true;
}

TEST_CASE("neither the order of the subjects nor the unit of time changes a bit of an incidence") {
  for (const int n : {30, 9'000}) {
    const Sample sample = testing::tied_sample(31, n, n, 4);
    Sample other = testing::shuffled(sample, 5);
    for (double& time : other.time) time *= 8;

    CHECK(same_bits(fit(sample, 3), fit(other, 3)));
  }
}

TEST_CASE("doubling every subject keeps the incidence and divides the jackknife error by sqrt(2)") {
  const Sample sample = testing::tied_sample(37, 50, 20, 3);
  const CumulativeIncidence once = fit(sample, 2);
  const CumulativeIncidence twice = fit(testing::doubled(sample), 2);

  for (std::size_t i = 0; i < once.causes.size(); ++i) {
    CHECK(twice.causes[i].incidence == doctest::Approx(once.causes[i].incidence).epsilon(1e-13));
    CHECK(twice.causes[i].jackknife_std_error ==
          doctest::Approx(once.causes[i].jackknife_std_error / std::sqrt(2)).epsilon(1e-10));
  }
}

TEST_CASE(
    "the interval is the one published for cumulative incidence: F^exp(-+ z se / (F log F))") {
  const CumulativeIncidence curves = fit({{1, 2, 3, 4, 5, 6}, {1, 0, 2, 1, 0, 2}}, 2);
  const std::vector<double> times = {4.5};
  const CauseReading got = read_incidence(curves, times, {}).value()[0].causes[0];

  const double f = got.incidence;
  const double step = 1.959963984540054 * got.std_error / (f * std::log(f));
  CHECK(got.interval->lower == doctest::Approx(std::pow(f, std::exp(-step))).epsilon(1e-14));
  CHECK(got.interval->upper == doctest::Approx(std::pow(f, std::exp(step))).epsilon(1e-14));
}

// ---- refusals ---------------------------------------------------------------------------------

std::string refusal(const std::vector<double>& time, const std::vector<int>& cause, int causes) {
  return aalen_johansen(time, cause, causes).error().message;
}

TEST_CASE("what is not competing-risks data is refused with its row") {
  CHECK(refusal({}, {}, 2) == "survival data: there is no subject");
  CHECK(refusal({1, 2}, {1, 3}, 2) ==
        "survival data: the code in row 2 is 3; it must be from 0 to 2");
  CHECK(refusal({1, 2}, {1}, 2) == "survival data: 2 times but 1 codes");
  CHECK(refusal({1}, {1}, 0) == "competing risks: 0 causes, from 1 to 100 are allowed");
  CHECK(refusal({1}, {1}, 101) == "competing risks: 101 causes, from 1 to 100 are allowed");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(refusal({nan}, {1}, 1).find("row 1 is nan") != std::string::npos);
}

TEST_CASE("an incidence is not read at impossible times or levels") {
  const CumulativeIncidence curves = fit({{1, 2}, {1, 0}}, 1);
  CHECK_FALSE(read_incidence(curves, std::vector<double>{-1}, {}));
  CHECK_FALSE(read_incidence(curves, std::vector<double>{1}, {.confidence_level = 1.5}));
}

}  // namespace
}  // namespace kensho::stats
