// Regressions with competing risks and several states that are Cox models of suitable rows.
#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "stats/survival/cox_model.h"
#include "stats/survival/subdistribution_rows.h"
#include "stats/testing/r_cases.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;
using testing::Table;

const std::vector<std::string> covariates = {"platelet", "age", "tcell"};

// The covariates of the transplants at these rows of the data.
Matrix design_at(const Table& table, const std::vector<std::size_t>& rows) {
  Matrix x(rows.size(), covariates.size());
  for (std::size_t j = 0; j < covariates.size(); ++j) {
    const std::vector<double> values = testing::numbers(table, covariates[j]);
    for (std::size_t i = 0; i < rows.size(); ++i) x(i, j) = values[rows[i]];
  }
  return x;
}

void compare(Agreement& agreement, const CoxFit& fit, const Json& expected,
             const std::vector<std::string>& names) {
  for (std::size_t j = 0; j < names.size(); ++j) {
    agreement.compare(fit.coefficients[j], expected.at("coef").at(names[j]));
    agreement.compare(std::sqrt(fit.covariance(j, j)), expected.at("se").at(names[j]));
  }
}

TEST_CASE("a Cox model of subdistribution rows agrees with R's finegray and coxph") {
  const Table table = testing::reference_data("bmt_cibmtr");
  const auto rows =
      subdistribution_rows(testing::numbers(table, "time"), testing::codes(table, "cause"), 1)
          .value();
  const Matrix x = design_at(table, rows.subject);
  const std::vector<int> cluster(rows.subject.begin(), rows.subject.end());

  const CoxFit fit = fit_cox(CoxData{.x = x,
                                     .time = rows.stop,
                                     .event = rows.event,
                                     .start = rows.start,
                                     .weight = rows.weight,
                                     .cluster = cluster})
                         .value();

  Agreement agreement;
  const Json expected = testing::r_case("03_competing", "fg-finegray-coxph").at("basic");
  compare(agreement, fit, expected, covariates);
  for (std::size_t j = 0; j < covariates.size(); ++j) {
    agreement.compare(std::sqrt(fit.model_covariance(j, j)),
                      expected.at("naive_se").at(covariates[j]));
  }
  testing::verify({"subdistribution_rows", "bmt_cibmtr", "coefficients, robust and naive errors",
                   "R survival 3.5-3 finegray, coxph", 8},
                  agreement);
}

TEST_CASE("cause-specific Cox models agree with R's coxph") {
  const Table table = testing::reference_data("bmt_cibmtr");
  const std::vector<double> time = testing::numbers(table, "time");
  const std::vector<int> cause = testing::codes(table, "cause");
  std::vector<std::size_t> rows(time.size());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = i;
  const Matrix x = design_at(table, rows);
  const Json expected = testing::r_case("03_competing", "csh-bmt");
  Agreement agreement;

  for (const auto& [modelled, name] : {std::pair{1, "trm"}, std::pair{2, "relapse"}}) {
    std::vector<int> event;
    for (const int code : cause) event.push_back(code == modelled ? 1 : 0);
    const CoxFit fit = fit_cox(CoxData{.x = x, .time = time, .event = event}).value();
    compare(agreement, fit, expected.at(name), covariates);
    agreement.compare(fit.log_likelihood, expected.at(name).at("loglik"));
  }

  testing::verify({"fit_cox", "bmt_cibmtr, cause-specific", "coefficients, errors, log-likelihood",
                   "R survival 3.5-3 coxph", 9},
                  agreement);
}

// Rows of the illness-death model, a stratum for each transition, each with its own covariates.
struct Transitions {
  std::vector<double> start;
  std::vector<double> stop;
  std::vector<int> event;
  std::vector<int> transition;
  std::vector<double> mismatch;
  std::vector<double> depleted;
};

Transitions transition_rows() {
  const Table table = testing::reference_data("ebmt3");
  const auto recovery = testing::numbers(table, "prtime");
  const auto recovered = testing::codes(table, "prstat");
  const auto end = testing::numbers(table, "rfstime");
  const auto ended = testing::codes(table, "rfsstat");
  Transitions rows;
  for (std::size_t i = 0; i < end.size(); ++i) {
    const auto add = [&](double start, double stop, int event, int transition) {
      rows.start.push_back(start);
      rows.stop.push_back(stop);
      rows.event.push_back(event);
      rows.transition.push_back(transition);
      rows.mismatch.push_back(table.at("drmatch")[i] == "No gender mismatch" ? 0 : 1);
      rows.depleted.push_back(table.at("tcd")[i] == "TCD" ? 1 : 0);
    };
    const double first = recovered[i] == 1 ? recovery[i] : end[i];
    add(0, first, recovered[i], 0);
    add(0, first, recovered[i] == 1 ? 0 : ended[i], 1);
    if (recovered[i] == 1) add(recovery[i], end[i], ended[i], 2);
  }
  return rows;
}

TEST_CASE("a Cox model of transitions agrees with R's coxph") {
  const Transitions rows = transition_rows();
  const std::vector<std::string> names = {"gm.1", "gm.2", "gm.3", "tc.1", "tc.2", "tc.3"};
  Matrix x(rows.stop.size(), 6);
  for (std::size_t i = 0; i < rows.stop.size(); ++i) {
    const auto transition = static_cast<std::size_t>(rows.transition[i]);
    x(i, transition) = rows.mismatch[i];
    x(i, transition + 3) = rows.depleted[i];
  }
  const Json expected = testing::r_case("03_competing", "ebmt3-msm-cox");

  const CoxFit fit = fit_cox(CoxData{.x = x,
                                     .time = rows.stop,
                                     .event = rows.event,
                                     .start = rows.start,
                                     .stratum = rows.transition},
                             {.ties = CoxTies::breslow})
                         .value();

  CHECK(rows.stop.size() == expected.at("n"));
  Agreement agreement;
  compare(agreement, fit, expected, names);
  agreement.compare(fit.log_likelihood, expected.at("loglik"));
  testing::verify({"fit_cox", "ebmt3, by transition", "coefficients, errors, log-likelihood",
                   "R survival 3.5-3 coxph", 9},
                  agreement);
}

TEST_CASE("subdistribution rows without censoring keep those with a competing event for ever") {
  const auto rows =
      subdistribution_rows(std::vector<double>{1, 2, 3, 4}, std::vector<int>{1, 2, 1, 1}, 1)
          .value();

  CHECK(rows.stop == std::vector<double>{1, 4, 3, 4});
  CHECK(rows.weight == std::vector<double>{1, 1, 1, 1});
  CHECK_FALSE(subdistribution_rows(std::vector<double>{1, 2}, std::vector<int>{0, 2}, 1));
  CHECK_FALSE(subdistribution_rows(std::vector<double>{0, 2}, std::vector<int>{1, 2}, 1));
}

}  // namespace
}  // namespace kensho::stats
