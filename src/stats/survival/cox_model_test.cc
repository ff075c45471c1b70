#include "stats/survival/cox_model.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "stats/survival/cox_residuals.h"
#include "stats/testing/cox_samples.h"
#include "stats/testing/survival_samples.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::CoxColumns;
using testing::Json;

// ---- agreement with R -------------------------------------------------------------------------

struct Case {
  std::string id;
  CoxColumns columns;
  CoxChoice choice = {};
  std::string part = {};  // of the expected values, where a case has several
};

std::vector<Case> cases() {
  using namespace testing;
  std::vector<Case> all;
  const std::vector<std::string> three = {"age", "sex", "ph.ecog"};
  all.push_back({"bmt-efron", bone_marrow_columns()});
  all.push_back({"lung-efron", lung_columns(three)});
  all.push_back({"lung-breslow", lung_columns(three), {.ties = CoxTies::breslow}});
  all.push_back({"lung-exact", lung_columns(three), {.ties = CoxTies::exact}});
  CoxColumns strata = lung_columns({"age", "ph.karno"});
  strata.stratum = whole(NumberTable("lung", {"age", "ph.karno"})["sex"]);
  all.push_back({"lung-strata", strata});
  CoxColumns weights = lung_columns({"age", "sex"});
  for (std::size_t i = 0; i < weights.time.size(); ++i) {
    weights.weight.push_back(1 + (weights.covariates[0][i] > 60 ? 1 : 0) +
                             0.25 * (weights.covariates[1][i] == 1 ? 1 : 0));
  }
  // With weights that are not whole numbers R's variance is robust unless told otherwise.
  all.push_back({"lung-weights", weights, {.variance = CoxVariance::robust}, "model"});
  all.push_back({"lung-weights", weights, {.variance = CoxVariance::robust}, "robust"});
  all.push_back({"lung-weights", weights, {CoxTies::breslow, CoxVariance::robust}, "breslow"});
  CoxColumns cluster = lung_columns(three, {"inst"});
  cluster.cluster = whole(NumberTable("lung", {"age", "sex", "ph.ecog", "inst"})["inst"]);
  all.push_back({"lung-cluster", cluster});
  CoxColumns offset = lung_columns({"sex"});
  offset.offset = mapped(NumberTable("lung", {})["age"], [](double age) { return 0.02 * age; });
  all.push_back({"lung-offset", offset});
  all.push_back({"heart-td", heart_columns()});
  all.push_back({"bmt-td-platelet", platelet_columns(), {}, "efron"});
  all.push_back({"bmt-td-platelet", platelet_columns(), {.ties = CoxTies::breslow}, "breslow"});
  all.push_back({"cgd-ag", cgd_columns(true)});
  all.push_back({"cgd-pwp-tt", cgd_columns(false)});
  CoxColumns gap = cgd_columns(false);
  for (std::size_t i = 0; i < gap.time.size(); ++i) gap.time[i] -= gap.start[i];
  gap.start.clear();
  all.push_back({"cgd-pwp-gt", gap});
  all.push_back({"bladder-wlw", bladder_columns()});
  all.push_back({"pbc-large", pbc_columns()});
  all.push_back({"veteran-zph", veteran_columns(), {}, "base"});
  all.push_back({"veteran-zph", veteran_split_columns(), {}, "split"});
  all.push_back({"ovarian-small", ovarian_columns()});
  all.push_back({"cdisc-adtte-cox", cdisc_columns()});
  return all;
}

void compare_test(Agreement& agreement, const std::optional<CoxTest>& test, const Json& expected) {
  if (expected.is_null()) return;
  REQUIRE(test.has_value());
  CHECK(test->degrees_of_freedom == expected.at("df"));
  agreement.compare(test->p_value, expected.at("pvalue"));
}

struct Compared {
  Agreement coefficients;
  Agreement covariance;
  Agreement likelihood;
  Agreement tests;
};

void compare_fit(Compared& compared, const CoxFit& fit, const std::vector<std::string>& names,
                 const Json& expected) {
  CHECK(fit.rows == expected.at("n"));
  CHECK(fit.events == expected.at("nevent"));
  for (std::size_t a = 0; a < names.size(); ++a) {
    compared.coefficients.compare(fit.coefficients[a], expected.at("coef").at(names[a]));
    compared.covariance.compare(std::sqrt(fit.covariance(a, a)), expected.at("se").at(names[a]));
    if (!expected.at("naive_se").is_null()) {
      compared.covariance.compare(std::sqrt(fit.model_covariance(a, a)),
                                  expected.at("naive_se").at(names[a]));
    }
    for (std::size_t b = 0; b < names.size(); ++b) {
      // An element near zero has the accuracy of its row's and column's variances.
      const double scale = std::sqrt(fit.covariance(a, a) * fit.covariance(b, b));
      const double there = expected.at("vcov").at("data")[a][b];
      compared.covariance.compare(1 + (fit.covariance(a, b) - there) / scale, 1);
    }
  }
  compared.likelihood.compare(fit.log_likelihood, expected.at("loglik"));
  compared.likelihood.compare(fit.log_likelihood_null, expected.at("loglik_null"));
  compare_test(compared.tests, fit.likelihood_ratio, expected.at("lr_test"));
  compare_test(compared.tests, fit.wald, expected.at("wald_test"));
  compare_test(compared.tests, fit.score, expected.at("score_test"));
  compare_test(compared.tests, fit.robust_score, expected.at("robust_score_test"));
}

TEST_CASE("Cox models agree with R's coxph in estimates, variances, likelihoods and tests") {
  Compared compared;
  for (Case& entry : cases()) {
    CAPTURE(entry.id);
    Json expected = testing::r_case("02_cox", entry.id);
    if (!entry.part.empty()) expected = Json(expected.at(entry.part));
    const Result<CoxFit> fit = fit_cox(entry.columns.data(), entry.choice);
    REQUIRE_MESSAGE(fit, (fit ? "" : fit.error().message));
    compare_fit(compared, *fit, entry.columns.names, expected);
  }

  const std::string data =
      "22 models: marrow, lung, heart, cgd, bladder, pbc, veteran, ovarian, CDISC pilot";
  const std::string r = "R survival 3.5-3 coxph";
  testing::verify({"cox", data, "coefficients", r, 11}, compared.coefficients);
  testing::verify({"cox", data, "covariances, standard errors", r, 13}, compared.covariance);
  testing::verify({"cox", data, "log likelihoods", r, 14}, compared.likelihood);
  testing::verify({"cox", data, "p-values: LR, Wald, score, robust", r, 10}, compared.tests);
}

}  // namespace
}  // namespace kensho::stats
