// The MMRM with an unstructured covariance: a trial with dropout, its small-sample inference.
#include <cmath>
#include <cstddef>

#include "base/check.h"
#include "base/rng.h"
#include "stats/longitudinal/mmrm.h"
#include "stats/testing/bench.h"

namespace kensho::stats::testing {
namespace {

/// A trial of two arms with a categorical covariate of three levels and a baseline.
struct Trial {
  std::size_t subjects;
  std::size_t visits;
};

/// Intercept, 2 of race, baseline, arm, visits - 1, arm by visit.
std::size_t coefficients(const Trial& trial) {
  return 5 + 2 * (trial.visits - 1);
}

std::vector<double> design_row(const Trial& trial, const std::vector<double>& own,
                               std::size_t visit) {
  std::vector<double> row = {1, own[0] == 1 ? 1.0 : 0.0, own[0] == 2 ? 1.0 : 0.0, own[1], own[2]};
  for (std::size_t k = 1; k < trial.visits; ++k) row.push_back(k == visit ? 1 : 0);
  for (std::size_t k = 1; k < trial.visits; ++k) row.push_back(k == visit ? own[2] : 0);
  return row;
}

/// Outcomes with a subject effect and an autoregressive error; a twentieth of the visits is missed,
/// and from the second on a share leaves for good, more of them with poor outcomes.
Columns make_trial(const Trial& trial) {
  Rng rng(20261122, 9);
  std::vector<std::vector<double>> rows;
  Columns columns;
  for (std::size_t subject = 0; subject < trial.subjects; ++subject) {
    const std::vector<double> own = {static_cast<double>(rng.below(3)), 40 + 10 * rng.normal(),
                                     static_cast<double>(subject % 2)};
    const double level = 4 * rng.normal();
    double error = 3 * rng.normal();
    for (std::size_t visit = 0; visit < trial.visits; ++visit) {
      const auto time = static_cast<double>(visit + 1);
      const double y = 5 + own[0] - 0.1 * own[1] + own[2] * 0.4 * time + 0.3 * time + level +
                       error * (1 + 0.05 * time);
      error = 0.6 * error + 0.8 * 3 * rng.normal();
      if (visit > 0 && rng.bernoulli(y < 0 ? 0.08 : 0.03)) break;
      if (rng.bernoulli(0.05)) continue;
      rows.push_back(design_row(trial, own, visit));
      columns["y"].push_back(y);
      columns["subject"].push_back(static_cast<double>(subject));
      columns["visit"].push_back(time);
    }
  }
  for (std::size_t j = 0; j < coefficients(trial); ++j) {
    for (const auto& row : rows) columns["x"].push_back(row[j]);
  }
  return columns;
}

std::vector<double> run_trial(const Columns& columns, DegreesOfFreedom method) {
  const auto& y = columns.at("y");
  const Matrix x(y.size(), columns.at("x").size() / y.size(), columns.at("x"));
  const std::vector<int> subject(columns.at("subject").begin(), columns.at("subject").end());
  const std::vector<int> visit(columns.at("visit").begin(), columns.at("visit").end());
  MmrmOptions options;
  if (method == DegreesOfFreedom::kenward_roger) options.fit.kenward_roger = KenwardRoger::linear;
  const auto model = fit_mmrm({x, y, subject, visit, {}, {}}, options);
  std::vector<double> answer = {model.value().fit.log_likelihood};
  for (std::size_t j = 0; j < x.columns(); ++j) {
    std::vector<double> l(x.columns(), 0.0);
    l[j] = 1;
    const auto row = mmrm_contrast(model.value(), l, method);
    ENSURE(row.value().degrees_of_freedom > 1);
    answer.push_back(row.value().estimate);
  }
  return answer;
}

constexpr Trial large{1000, 10};
constexpr Trial small{200, 6};

const Registered p9{
    {.id = "P9",
     .title = "MMRM, unstructured, REML + Satterthwaite, 1,000 subjects, 10 visits, dropout",
     .make = [] { return make_trial(large); },
     .run = [](const Columns& columns,
               unsigned) { return run_trial(columns, DegreesOfFreedom::satterthwaite); },
     .goal_seconds = 0.1}};

const Registered p9b{
    {.id = "P9b",
     .title = "MMRM, unstructured, REML + Satterthwaite, 200 subjects, 6 visits, dropout",
     .make = [] { return make_trial(small); },
     .run = [](const Columns& columns,
               unsigned) { return run_trial(columns, DegreesOfFreedom::satterthwaite); },
     .goal_seconds = 0.01}};

const Registered p10{
    {.id = "P10",
     .title = "MMRM as P9 with Kenward-Roger covariance and degrees of freedom",
     .make = [] { return make_trial(large); },
     .run = [](const Columns& columns,
               unsigned) { return run_trial(columns, DegreesOfFreedom::kenward_roger); },
     .goal_seconds = 0.3}};

}  // namespace
}  // namespace kensho::stats::testing
