#include "stats/survival/log_rank.h"

#include <algorithm>
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

// Columns that own what LogRankData borrows.
struct Columns {
  std::vector<double> time;
  std::vector<int> event;
  std::vector<int> group;
  std::vector<int> stratum;

  LogRankData view() const { return {time, event, group, stratum}; }
};

LogRankTest test(const Columns& columns) {
  return log_rank_test(columns.view()).value();
}

std::string refusal(const Columns& columns) {
  return log_rank_test(columns.view()).error().message;
}

// ---- agreement with R -------------------------------------------------------------------------

Columns inline_columns(const Json& data) {
  const Json& stratum = data.at("stratum");
  return {data["time"], data["event"], data["group"],
          stratum.is_null() ? std::vector<int>{} : stratum.get<std::vector<int>>()};
}

Columns columns_of(const Json& entry) {
  if (entry.contains("inline")) return inline_columns(entry["inline"]);
  const testing::Table table = testing::read_csv(
      testing::reference_path("survival/data/" + entry.at("data").get<std::string>() + ".csv"));
  const auto time = testing::numbers(table, entry.at("time"));
  const auto event = testing::codes(table, entry.at("event"));
  const auto group = testing::codes(table, entry.at("group"));
  const bool stratified = !entry.at("stratum").is_null();
  const auto stratum = stratified ? testing::numbers(table, entry.at("stratum")) : time;
  Columns columns;
  for (std::size_t i = 0; i < time.size(); ++i) {
    if (std::isnan(stratum[i])) continue;
    columns.time.push_back(time[i]);
    columns.event.push_back(event[i] == entry.at("event_code") ? 1 : 0);
    columns.group.push_back(group[i]);
    if (stratified) columns.stratum.push_back(static_cast<int>(stratum[i]));
  }
  return columns;
}

void compare(Agreement& agreement, const LogRankTest& got, const Json& expected) {
  REQUIRE(got.groups.size() == expected.at("observed").size());
  for (std::size_t i = 0; i < got.groups.size(); ++i) {
    CHECK(got.groups[i].subjects == expected["subjects"][i]);
    CHECK(got.groups[i].observed == expected["observed"][i]);
    agreement.compare(got.groups[i].expected, expected["expected"][i]);
  }
  for (std::size_t i = 0; i < got.variance.size(); ++i) {
    agreement.compare(got.variance[i], expected.at("variance")[i]);
  }
  agreement.compare(got.chi_square, expected.at("chi_square"));
  CHECK(got.degrees_of_freedom == expected.at("degrees_of_freedom"));
  agreement.compare(got.p_value, expected.at("p_value"));
}

TEST_CASE("the log-rank test agrees with R's survdiff") {
  const Json reference = testing::read_reference(testing::reference_path("survival/log_rank.json"));
  Agreement agreement;

  for (const Json& entry : reference.at("cases")) {
    CAPTURE(entry.at("id").get<std::string>());
    compare(agreement, test(columns_of(entry)), entry);
  }

  MESSAGE("log-rank: ", agreement.count(), " values to ", agreement.correct_digits(), " digits");
  CHECK(agreement.worst() <= 1e-12);
}

// ---- the formula, written out -----------------------------------------------------------------

Columns tied_columns(std::uint64_t seed, int n, int groups, int strata) {
  const testing::Sample sample = testing::tied_sample(seed, n, 1 + n / 4, 2);
  testing::Sequence sequence(seed + 1000);
  Columns columns{sample.time, sample.code, {}, {}};
  for (int i = 0; i < n; ++i) {
    columns.group.push_back(10 + 5 * sequence.below(groups));
    if (strata > 1) columns.stratum.push_back(sequence.below(strata));
  }
  return columns;
}

// Counts the subjects of one stratum for which `holds`.
template <class Holds>
double count(const Columns& columns, int stratum, Holds holds) {
  double found = 0;
  for (std::size_t i = 0; i < columns.time.size(); ++i) {
    if (!columns.stratum.empty() && columns.stratum[i] != stratum) continue;
    found += holds(i) ? 1 : 0;
  }
  return found;
}

// Expected events of group a, and the covariance of groups a and b, over all strata and times.
struct NaiveSums {
  double expected = 0;
  double covariance = 0;
};

NaiveSums naive_sums(const Columns& c, int strata, int a, int b) {
  NaiveSums sums;
  for (int stratum = 0; stratum < strata; ++stratum) {
    for (double t = 0; t < double(c.time.size()); ++t) {  // the samples live on whole times
      const double n = count(c, stratum, [&](auto i) { return c.time[i] >= t; });
      const double d = count(c, stratum, [&](auto i) { return c.time[i] == t && c.event[i] == 1; });
      if (d == 0) continue;
      const auto share = [&](int group) {
        return count(c, stratum, [&](auto i) { return c.time[i] >= t && c.group[i] == group; }) / n;
      };
      sums.expected += d * share(a);
      if (n == 1) continue;
      sums.covariance += d * (n - d) / (n - 1) * share(a) * ((a == b ? 1 : 0) - share(b));
    }
  }
  return sums;
}

TEST_CASE("expected events and variance equal their definitions") {
  Agreement agreement;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const int strata = seed % 2 == 0 ? 3 : 1;
    const Columns columns = tied_columns(seed, 45, 3, strata);
    const LogRankTest got = test(columns);
    for (std::size_t i = 0; i < got.groups.size(); ++i) {
      for (std::size_t j = 0; j < got.groups.size(); ++j) {
        const NaiveSums naive =
            naive_sums(columns, strata, got.groups[i].label, got.groups[j].label);
        agreement.compare(got.groups[i].expected, naive.expected);
        agreement.compare(got.variance[i * got.groups.size() + j], naive.covariance);
      }
    }
  }
  CHECK(agreement.worst() <= 1e-13);
}

// ---- properties -------------------------------------------------------------------------------

TEST_CASE("two groups give (O - E)^2 / V") {
  const LogRankTest got = test(tied_columns(3, 60, 2, 1));
  const double difference = double(got.groups[0].observed) - got.groups[0].expected;

  CHECK(got.chi_square ==
        doctest::Approx(difference * difference / got.variance[0]).epsilon(1e-13));
}

TEST_CASE("observed and expected have the same sum, the variance rows sum to 0") {
  const LogRankTest got = test(tied_columns(4, 300, 4, 3));
  double observed = 0;
  double expected = 0;
  for (const LogRankGroup& group : got.groups) {
    observed += double(group.observed);
    expected += group.expected;
  }
  CHECK(expected == doctest::Approx(observed).epsilon(1e-13));
  for (std::size_t row = 0; row < 4; ++row) {
    double sum = 0;
    for (std::size_t j = 0; j < 4; ++j) sum += got.variance[row * 4 + j];
    CHECK(std::abs(sum) < 1e-12);
  }
}

TEST_CASE("neither the order of the subjects nor the unit of time changes a bit") {
  const Columns columns = tied_columns(5, 6'000, 3, 2);
  Columns reversed = columns;
  std::ranges::reverse(reversed.time);
  std::ranges::reverse(reversed.event);
  std::ranges::reverse(reversed.group);
  std::ranges::reverse(reversed.stratum);
  for (double& time : reversed.time) time *= 4;

  const LogRankTest got = test(columns);

  CHECK(got.chi_square == test(reversed).chi_square);
  CHECK(got.variance == test(reversed).variance);
}

TEST_CASE("renaming the groups keeps the chi-square") {
  const Columns columns = tied_columns(6, 80, 3, 1);
  Columns renamed = columns;
  for (int& group : renamed.group) group = 100 - group;

  CHECK(test(renamed).chi_square == doctest::Approx(test(columns).chi_square).epsilon(1e-12));
}

TEST_CASE("identical groups give a chi-square of 0 and a p-value of 1") {
  Columns columns{{1, 2, 3, 1, 2, 3}, {1, 0, 1, 1, 0, 1}, {1, 1, 1, 2, 2, 2}, {}};

  CHECK(test(columns).chi_square == doctest::Approx(0));
  CHECK(test(columns).p_value == doctest::Approx(1));
}

// ---- refusals ---------------------------------------------------------------------------------

TEST_CASE("a test without information is refused") {
  CHECK(refusal({{1, 2}, {1, 1}, {1, 1}, {}}) ==
        "log-rank: 1 of 1 groups had anyone at risk at an event; at least 2 are needed");
  CHECK(refusal({{1, 2}, {0, 0}, {1, 2}, {}}) ==
        "log-rank: 0 of 2 groups had anyone at risk at an event; at least 2 are needed");
  CHECK(refusal({{1, 2, 3}, {0, 1, 1}, {1, 2, 2}, {}}) ==
        "log-rank: 1 of 2 groups had anyone at risk at an event; at least 2 are needed");
  // Everybody fails at once; groups and strata are the same.
  CHECK(refusal({{4, 4}, {1, 1}, {1, 2}, {}}).find("singular") != std::string::npos);
  CHECK(refusal({{1, 2, 1, 2}, {1, 1, 1, 1}, {1, 1, 2, 2}, {1, 1, 2, 2}}).find("singular") !=
        std::string::npos);
}

TEST_CASE("a column of identifiers is refused as groups") {
  Columns columns;
  for (int i = 0; i < 1001; ++i) {
    columns.time.push_back(i);
    columns.event.push_back(1);
    columns.group.push_back(i);
  }
  CHECK(refusal(columns) == "log-rank: 1001 groups, at most 1000 are compared");
}

TEST_CASE("bad columns are refused with numbers") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(refusal({{}, {}, {}, {}}) == "survival data: there is no subject");
  CHECK(refusal({{1, nan}, {1, 1}, {1, 2}, {}}).find("row 2 is nan") != std::string::npos);
  CHECK(refusal({{1, 2}, {1, 2}, {1, 2}, {}}) ==
        "survival data: the code in row 2 is 2; it must be from 0 to 1");
  CHECK(refusal({{1, 2}, {1, 1}, {1}, {}}) == "log-rank: 2 times but 1 groups and 0 strata");
  CHECK(refusal({{1, 2}, {1, 1}, {1, 2}, {1}}) == "log-rank: 2 times but 2 groups and 1 strata");
  CHECK(refusal({{1, 2}, {1, 1}, {1, -2}, {}}) ==
        "the group in row 2 is -2; it must be from 0 to 1048575");
  CHECK(refusal({{1, 2}, {1, 1}, {1, 2}, {1 << 20, 1}}) ==
        "the stratum in row 1 is 1048576; it must be from 0 to 1048575");
}

}  // namespace
}  // namespace kensho::stats
