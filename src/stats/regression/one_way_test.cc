#include "stats/regression/one_way.h"

#include <algorithm>
#include <limits>

#include "base/rng.h"
#include "stats/dist/distributions.h"
#include "stats/location/rank_analysis.h"
#include "stats/regression/studentised_range.h"
#include "stats/testing/nist_lines.h"
#include "stats/testing/regression_samples.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;

// ---- NIST -------------------------------------------------------------------------------------

/// What a file certifies, and its data.
struct Certified {
  std::vector<double> between;  // df, sum of squares, mean square, F
  std::vector<double> within;
  double r_squared = 0;
  double residual_sd = 0;
  std::vector<double> values;
  std::vector<int> group;
};

Certified read(const std::string& name) {
  std::ifstream in(testing::reference_path("nist/anova/" + name + ".dat"));
  REQUIRE(in.good());
  Certified certified;
  std::string line;
  for (int row = 1; std::getline(in, line); ++row) {
    const std::vector<double> values = testing::numbers_of(line);
    if (row >= 61 && values.size() == 2) {
      certified.group.push_back(int(values[0]) - 1);
      certified.values.push_back(values[1]);
    } else if (line.starts_with("Between")) {
      certified.between = values;
    } else if (line.starts_with("Within")) {
      certified.within = values;
    } else if (line.find("R-Squared") != std::string::npos) {
      certified.r_squared = values.at(0);
    } else if (line.find("Standard Deviation") != std::string::npos) {
      certified.residual_sd = values.at(0);
    }
  }
  return certified;
}

// The 13 constant digits of SmLs07 to SmLs09 leave a double two decimals: the data themselves are
// wrong from the third digit of their spread on, and no method on doubles can have more.
TEST_CASE("every analysis of variance of NIST is solved to the digits its data have as doubles") {
  const std::vector<std::pair<std::string, double>> sets = {
      {"SiRstv", 12},   {"SmLs01", 13},  {"SmLs02", 13}, {"SmLs03", 13},
      {"AtmWtAg", 9.5}, {"SmLs04", 9},   {"SmLs05", 9},  {"SmLs06", 9},
      {"SmLs07", 3.5},  {"SmLs08", 3.5}, {"SmLs09", 3.5}};
  for (const auto& [name, digits] : sets) {
    const Certified certified = read(name);
    const OneWayAnova anova = one_way_anova({certified.values, certified.group}).value();
    Agreement agreement;
    agreement.compare(anova.f.numerator_df, certified.between.at(0));
    agreement.compare(anova.between_sum_of_squares, certified.between.at(1));
    agreement.compare(anova.f.statistic, certified.between.at(3));
    agreement.compare(anova.f.denominator_df, certified.within.at(0));
    agreement.compare(anova.within_sum_of_squares, certified.within.at(1));
    agreement.compare(anova.r_squared, certified.r_squared);
    agreement.compare(anova.residual_sd, certified.residual_sd);
    testing::verify({"anova", "NIST " + name, "table", "NIST StRD", digits}, agreement);
  }
}

// ---- R ----------------------------------------------------------------------------------------

struct Sample {
  std::vector<double> values;
  std::vector<int> group;
};

Sample anorexia() {
  const auto table = testing::reference_data("anorexia");
  const auto before = testing::numbers(table, "Prewt");
  Sample sample{testing::numbers(table, "Postwt"), {}};
  for (std::size_t i = 0; i < before.size(); ++i) {
    sample.values[i] -= before[i];
    const std::string& name = table.at("Treat")[i];
    sample.group.push_back(name == "CBT" ? 0 : name == "Cont" ? 1 : 2);
  }
  return sample;
}

TEST_CASE("one-way tests agree with R") {
  const Json expected = testing::r_case("05_regression", "anova-tukey");
  const Sample sample = anorexia();
  const GroupedValues data{sample.values, sample.group};

  const OneWayAnova anova = one_way_anova(data).value();
  Agreement tests;
  tests.compare(anova.f.statistic, expected.at("F"));
  tests.compare(anova.f.p_value, expected.at("p"));
  tests.compare(anova.between_sum_of_squares, expected.at("ss")[0]);
  tests.compare(anova.within_sum_of_squares, expected.at("ss")[1]);
  const FTest welch = welch_test(data).value();
  tests.compare(welch.statistic, expected.at("welch").at("F"));
  tests.compare(welch.denominator_df, expected.at("welch").at("df2"));
  tests.compare(welch.p_value, expected.at("welch").at("p"));
  const FTest levene = levene_test(data).value();
  tests.compare(levene.statistic, expected.at("levene_median").at("F"));
  tests.compare(levene.p_value, expected.at("levene_median").at("p"));
  const ChiSquareStatistic bartlett = bartlett_test(data).value();
  tests.compare(bartlett.statistic, expected.at("bartlett").at("statistic.Bartlett's K-squared"));
  tests.compare(bartlett.p_value, expected.at("bartlett").at("p.value"));
  const RankAnalysis kruskal = kruskal_wallis_test(data.values, data.group).value();
  tests.compare(kruskal.chi_square,
                expected.at("kruskal").at("statistic.Kruskal-Wallis chi-squared"));
  tests.compare(kruskal.p_value, expected.at("kruskal").at("p.value"));
  testing::verify(
      {"anova", "anorexia", "F, Welch, Levene, Bartlett, Kruskal-Wallis", "R 4.2.2 stats", 10},
      tests);

  Agreement tukey;
  const auto pairs = tukey_comparisons(anova, 0.95).value();
  const std::vector<std::string> names = {"Cont-CBT", "FT-CBT", "FT-Cont"};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto row = testing::named_row(expected.at("tukey"), names[i]);
    tukey.compare(pairs[i].difference, row[0]);
    tukey.compare(pairs[i].interval.lower, row[1]);
    tukey.compare(pairs[i].interval.upper, row[2]);
    tukey.compare(pairs[i].p_value, row[3]);
  }
  testing::verify({"anova", "anorexia", "Tukey's comparisons",
                   "R 4.2.2 TukeyHSD (ptukey: about 1e-8 here)", 6.5},
                  tukey);
}

// R's own ptukey is wrong in the fourth digit at 2 degrees of freedom.
TEST_CASE("the studentised range agrees with quadrature in R") {
  const Json reference =
      testing::read_reference(testing::reference_path("regression/one_way.json"));
  Agreement agreement;
  for (const Json& row : reference.at("tails")) {
    agreement.compare(
        studentised_range_upper_tail(row.at("q"), {row.at("groups"), row.at("df")}) + 1,
        1 + row.at("upper").get<double>());
  }
  testing::verify(
      {"studentised_range", "grid", "upper tail (absolute)", "R 4.2.2 integrate (one_way.R)", 13},
      agreement);
}

// ---- closed forms, properties, refusals --------------------------------------------------------

TEST_CASE("the range of two normals is a scaled Student's t") {
  for (const double df : {1.0, 3.0, 12.0, 300.0}) {
    for (const double q : {0.3, 1.0, 3.5, 9.0}) {
      // |Z1 - Z2| / s = sqrt(2) |t|
      const double expected = student_t_two_sided(q / std::sqrt(2), df);
      CHECK(studentised_range_upper_tail(q, {2, df}) == doctest::Approx(expected).epsilon(1e-10));
    }
  }
  const double q = studentised_range_quantile(0.95, {4, 20}).value();
  CHECK(studentised_range_upper_tail(q, {4, 20}) == doctest::Approx(0.05).epsilon(1e-12));
  CHECK(!studentised_range_quantile(1, {4, 20}));
}

TEST_CASE("two groups are Student's test; names, order and unit do not matter") {
  Rng rng(5, 0);
  Sample sample;
  for (int i = 0; i < 40; ++i) {
    sample.values.push_back(rng.normal() + (i % 2));
    sample.group.push_back(i % 2);
  }
  const OneWayAnova anova = one_way_anova({sample.values, sample.group}).value();
  const double t = (anova.means[1] - anova.means[0]) / (anova.residual_sd * std::sqrt(2.0 / 20));
  CHECK(anova.f.statistic == doctest::Approx(t * t).epsilon(1e-12));
  CHECK(tukey_comparisons(anova, 0.9).value()[0].p_value ==
        doctest::Approx(anova.f.p_value).epsilon(1e-9));

  Sample other = sample;
  std::ranges::reverse(other.values);
  std::ranges::reverse(other.group);
  for (int& k : other.group) k = 1 - k;
  for (double& v : other.values) v = 1e6 - 4 * v;
  const OneWayAnova again = one_way_anova({other.values, other.group}).value();
  CHECK(again.f.statistic == doctest::Approx(anova.f.statistic).epsilon(1e-8));
  CHECK(kruskal_wallis_test(other.values, other.group).value().chi_square ==
        doctest::Approx(kruskal_wallis_test(sample.values, sample.group).value().chi_square)
            .epsilon(1e-12));
}

TEST_CASE("groups without spread, empty or missing are refused") {
  const std::vector<int> group = {0, 0, 1, 1};
  CHECK(!one_way_anova({std::vector<double>{1, 1, 2, 2}, group}));
  CHECK(!one_way_anova({std::vector<double>{1, 2}, std::vector<int>{0, 1}}));
  CHECK(one_way_anova({std::vector<double>{1, 2, 3}, std::vector<int>{0, 2, 2}})
            .error()
            .message.find("group 1") != std::string::npos);
  CHECK(!one_way_anova({std::vector<double>{1, 2, 3}, std::vector<int>{0, 0, 0}}));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(one_way_anova({std::vector<double>{1, nan, 3, 4}, group}).error().message.find("row 2") !=
        std::string::npos);
  CHECK(!welch_test({std::vector<double>{1, 1, 2, 3}, group}));
  CHECK(!bartlett_test({std::vector<double>{1, 1, 2, 3}, group}));
  CHECK(!kruskal_wallis_test(std::vector<double>{1, 1, 1, 1}, group));
}

}  // namespace
}  // namespace kensho::stats
