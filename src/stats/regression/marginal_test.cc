// Analysis of variance tables, estimated means and standardised risks.
#include <algorithm>
#include <set>

#include "stats/design/design_matrix.h"
#include "stats/regression/anova_table.h"
#include "stats/regression/estimated_means.h"
#include "stats/regression/glm.h"
#include "stats/regression/linear_model.h"
#include "stats/regression/standardised_risk.h"
#include "stats/testing/regression_samples.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;

/// A table of the named columns of a data set; those in `factors` are categorical, their levels in
/// alphabetical order.
DataTable table_of(const testing::Table& cells, const std::vector<std::string>& numeric,
                   const std::vector<std::string>& factors) {
  std::vector<Column> columns;
  for (const std::string& name : numeric) {
    columns.push_back({name, testing::numbers(cells, name), {}});
  }
  for (const std::string& name : factors) {
    const auto& words = cells.at(name);
    const std::set<std::string> sorted(words.begin(), words.end());
    Column column{name, {}, {sorted.begin(), sorted.end()}};
    for (const std::string& word : words) {
      column.values.push_back(
          double(std::ranges::find(column.levels, word) - column.levels.begin()));
    }
    columns.push_back(std::move(column));
  }
  return DataTable::make(std::move(columns)).value();
}

DataTable anorexia() {
  return table_of(testing::reference_data("anorexia"), {"Prewt", "Postwt"}, {"Treat"});
}

AnovaTable anova_of(const std::string& text, const DataTable& table, SumsOfSquares type) {
  const Formula formula = parse_formula(text).value();
  const Design design = design_of(formula, table).value();
  const AnovaModel model = anova_model(formula, table, design.rows).value();
  return anova_table(model, design.outcome, {}, type).value();
}

TEST_CASE("sums of squares of types I, II and III agree with R") {
  const DataTable table = anorexia();
  const Json first = testing::r_case("05_regression", "lm-interaction").at("anova_type1");
  const Json third = testing::r_case("05_regression", "lm-type3");
  Agreement agreement;
  const AnovaTable one = anova_of("Postwt ~ Treat*Prewt", table, SumsOfSquares::sequential);
  for (std::size_t i = 0; i < 3; ++i) {
    agreement.compare(one.lines[i].degrees_of_freedom, first.at("df")[i]);
    agreement.compare(one.lines[i].sum_of_squares, first.at("ss")[i]);
    agreement.compare(one.lines[i].f.statistic, first.at("F")[i]);
    agreement.compare(one.lines[i].f.p_value, first.at("p")[i]);
  }
  agreement.compare(one.residual_sum_of_squares, first.at("ss")[3]);
  const AnovaTable three = anova_of("Postwt ~ Treat*Prewt", table, SumsOfSquares::marginal);
  for (const AnovaLine& line : three.lines) {
    agreement.compare(line.sum_of_squares, third.at("type3_ss").at(line.name));
    agreement.compare(line.f.statistic, third.at("type3_F").at(line.name));
    agreement.compare(line.f.p_value, third.at("type3_p").at(line.name));
  }
  const AnovaTable two = anova_of("Postwt ~ Treat*Prewt", table, SumsOfSquares::hierarchical);
  agreement.compare(two.lines[0].sum_of_squares, third.at("type2_treat_ss"));
  agreement.compare(two.lines[2].sum_of_squares, three.lines[2].sum_of_squares);
  testing::verify({"anova", "lm-type3", "types I, II, III", "R 4.2.2 anova, drop1", 10}, agreement);
}

TEST_CASE("without interactions the three types meet where they must") {
  const DataTable table = anorexia();
  const AnovaTable one = anova_of("Postwt ~ Prewt + Treat", table, SumsOfSquares::sequential);
  const AnovaTable two = anova_of("Postwt ~ Prewt + Treat", table, SumsOfSquares::hierarchical);
  const AnovaTable three = anova_of("Postwt ~ Prewt + Treat", table, SumsOfSquares::marginal);
  CHECK(one.lines[1].sum_of_squares == doctest::Approx(two.lines[1].sum_of_squares).epsilon(1e-12));
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(two.lines[i].sum_of_squares ==
          doctest::Approx(three.lines[i].sum_of_squares).epsilon(1e-12));
  }
  const Formula none = parse_formula("Postwt ~ 0 + Treat").value();
  CHECK(!anova_model(none, table, std::vector<std::size_t>{0, 1}));
}

// ---- estimated means ---------------------------------------------------------------------------

void compare_estimates(Agreement& agreement, const std::vector<LinearEstimate>& got,
                       const Json& expected) {
  REQUIRE(got.size() == expected.at("name").size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    agreement.compare(got[i].estimate, expected.at("estimate")[i]);
    agreement.compare(got[i].std_error, expected.at("se")[i]);
    agreement.compare(got[i].interval.lower, expected.at("lower")[i]);
    agreement.compare(got[i].interval.upper, expected.at("upper")[i]);
    agreement.compare(got[i].p_value, expected.at("p")[i]);
  }
}

struct MeansCase {
  std::string id;
  DataTable table;
  std::string formula;
  std::string factor;
  GridWeights weights;
};

void check_means(const MeansCase& c, const FittedCoefficients& fit, const Formula& formula,
                 const std::vector<double>& df, double digits) {
  const Json all =
      testing::read_reference(testing::reference_path("regression/estimated_means.json"));
  const MarginalForms means = marginal_forms(formula, c.table, c.factor, c.weights).value();
  const Contrasts pairs = pairwise_contrasts(means.levels, means.forms);
  CHECK(means.levels == all.at(c.id).at("means").at("name").get<std::vector<std::string>>());
  Agreement agreement;
  compare_estimates(agreement, linear_estimates(fit, means.forms, df, 0.95).value(),
                    all.at(c.id).at("means"));
  compare_estimates(agreement, linear_estimates(fit, pairs.forms, df, 0.95).value(),
                    all.at(c.id).at("pairs"));
  testing::verify({"estimated_means", c.id, "means, pairs", "R emmeans", digits}, agreement);
}

TEST_CASE("estimated means and their differences agree with R's emmeans") {
  const DataTable quine =
      table_of(testing::reference_data("quine"), {"Days"}, {"Eth", "Sex", "Age", "Lrn"});
  const std::string school = "Days ~ Eth + Sex*Age + Lrn";
  for (const MeansCase& c : std::vector<MeansCase>{
           {"anorexia", anorexia(), "Postwt ~ Treat*Prewt", "Treat", GridWeights::equal},
           {"quine_equal", quine, school, "Sex", GridWeights::equal},
           {"quine_proportional", quine, school, "Sex", GridWeights::proportional}}) {
    const Formula formula = parse_formula(c.formula).value();
    const Design design = design_of(formula, c.table).value();
    const LinearModel model = linear_model(design.x, design.outcome).value();
    check_means(c, {model.fit.coefficients, model.covariance}, formula, {model.degrees_of_freedom},
                9);
  }
  const MeansCase birthwt{
      "birthwt", table_of(testing::reference_data("birthwt"), {"low", "lwt"}, {"race", "smoke"}),
      "low ~ race + smoke + lwt", "race", GridWeights::equal};
  const Formula formula = parse_formula(birthwt.formula).value();
  const Design design = design_of(formula, birthwt.table).value();
  const Glm fit = fit_glm({design.x, design.outcome}, {}).value();
  check_means(birthwt, {fit.coefficients, fit.covariance}, formula, {}, 9);
}

TEST_CASE("a Wald test of one form is the square of its statistic, of all terms the model's F") {
  const DataTable table = anorexia();
  const Formula formula = parse_formula("Postwt ~ Treat + Prewt").value();
  const Design design = design_of(formula, table).value();
  const LinearModel model = linear_model(design.x, design.outcome).value();
  const FittedCoefficients fit{model.fit.coefficients, model.covariance};
  Matrix last(1, 4);
  last(0, 3) = 1;
  Matrix all(3, 4);
  for (std::size_t j = 0; j < 3; ++j) all(j, j + 1) = 1;
  const std::vector<double> df = {model.degrees_of_freedom};

  const auto one = linear_estimates(fit, last, df, 0.95).value()[0];
  const WaldTest of_one = wald_test(fit, last, df[0]).value();
  const WaldTest of_all = wald_test(fit, all, df[0]).value();

  CHECK(of_one.statistic == doctest::Approx(one.statistic * one.statistic).epsilon(1e-12));
  CHECK(of_one.p_value == doctest::Approx(one.p_value).epsilon(1e-12));
  CHECK(of_all.statistic == doctest::Approx(model.f->statistic).epsilon(1e-11));
  CHECK(!wald_test(fit, Matrix(2, 4), df[0]));
  CHECK(!marginal_forms(formula, table, "Prewt"));
  CHECK(contrasts_against(std::vector<std::string>{"a", "b"}, Matrix(2, 4), 0).names[0] == "b - a");
}

// ---- standardised risks ------------------------------------------------------------------------

TEST_CASE("standardised risks agree with R's delta method") {
  const auto cells = testing::reference_data("indo_rct");
  std::vector<std::string> site = cells.at("site");
  for (std::string& name : site) name = name == "1_UM" || name == "2_IU" ? name : "other";
  testing::DesignColumns columns(site.size());
  std::vector<double> y;
  std::vector<double> treated;
  for (std::size_t i = 0; i < site.size(); ++i) {
    y.push_back(cells.at("outcome")[i] == "1_yes" ? 1 : 0);
    treated.push_back(cells.at("rx")[i].front() == '1' ? 1 : 0);
  }
  columns.add("z", treated).add("risk", testing::numbers(cells, "risk"));
  columns.add_factor("site2", site, "1_UM");
  const Matrix x = columns.matrix();
  std::vector<Matrix> scenarios = {x, x};
  std::ranges::fill(scenarios[0].column(1), 1.0);
  std::ranges::fill(scenarios[1].column(1), 0.0);

  const Glm fit = fit_glm({x, y}, {}).value();
  const auto means = standardised_means(fit, fit.covariance, scenarios).value();
  const auto contrast = risk_contrast(means, 0, 1, 0.95).value();

  const Json expected = testing::r_case("05_regression", "logit-gcomp");
  Agreement agreement;
  agreement.compare(means.means[0], expected.at("p1"));
  agreement.compare(means.means[1], expected.at("p0"));
  agreement.compare(contrast.difference.estimate, expected.at("risk_diff"));
  agreement.compare(contrast.difference.std_error, expected.at("se_rd"));
  agreement.compare(contrast.difference.interval.lower, expected.at("ci")[0]);
  agreement.compare(contrast.difference.interval.upper, expected.at("ci")[1]);
  agreement.compare(contrast.log_ratio.estimate, expected.at("log_rr"));
  agreement.compare(contrast.log_ratio.std_error, expected.at("se_log_rr"));
  testing::verify({"standardised_risk", "logit-gcomp", "risks, difference, ratio",
                   "R 4.2.2 glm and delta method", 9},
                  agreement);

  // In a canonical model with the treatment alone, standardising changes nothing.
  const Matrix alone(x.rows(), 2,
                     {x.values().begin(), x.values().begin() + 2 * std::ptrdiff_t(x.rows())});
  const Glm crude = fit_glm({alone, y}, {}).value();
  std::vector<Matrix> both = {alone, alone};
  std::ranges::fill(both[0].column(1), 1.0);
  std::ranges::fill(both[1].column(1), 0.0);
  const auto odds =
      risk_contrast(standardised_means(crude, crude.covariance, both).value(), 0, 1, 0.95).value();
  CHECK(odds.log_odds_ratio.estimate == doctest::Approx(crude.coefficients[1]).epsilon(1e-12));
  CHECK(odds.log_odds_ratio.std_error ==
        doctest::Approx(std::sqrt(crude.covariance(1, 1))).epsilon(1e-12));
  CHECK(!standardised_means(crude, crude.covariance, std::vector<Matrix>{}));
  CHECK(!risk_contrast({{1.5, 0.2}, Matrix(2, 2)}, 0, 1, 0.95));
}

}  // namespace
}  // namespace kensho::stats
