#include "stats/longitudinal/ancova.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "stats/design/design_matrix.h"
#include "stats/dist/distributions.h"
#include "stats/longitudinal/marginal_means.h"
#include "stats/longitudinal/mmrm.h"
#include "stats/testing/longitudinal_samples.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;

constexpr const char* r_lm = "R 4.2.2 lm, emmeans 1.8";

Json expected_of(const std::string& id) {
  return testing::r_case("06_longitudinal", id);
}

Column categorical(const testing::Table& table, const std::string& name) {
  const auto& cells = table.at(name);
  const std::vector<int> codes = testing::level_codes(cells);
  std::vector<std::string> levels(static_cast<std::size_t>(*std::ranges::max_element(codes)) + 1);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    levels[static_cast<std::size_t>(codes[i])] = cells[i];
  }
  return {name, std::vector<double>(codes.begin(), codes.end()), levels};
}

Column numeric(const testing::Table& table, const std::string& name) {
  return {name, testing::numbers(table, name), {}};
}

/// A model fitted by a formula.
struct Fitted {
  Formula formula;
  DataTable table;
  Design design;
  Ancova model;
};

Fitted fit(const std::string& text, std::vector<Column> columns) {
  Formula formula = parse_formula(text).value();
  DataTable table = DataTable::make(std::move(columns)).value();
  Design design = design_of(formula, table).value();
  Ancova model = fit_ancova(design.x, design.outcome, design.names).value();
  return {formula, table, design, model};
}

void compare_row(Agreement& agreement, const ContrastEstimate& got, const Json& table,
                 const std::string& estimate, std::size_t row) {
  agreement.compare(got.estimate, table.at(estimate)[row]);
  agreement.compare(got.std_error, table.at("SE")[row]);
  agreement.compare(got.degrees_of_freedom, table.at("df")[row]);
}

TEST_CASE("headache after a year by ANCOVA agrees with lm and emmeans") {
  const Json expected = expected_of("ancova-acupuncture-12m");
  const testing::Table all = testing::reference_data("acupuncture");
  const auto outcome = testing::numbers(all, "head");
  const testing::Table table = testing::rows_where(all, [&](std::size_t row) {
    return all.at("time")[row] == "12" && !std::isnan(outcome[row]);
  });

  const Fitted fitted =
      fit("head ~ treat + head_base + age + sex + migraine + chronicity",
          {numeric(table, "head"), categorical(table, "treat"), numeric(table, "head_base"),
           numeric(table, "age"), categorical(table, "sex"), categorical(table, "migraine"),
           numeric(table, "chronicity")});

  Agreement coefficients;
  for (std::size_t j = 0; j < fitted.design.names.size(); ++j) {
    coefficients.compare(fitted.model.coefficients[j],
                         expected.at("coef").at(fitted.design.names[j]));
    coefficients.compare(std::sqrt(fitted.model.covariance(j, j)),
                         expected.at("se").at(fitted.design.names[j]));
  }
  coefficients.compare(fitted.model.residual_sd, expected.at("sigma"));
  coefficients.compare(fitted.model.r_squared, expected.at("r2"));
  testing::verify({"ancova", "acupuncture", "coefficients, se", r_lm, 10}, coefficients);
  const auto means = marginal_means(fitted.formula, fitted.table, {"treat"}).value();
  Agreement of_means;
  for (std::size_t i = 0; i < 2; ++i) {
    compare_row(of_means, ancova_contrast(fitted.model, means[i].weights), expected.at("emmeans"),
                "emmean", i);
  }
  testing::verify({"ancova", "acupuncture", "least-squares means", r_lm, 10}, of_means);
}

TEST_CASE("anorexia by ANCOVA agrees with emmeans") {
  const Json expected = expected_of("ancova-anorexia");
  const testing::Table table = testing::reference_data("anorexia");
  const Fitted fitted =
      fit("Postwt ~ Treat + Prewt",
          {numeric(table, "Postwt"), categorical(table, "Treat"), numeric(table, "Prewt")});
  const auto means = marginal_means(fitted.formula, fitted.table, {"Treat"}).value();

  Agreement agreement;
  Agreement p_values;
  std::size_t row = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    compare_row(agreement, ancova_contrast(fitted.model, means[i].weights), expected.at("emmeans"),
                "emmean", i);
    for (std::size_t j = i + 1; j < 3; ++j, ++row) {
      std::vector<double> l(means[i].weights);
      for (std::size_t k = 0; k < l.size(); ++k) l[k] -= means[j].weights[k];
      const ContrastEstimate difference = ancova_contrast(fitted.model, l);
      compare_row(agreement, difference, expected.at("none"), "estimate", row);
      p_values.compare(student_t_two_sided(difference.estimate / difference.std_error,
                                           difference.degrees_of_freedom),
                       expected.at("none").at("p.value")[row]);
    }
  }
  testing::verify({"ancova", "anorexia", "least-squares means and differences", r_lm, 10},
                  agreement);
  testing::verify({"ancova", "anorexia", "p-values", r_lm, 10}, p_values);
}

TEST_CASE("ANCOVA of the final value and of the change give one treatment effect") {
  const Json expected = expected_of("ancova-vs-change");
  const testing::Table all = testing::reference_data("anorexia");
  const testing::Table table =
      testing::rows_where(all, [&](std::size_t row) { return all.at("Treat")[row] != "CBT"; });
  Column change = numeric(table, "Postwt");
  change.name = "change";
  for (std::size_t i = 0; i < change.values.size(); ++i) {
    change.values[i] -= testing::numbers(table, "Prewt")[i];
  }
  const std::vector<Column> columns = {numeric(table, "Postwt"), categorical(table, "Treat"),
                                       numeric(table, "Prewt"), change};

  const Fitted of_post = fit("Postwt ~ Treat + Prewt", columns);
  const Fitted of_change = fit("change ~ Treat + Prewt", columns);

  Agreement agreement;
  for (std::size_t j = 0; j < 3; ++j) {
    agreement.compare(of_post.model.coefficients[j],
                      expected.at("post").at(of_post.design.names[j]));
    agreement.compare(of_change.model.coefficients[j],
                      expected.at("change").at(of_change.design.names[j]));
  }
  agreement.compare(of_post.model.coefficients[1], of_change.model.coefficients[1]);
  testing::verify({"ancova", "anorexia", "final value and change", r_lm, 10}, agreement);
}

TEST_CASE("the CDISC pilot's primary analysis agrees with lm and emmeans") {
  const Json expected = expected_of("ancova-cdisc-adas");
  const testing::Table table = testing::reference_data("cdisc_adam_adqsadas");
  const Fitted dose =
      fit("CHG ~ TRTPN + SITEGR1 + BASE", {numeric(table, "CHG"), numeric(table, "TRTPN"),
                                           categorical(table, "SITEGR1"), numeric(table, "BASE")});

  Agreement agreement;
  const Json& reference = expected.at("dose_response");
  for (std::size_t j = 0; j < dose.design.names.size(); ++j) {
    agreement.compare(dose.model.coefficients[j], reference.at("coef").at(dose.design.names[j]));
    agreement.compare(std::sqrt(dose.model.covariance(j, j)),
                      reference.at("se").at(dose.design.names[j]));
  }
  const double p = student_t_two_sided(
      dose.model.coefficients[1] / std::sqrt(dose.model.covariance(1, 1)), dose.model.residual_df);
  CHECK(std::abs(p - 0.245) < 5e-4);  // table 14-3.01 of the study report
  const Fitted arms =
      fit("CHG ~ TRTP + SITEGR1 + BASE", {numeric(table, "CHG"), categorical(table, "TRTP"),
                                          categorical(table, "SITEGR1"), numeric(table, "BASE")});
  const auto means = marginal_means(arms.formula, arms.table, {"TRTP"}).value();
  const Json& emmeans = expected.at("ls").at("emmeans");
  const std::vector<std::size_t> order = {0, 2, 1};  // there: placebo, low, high; here by name
  for (std::size_t i = 0; i < 3; ++i) {
    compare_row(agreement, ancova_contrast(arms.model, means[order[i]].weights), emmeans, "emmean",
                i);
  }
  testing::verify({"ancova", "CDISC pilot ADAS-Cog", "coefficients, least-squares means", r_lm, 9},
                  agreement);
}

TEST_CASE("means by visit of the unstructured MMRM agree with emmeans") {
  const Json expected = expected_of("mmrm-fev-emmeans");
  const testing::Table table = testing::reference_data("fev_data");
  const Formula formula = parse_formula("FEV1 ~ RACE + SEX + ARMCD*AVISIT").value();
  const DataTable data =
      DataTable::make({numeric(table, "FEV1"), categorical(table, "RACE"),
                       categorical(table, "SEX"), categorical(table, "ARMCD"),
                       categorical(table, "AVISIT"), categorical(table, "USUBJID")})
          .value();
  const Design design = design_of(formula, data, {"USUBJID"}).value();
  std::vector<int> subject;
  std::vector<int> visit;
  for (const std::size_t row : design.rows) {
    subject.push_back(static_cast<int>(data.find("USUBJID")->values[row]));
    visit.push_back(static_cast<int>(data.find("AVISIT")->values[row]));
  }

  const Mmrm model = fit_mmrm({design.x, design.outcome, subject, visit, {}, design.names}).value();
  const auto means = marginal_means(formula, data, {"AVISIT", "ARMCD"}, {"USUBJID"}).value();

  Agreement agreement;
  for (std::size_t i = 0; i < 8; ++i) {
    compare_row(agreement,
                mmrm_contrast(model, means[i].weights, DegreesOfFreedom::satterthwaite).value(),
                expected.at("emmeans"), "emmean", i);
    if (i % 2 == 0) continue;
    std::vector<double> l(means[i].weights);
    for (std::size_t j = 0; j < l.size(); ++j) l[j] -= means[i - 1].weights[j];
    compare_row(agreement, mmrm_contrast(model, l, DegreesOfFreedom::satterthwaite).value(),
                expected.at("contrasts"), "estimate", i / 2);
  }
  testing::verify({"mmrm", "FEV1, us", "least-squares means and differences by visit",
                   "R emmeans on mmrm 0.3.16 (its optimiser stops at about 1e-8)", 6},
                  agreement);
}

TEST_CASE("an analysis of covariance says why it cannot be done") {
  const Matrix x(2, 2, {1, 1, 0, 1});
  const std::vector<double> y = {1, 2};
  CHECK_FALSE(fit_ancova(x, y));
  const Formula formula = parse_formula("y ~ a").value();
  const DataTable table = DataTable::make({{"y", {1, 2, 3}, {}}, {"a", {1, 2, 4}, {}}}).value();
  CHECK_FALSE(marginal_means(formula, table, {"a"}));
  CHECK_FALSE(as_categorical({"a", {1.5}, {}}));
  CHECK(as_categorical({"a", {7, 3, 7}, {}}).value().levels == std::vector<std::string>{"3", "7"});
}

}  // namespace
}  // namespace kensho::stats
