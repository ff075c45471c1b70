// GEE against R geepack and clubSandwich: every case of tests/reference/r/07_gee.json.
#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "stats/dist/distributions.h"
#include "stats/longitudinal/gee.h"
#include "stats/testing/r_cases.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;
using testing::numbers;

struct Data {
  Matrix x;
  std::vector<double> outcome;
  std::vector<int> cluster;
  std::vector<int> wave;
  std::vector<std::string> names;  // as R names the coefficients

  GeeData view() const { return {x, outcome, cluster, wave}; }
};

std::vector<double> indicator(const std::vector<std::string>& values, const std::string& level) {
  std::vector<double> column;
  for (const std::string& value : values) column.push_back(value == level ? 1 : 0);
  return column;
}

std::vector<int> labels(const std::vector<std::string>& values) {
  std::map<std::string, int> seen;
  std::vector<int> codes;
  for (const std::string& value : values) {
    codes.push_back(seen.emplace(value, int(seen.size())).first->second);
  }
  return codes;
}

std::vector<double> product(std::vector<double> a, const std::vector<double>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] *= b[i];
  return a;
}

Matrix design(const std::vector<std::vector<double>>& columns) {
  Matrix x(columns[0].size(), columns.size() + 1);
  std::ranges::fill(x.column(0), 1.0);
  for (std::size_t j = 0; j < columns.size(); ++j) {
    std::ranges::copy(columns[j], x.column(j + 1).begin());
  }
  return x;
}

Data respiratory() {
  const auto t = testing::reference_data("respiratory");
  std::vector<std::string> subject;
  for (std::size_t i = 0; i < t.at("id").size(); ++i) {
    subject.push_back(t.at("center")[i] + ":" + t.at("id")[i]);
  }
  return {design({indicator(t.at("center"), "2"), indicator(t.at("treat"), "P"),
                  indicator(t.at("sex"), "M"), numbers(t, "age"), numbers(t, "baseline")}),
          numbers(t, "outcome"),
          labels(subject),
          testing::codes(t, "visit"),
          {"(Intercept)", "factor(center)2", "treatP", "sexM", "age", "baseline"}};
}

Data orthodont() {
  const auto t = testing::reference_data("orthodont");
  const auto male = indicator(t.at("Sex"), "Male");
  const auto age = numbers(t, "age");
  return {design({age, male, product(age, male)}),
          numbers(t, "distance"),
          labels(t.at("Subject")),
          {},
          {"(Intercept)", "age", "SexMale", "age:SexMale"}};
}

Data epil() {
  const auto t = testing::reference_data("epil");
  const auto treated = indicator(t.at("trt"), "progabide");
  const auto fourth = numbers(t, "V4");
  auto log_base = numbers(t, "base");
  for (double& value : log_base) value = std::log(value);
  return {design({treated, fourth, log_base, product(treated, fourth)}),
          numbers(t, "y"),
          testing::codes(t, "subject"),
          testing::codes(t, "period"),
          {"(Intercept)", "trtprogabide", "V4", "log(base)", "trtprogabide:V4"}};
}

// change ~ basval + factor(treatment) * factor(visit) where the change is known.
Data antidepressant() {
  const auto t = testing::reference_data("antidepressant");
  std::vector<std::size_t> known;
  const auto all_change = numbers(t, "change");
  for (std::size_t i = 0; i < all_change.size(); ++i) {
    if (!std::isnan(all_change[i])) known.push_back(i);
  }
  const auto pick = [&](const std::string& name) {
    std::vector<std::string> values;
    for (const std::size_t i : known) values.push_back(t.at(name)[i]);
    return values;
  };
  const auto number = [&](const std::string& name) {
    std::vector<double> values;
    for (const std::string& cell : pick(name)) values.push_back(std::stod(cell));
    return values;
  };
  auto distinct = [&](const std::string& name) {
    std::vector<std::string> levels = pick(name);
    std::ranges::sort(levels, {}, [](const std::string& s) { return std::stod(s); });
    levels.erase(std::ranges::unique(levels).begin(), levels.end());
    return levels;
  };
  std::vector<std::vector<double>> columns = {number("basval")};
  const auto arms = distinct("TREATMENT.NAME");
  const auto visits = distinct("VISIT.NUMBER");
  REQUIRE(arms.size() == 2);
  const auto second = indicator(pick("TREATMENT.NAME"), arms[1]);
  columns.push_back(second);
  for (std::size_t v = 1; v < visits.size(); ++v) {
    columns.push_back(indicator(pick("VISIT.NUMBER"), visits[v]));
  }
  for (std::size_t v = 1; v < visits.size(); ++v) {
    columns.push_back(product(second, indicator(pick("VISIT.NUMBER"), visits[v])));
  }
  std::vector<int> visit;
  for (const std::string& cell : pick("VISIT.NUMBER")) visit.push_back(std::stoi(cell));
  return {design(columns),
          number("change"),
          labels(pick("PATIENT.NUMBER")),
          visit,
          {"(Intercept)", "basval", "factor(TREATMENT.NAME)2", "factor(VISIT.NUMBER)5",
           "factor(VISIT.NUMBER)6", "factor(VISIT.NUMBER)7",
           "factor(TREATMENT.NAME)2:factor(VISIT.NUMBER)5",
           "factor(TREATMENT.NAME)2:factor(VISIT.NUMBER)6",
           "factor(TREATMENT.NAME)2:factor(VISIT.NUMBER)7"}};
}

const std::map<std::string, WorkingCorrelation> STRUCTURES = {
    {"independence", WorkingCorrelation::independence},
    {"exchangeable", WorkingCorrelation::exchangeable},
    {"ar1", WorkingCorrelation::ar1},
    {"unstructured", WorkingCorrelation::unstructured}};

const Json& expected(const std::string& id) {
  return testing::r_case("07_gee", id);
}

// Differences of covariances are measured in standard errors, of coefficients too.
void compare_case(Agreement& a, const Data& data, const GeeChoice& choice, const Json& r) {
  const GeeFit fit = fit_gee(data.view(), choice).value();
  CHECK(fit.decrement <= 1e-20);
  CHECK(fit.clusters == r.at("n_clusters"));
  const std::vector<double> errors = r.at("robust_se");
  REQUIRE(data.names.size() == errors.size());
  for (std::size_t j = 0; j < errors.size(); ++j) {
    const double coefficient = r.at("coef").at(data.names[j]);
    a.compare(1 + fit.coefficients[j] / errors[j], 1 + coefficient / errors[j]);
    a.compare(std::sqrt(fit.sandwich(j, j)), errors[j]);
    for (std::size_t i = 0; i < errors.size(); ++i) {
      const double unit = errors[i] * errors[j];
      a.compare(1 + fit.sandwich(i, j) / unit,
                1 + r.at("robust_vcov")["data"][i][j].get<double>() / unit);
      a.compare(1 + fit.model_covariance(i, j) / unit,
                1 + r.at("naive_vcov")["data"][i][j].get<double>() / unit);
    }
  }
  a.compare(fit.scale, r.at("scale"));
  if (r.at("alpha").is_null()) return;
  REQUIRE(fit.correlation.size() == r.at("alpha").size());
  for (std::size_t i = 0; i < fit.correlation.size(); ++i) {
    a.compare(fit.correlation[i], r["alpha"][i]);
  }
}

void compare_structures(const std::string& name, const std::string& title, const Data& data,
                        MeanFamily family, const std::vector<std::string>& structures,
                        double digits) {
  Agreement a;
  for (const std::string& structure : structures) {
    CAPTURE(structure);
    compare_case(a, data, {family, STRUCTURES.at(structure)}, expected(name + "-" + structure));
  }
  testing::verify({"gee", title, "coefficients, sandwich and model covariance, scale, correlation",
                   "R geepack 1.3.9 geeglm (epsilon 1e-12)", digits},
                  a);
}

TEST_CASE("logistic GEE of the respiratory trial agrees with geepack") {
  compare_structures("resp", "respiratory, binomial, 4 structures", respiratory(),
                     MeanFamily::binomial, {"independence", "exchangeable", "ar1", "unstructured"},
                     9);
}

TEST_CASE("Gaussian GEE of the orthodontic growth agrees with geepack") {
  compare_structures("ortho", "orthodont, gaussian, 3 structures", orthodont(),
                     MeanFamily::gaussian, {"independence", "exchangeable", "ar1"}, 9);
}

TEST_CASE("Poisson GEE of the seizure counts agrees with geepack") {
  compare_structures("epil", "epil, poisson, 3 structures", epil(), MeanFamily::poisson,
                     {"independence", "exchangeable", "ar1"}, 9);
}

TEST_CASE("GEE with missing visits agrees with geepack") {
  Agreement a;
  compare_case(a, antidepressant(), {}, expected("antidep-gee"));
  testing::verify({"gee", "antidepressant, gaussian, exchangeable",
                   "coefficients, sandwich and model covariance, scale, correlation",
                   "R geepack 1.3.9 geeglm (epsilon 1e-12)", 9},
                  a);
}

TEST_CASE("small-sample corrections under independence agree with clubSandwich") {
  const Json r = expected("gee-bias-corrected");
  const Data data = orthodont();
  Agreement a;
  for (const auto& [name, correction] : {std::pair{"CR0", SandwichCorrection::none},
                                         std::pair{"CR2", SandwichCorrection::kauermann_carroll},
                                         std::pair{"CR3", SandwichCorrection::mancl_derouen}}) {
    const GeeFit fit =
        fit_gee(data.view(), {MeanFamily::gaussian, WorkingCorrelation::independence, correction})
            .value();
    for (std::size_t j = 0; j < data.names.size(); ++j) {
      a.compare(std::sqrt(fit.sandwich(j, j)), r.at(name).at("se").at(data.names[j]));
    }
  }
  testing::verify({"gee", "orthodont, independence", "errors without and with corrections",
                   "R clubSandwich vcovCR CR0, CR2, CR3", 11},
                  a);
}

}  // namespace
}  // namespace kensho::stats
