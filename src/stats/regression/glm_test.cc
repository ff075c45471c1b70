#include "stats/regression/glm.h"

#include <algorithm>
#include <limits>

#include "base/rng.h"
#include "stats/dist/distributions.h"
#include "stats/linear/least_squares.h"
#include "stats/regression/glm_inference.h"
#include "stats/testing/regression_samples.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::DesignColumns;
using testing::Json;
using testing::Table;

struct Sample {
  DesignColumns design;
  std::vector<double> y;
  std::vector<double> offset = {};
};

std::vector<double> equal_to(const std::vector<std::string>& cells, const std::string& value) {
  std::vector<double> codes;
  for (const std::string& cell : cells) codes.push_back(cell == value ? 1 : 0);
  return codes;
}

std::vector<double> logs(std::vector<double> values) {
  for (double& value : values) value = std::log(value);
  return values;
}

Sample birthwt() {
  const Table table = testing::reference_data("birthwt");
  Sample sample{DesignColumns(189), testing::numbers(table, "low")};
  sample.design.add("age", testing::numbers(table, "age"))
      .add("lwt", testing::numbers(table, "lwt"));
  sample.design.add_factor("factor(race)", table.at("race"), "1");
  for (const char* name : {"smoke", "ht", "ui"}) {
    sample.design.add(name, testing::numbers(table, name));
  }
  return sample;
}

Sample smokers() {
  const Table table = testing::reference_data("birthwt");
  Sample sample{DesignColumns(189), testing::numbers(table, "low")};
  sample.design.add("lwt", testing::numbers(table, "lwt"));
  sample.design.add("smoke", testing::numbers(table, "smoke"));
  return sample;
}

Sample indomethacin() {
  const Table table = testing::reference_data("indo_rct");
  std::vector<std::string> site = table.at("site");
  for (std::string& name : site) name = name == "1_UM" || name == "2_IU" ? name : "other";
  Sample sample{DesignColumns(site.size()), equal_to(table.at("outcome"), "1_yes")};
  sample.design.add_factor("rx", table.at("rx"), "0_placebo").add_factor("site2", site, "1_UM");
  sample.design.add("risk", testing::numbers(table, "risk"));
  return sample;
}

Sample cmv() {
  const Table all = testing::reference_data("cytomegalovirus_hsct");
  const Table table = testing::rows_where(all, [&](std::size_t i) {
    return !all.at("CD34.dose")[i].empty() && !all.at("cmv")[i].empty();
  });
  const auto y = testing::numbers(table, "cmv");
  Sample sample{DesignColumns(y.size()), y};
  for (const char* name : {"recipient.cmv", "donor.cmv", "CD34.dose", "age"}) {
    sample.design.add(name, testing::numbers(table, name));
  }
  return sample;
}

Sample insurance() {
  const Table table = testing::reference_data("insurance");
  const auto y = testing::numbers(table, "Claims");
  Sample sample{DesignColumns(y.size()), y, logs(testing::numbers(table, "Holders"))};
  sample.design.add_factor("factor(District)", table.at("District"), "1");
  const Json coef = testing::r_case("05_regression", "poisson-insurance").at("coef");
  for (const std::string column : {"Group", "Age"}) {  // the level R took as reference is absent
    std::string absent;
    for (const std::string& level : table.at(column)) {
      if (!coef.contains(column + level)) absent = level;
    }
    sample.design.add_factor(column, table.at(column), absent);
  }
  return sample;
}

Sample epilepsy() {
  const Table table = testing::reference_data("epil");
  const auto y = testing::numbers(table, "y");
  Sample sample{DesignColumns(y.size()), y};
  sample.design.add("log(base)", logs(testing::numbers(table, "base")));
  sample.design.add_factor("trt", table.at("trt"), "placebo");
  sample.design.add("log(age)", logs(testing::numbers(table, "age")));
  sample.design.add("V4", testing::numbers(table, "V4"));
  return sample;
}

Sample lung_times() {
  const Table table = testing::reference_data("lung");
  const auto y = testing::numbers(table, "time");
  Sample sample{DesignColumns(y.size()), y};
  sample.design.add("sex", testing::numbers(table, "sex"))
      .add("age", testing::numbers(table, "age"));
  return sample;
}

/// A fit and what it was fitted on.
struct Fitted {
  explicit Fitted(const Sample& from, const GlmChoice& choice)
      : sample(from),
        x(from.design.matrix()),
        data{x, sample.y, {}, sample.offset, sample.design.names()},
        fit(fit_glm(data, choice).value()) {}
  Sample sample;
  Matrix x;
  GlmData data;
  Glm fit;
};

void compare_tests(Agreement& agreement, const Glm& fit, const std::vector<std::string>& names,
                   const Json& expected) {
  const auto errors = testing::standard_errors(fit.covariance);
  const double z95 = normal_quantile(0.975);
  for (std::size_t j = 0; j < names.size(); ++j) {
    const double z = fit.coefficients[j] / errors[j];
    agreement.compare(z, expected.at("stat").at(names[j]));
    const double p = dispersion_is_one(fit.model.family)
                         ? normal_two_sided(z)
                         : student_t_two_sided(z, fit.degrees_of_freedom);
    agreement.compare(p, expected.at("p").at(names[j]));
    const auto limits = testing::named_row(expected.at("wald_ci95"), names[j]);
    agreement.compare(fit.coefficients[j] - z95 * errors[j], limits[0]);
    agreement.compare(fit.coefficients[j] + z95 * errors[j], limits[1]);
  }
}

void compare_summary(Agreement& agreement, const Glm& fit, const Json& expected) {
  agreement.compare(fit.deviance, expected.at("deviance"));
  agreement.compare(fit.null_deviance, expected.at("null_deviance"));
  agreement.compare(fit.degrees_of_freedom, expected.at("df_residual"));
  agreement.compare(fit.log_likelihood, expected.at("loglik"));
  agreement.compare(fit.aic, expected.at("aic"));
  agreement.compare(fit.bic, expected.at("bic"));
  agreement.compare(fit.dispersion, expected.at("dispersion"));
  agreement.compare(fit.pearson, expected.at("pearson_chisq"));
  for (std::size_t i = 0; i < 10; ++i) {
    agreement.compare(fit.fitted[i], expected.at("fitted_first10")[i]);
  }
}

/// R stops on its deviance, and its covariance is that of the iterate before the last: `digits` is
/// what its coefficients and errors have. The optimum below is the tight reference.
void check_against_glm(const std::string& id, const std::string& method, const Fitted& fitted,
                       const Json& expected, double digits) {
  const auto& names = fitted.sample.design.names();
  Agreement estimates;
  Agreement tests;
  Agreement summary;
  testing::compare_named(estimates, names, fitted.fit.coefficients, expected.at("coef"));
  testing::compare_named(estimates, names, testing::standard_errors(fitted.fit.covariance),
                         expected.at("se"));
  testing::compare_matrix(estimates, names, fitted.fit.covariance, expected.at("vcov"));
  const auto hc0 = robust_covariance(fitted.data, fitted.fit, RobustKind::hc0).value();
  testing::compare_named(estimates, names, testing::standard_errors(hc0),
                         expected.at("robust_se_HC0"));
  compare_tests(tests, fitted.fit, names, expected);
  compare_summary(summary, fitted.fit, expected);
  const std::string r = "R 4.2.2 glm (stops on its deviance)";
  testing::verify({method, id, "coefficients, covariance, HC0", r, digits}, estimates);
  testing::verify({method, id, "z, p, Wald intervals", r, digits}, tests);
  testing::verify({method, id, "deviances, likelihood, Pearson, fitted", r, digits + 1.4}, summary);
}

void check_optimum(const std::string& id, const std::string& method, const Fitted& fitted,
                   double digits) {
  static const Json optima =
      testing::read_reference(testing::reference_path("regression/glm_optimum.json"));
  const Json& expected = optima.at(id);
  const std::vector<std::string> order = expected.at("names");
  const auto& names = fitted.sample.design.names();
  const auto robust =
      testing::standard_errors(robust_covariance(fitted.data, fitted.fit, RobustKind::hc0).value());
  const auto place = [&](std::size_t i) {
    return std::size_t(std::ranges::find(order, names[i]) - order.begin());
  };
  Agreement agreement;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::size_t at = place(i);
    agreement.compare(fitted.fit.coefficients[i], expected.at("coef").at(at));
    agreement.compare(robust[i], expected.at("hc0_se").at(at));
    for (std::size_t j = 0; j < names.size(); ++j) {
      const auto& v = fitted.fit.covariance;
      const double unit = std::sqrt(v(i, i) * v(j, j));
      const double other = expected.at("covariance").at(at).at(place(j));
      agreement.compare(1 + (v(i, j) - other) / unit, 1);
    }
  }
  agreement.compare(fitted.fit.deviance, expected.at("deviance"));
  testing::verify({method, id, "coefficients, covariance, HC0, deviance",
                   "60 Fisher steps by QR in R 4.2.2 (glm_optimum.R)", digits},
                  agreement);
}

constexpr GlmChoice logistic = {{Family::binomial, Link::logit}};
constexpr GlmChoice poisson = {{Family::poisson, Link::log}};

TEST_CASE("logistic regression agrees with R's glm") {
  const auto check = [](const std::string& id, const Sample& sample) {
    const Fitted fitted(sample, logistic);
    check_against_glm(id, "logistic", fitted, testing::r_case("05_regression", id), 7);
    check_optimum(id, "logistic", fitted, 11);
  };
  check("logit-birthwt", birthwt());
  check("logit-indo", indomethacin());
  check("logit-cmv", cmv());
}

// R's confint.glm interpolates the profile by a spline: a few digits fewer than our roots.
TEST_CASE("profile likelihood intervals agree with R's and with their definition") {
  for (const auto& [id, sample] : {std::pair<std::string, Sample>{"logit-birthwt", birthwt()},
                                   {"logit-indo", indomethacin()},
                                   {"logit-cmv", cmv()}}) {
    const Fitted fitted(sample, logistic);
    const Json expected = testing::r_case("05_regression", id).at("profile_ci95");
    const auto& names = fitted.sample.design.names();
    Agreement agreement;
    for (std::size_t j = 0; j < names.size(); ++j) {
      const auto interval = profile_interval(fitted.data, logistic, fitted.fit, j, 0.95).value();
      const auto limits = testing::named_row(expected, names[j]);
      const double width = limits[1] - limits[0];  // the unit in which a limit near 0 is judged
      agreement.compare(interval.lower.value() / width + 10, limits[0] / width + 10);
      agreement.compare(interval.upper.value() / width + 10, limits[1] / width + 10);
    }
    testing::verify({"logistic", id, "profile intervals (of their width)",
                     "R MASS 7.3-58.2 confint.glm (spline through the profile)", 5},
                    agreement);
  }
}

TEST_CASE("Poisson regression agrees with R's glm, quasi-Poisson and clustered errors too") {
  check_against_glm("poisson-insurance", "poisson", Fitted(insurance(), poisson),
                    testing::r_case("05_regression", "poisson-insurance"), 10);
  const Json expected = testing::r_case("05_regression", "poisson-epil");
  const Fitted fitted(epilepsy(), poisson);
  check_against_glm("poisson-epil", "poisson", fitted, expected, 10);
  check_optimum("poisson-epil", "poisson", fitted, 11);

  Agreement quasi;
  const Fitted estimated(epilepsy(), {{Family::poisson, Link::log}, Dispersion::estimated});
  const auto& names = fitted.sample.design.names();
  quasi.compare(estimated.fit.dispersion, expected.at("quasi_dispersion"));
  testing::compare_named(quasi, names, testing::standard_errors(estimated.fit.covariance),
                         expected.at("quasi_se"));
  testing::verify({"poisson", "poisson-epil", "quasi-Poisson", "R 4.2.2 glm", 11}, quasi);

  Agreement clustered;
  const auto subject = testing::codes(testing::reference_data("epil"), "subject");
  for (const auto& [factor, key] : {std::pair{ClusterFactor::none, "cluster_se_HC0"},
                                    {ClusterFactor::clusters, "cluster_se_cadj"}}) {
    const auto covariance = clustered_covariance(fitted.data, fitted.fit, subject, factor);
    testing::compare_named(clustered, names, testing::standard_errors(covariance.value()),
                           expected.at(key));
  }
  testing::verify({"poisson", "poisson-epil", "clustered errors", "R sandwich 3.0-2 vcovCL", 10},
                  clustered);
}

TEST_CASE("modified Poisson: robust errors of risk ratios agree with R") {
  const Table table = testing::reference_data("strep_tb");
  Sample sample{DesignColumns(107), equal_to(table.at("improved"), "TRUE")};
  sample.design.add_factor("arm", table.at("arm"), "Control");
  sample.design.add_factor("baseline_condition", table.at("baseline_condition"), "1_Good");
  const Json expected = testing::r_case("05_regression", "modified-poisson");
  const Fitted fitted(sample, poisson);
  const auto& names = fitted.sample.design.names();
  Agreement agreement;
  testing::compare_named(agreement, names, fitted.fit.coefficients, expected.at("coef"));
  testing::compare_named(agreement, names, testing::standard_errors(fitted.fit.covariance),
                         expected.at("naive_se"));
  for (const auto& [kind, key] :
       {std::pair{RobustKind::hc0, "robust_se_HC0"}, {RobustKind::hc1, "robust_se_HC1"}}) {
    const auto covariance = robust_covariance(fitted.data, fitted.fit, kind).value();
    testing::compare_named(agreement, names, testing::standard_errors(covariance),
                           expected.at(key));
  }
  testing::verify(
      {"poisson", "modified-poisson", "coefficients, HC0, HC1", "R 4.2.2 glm, sandwich 3.0-2", 10},
      agreement);
}

TEST_CASE("binomial models with log and identity links agree with R's glm") {
  const Table table = testing::reference_data("strep_tb");
  Sample sample{DesignColumns(107), equal_to(table.at("improved"), "TRUE")};
  sample.design.add_factor("arm", table.at("arm"), "Control");
  const Json expected = testing::r_case("05_regression", "logbinomial-identity");
  for (const Link link : {Link::log, Link::identity}) {
    const Fitted fitted(sample, {{Family::binomial, link}});
    const Json& of_link = expected.at(std::string(name_of(link)));
    Agreement agreement;
    const auto& names = fitted.sample.design.names();
    testing::compare_named(agreement, names, fitted.fit.coefficients, of_link.at("coef"));
    testing::compare_named(agreement, names, testing::standard_errors(fitted.fit.covariance),
                           of_link.at("se"));
    testing::verify({"generalised_linear", "logbinomial-identity",
                     "binomial, " + std::string(name_of(link)) + " link", "R 4.2.2 glm", 8},
                    agreement);
    if (link == Link::log) check_optimum("binomial-log", "generalised_linear", fitted, 11);
  }
}

TEST_CASE("gamma, probit and complementary log-log models agree with R's glm") {
  const Fitted gamma(lung_times(), {{Family::gamma, Link::log}});
  check_against_glm("gamma-glm", "generalised_linear", gamma,
                    testing::r_case("05_regression", "gamma-glm"), 6);
  check_optimum("gamma-glm", "generalised_linear", gamma, 10);
  const Json expected = testing::r_case("05_regression", "probit-cloglog");
  for (const Link link : {Link::probit, Link::complementary_log_log}) {
    const std::string name(name_of(link));
    const Fitted fitted(smokers(), {{Family::binomial, link}});
    check_against_glm(name, "generalised_linear", fitted, expected.at(name), 6);
    check_optimum(name, "generalised_linear", fitted, 10);
  }
}

// ---- closed forms and properties --------------------------------------------------------------

TEST_CASE("a two by two table gives the log odds ratio and Woolf's error") {
  // 3 of 10 against 6 of 8, as grouped proportions.
  const Matrix x(2, 2, {1, 1, 0, 1});
  const std::vector<double> y = {0.3, 0.75};
  const std::vector<double> trials = {10, 8};
  const Glm fit = fit_glm({x, y, trials}, logistic).value();

  CHECK(fit.coefficients[1] == doctest::Approx(std::log(6.0 * 7 / (2 * 3))).epsilon(1e-14));
  CHECK(std::sqrt(fit.covariance(1, 1)) ==
        doctest::Approx(std::sqrt(1.0 / 3 + 1.0 / 7 + 1.0 / 6 + 1.0 / 2)).epsilon(1e-13));
  CHECK(fit.deviance == doctest::Approx(0).epsilon(1e-12));
  CHECK(fit.log_likelihood == doctest::Approx(std::log(binomial_probability(3, {10, 0.3})) +
                                              std::log(binomial_probability(6, {8, 0.75})))
                                  .epsilon(1e-13));
}

struct Random {
  Matrix x;
  std::vector<double> y;
};

Random random_logistic(std::uint64_t seed, std::size_t rows, std::size_t columns) {
  Rng rng(seed, 0);
  Random sample{Matrix(rows, columns), std::vector<double>(rows)};
  for (std::size_t i = 0; i < rows; ++i) {
    double eta = -0.3;
    for (std::size_t j = 0; j < columns; ++j) {
      sample.x(i, j) = j == 0 ? 1 : rng.normal();
      eta += j == 0 ? 0 : 0.2 * sample.x(i, j);
    }
    sample.y[i] = rng.uniform() < 1 / (1 + std::exp(-eta)) ? 1 : 0;
  }
  return sample;
}

TEST_CASE("weights are repetitions, a weight of 0 is absence, order does not matter") {
  const Random sample = random_logistic(4, 60, 3);
  std::vector<double> weight(60, 1);
  std::vector<std::size_t> written;
  for (std::size_t i = 0; i < 60; ++i) {
    weight[i] = double(i % 3);
    for (std::size_t k = 0; k < i % 3; ++k) written.insert(written.begin(), i);
  }
  Random repeated{Matrix(written.size(), 3), std::vector<double>(written.size())};
  for (std::size_t i = 0; i < written.size(); ++i) {
    for (std::size_t j = 0; j < 3; ++j) repeated.x(i, j) = sample.x(written[i], j);
    repeated.y[i] = sample.y[written[i]];
  }

  const Glm a = fit_glm({sample.x, sample.y, weight}, logistic).value();
  const Glm b = fit_glm({repeated.x, repeated.y}, logistic).value();

  CHECK(a.rows == 40);
  CHECK(a.deviance == doctest::Approx(b.deviance).epsilon(1e-13));
  for (std::size_t j = 0; j < 3; ++j) {
    CHECK(a.coefficients[j] == doctest::Approx(b.coefficients[j]).epsilon(1e-12));
    CHECK(a.covariance(j, j) == doctest::Approx(b.covariance(j, j)).epsilon(1e-12));
  }
}

TEST_CASE("the number of threads changes no bit, and a large sample stands at its maximum") {
  const Random sample = random_logistic(9, 70'000, 5);
  GlmChoice choice = logistic;
  const Glm one = fit_glm({sample.x, sample.y}, choice).value();
  for (const unsigned threads : {2U, 8U}) {
    choice.threads = threads;
    const Glm many = fit_glm({sample.x, sample.y}, choice).value();
    CHECK(many.coefficients == one.coefficients);
    CHECK(many.covariance == one.covariance);
    CHECK(many.deviance == one.deviance);
  }
  const auto pass =
      glm_pass({sample.x, sample.y}, choice.model, one.coefficients, PassKind::score, 1);
  for (const double u : pass.score) CHECK(std::abs(u) < 1e-6);
}

TEST_CASE("canonical links conserve the totals, the unit of a column changes only its slope") {
  Random sample = random_logistic(2, 200, 3);
  const Glm fit = fit_glm({sample.x, sample.y}, logistic).value();
  double observed = 0;
  double expected = 0;
  for (std::size_t i = 0; i < 200; ++i) {
    observed += sample.y[i];
    expected += fit.fitted[i];
  }
  CHECK(expected == doctest::Approx(observed).epsilon(1e-13));

  for (double& value : sample.x.column(2)) value *= 1e-6;
  const Glm scaled = fit_glm({sample.x, sample.y}, logistic).value();
  CHECK(scaled.coefficients[2] * 1e-6 == doctest::Approx(fit.coefficients[2]).epsilon(1e-11));
}

TEST_CASE("the gaussian family with the identity link is least squares") {
  const Random sample = random_logistic(6, 50, 3);
  std::vector<double> y(50);
  for (std::size_t i = 0; i < 50; ++i) y[i] = 1e6 + 10 * sample.x(i, 1) + sample.y[i];
  const Glm fit = fit_glm({sample.x, y}, {{Family::gaussian, Link::identity}}).value();
  const auto line = least_squares(sample.x, y).value();
  for (std::size_t j = 0; j < 3; ++j) {
    CHECK(fit.coefficients[j] == doctest::Approx(line.coefficients[j]).epsilon(1e-9));
  }
  CHECK(fit.deviance == doctest::Approx(line.residual_sum_of_squares).epsilon(1e-9));
}

TEST_CASE("a profile end stands where the deviance has risen by the quantile") {
  const Fitted fitted(smokers(), logistic);
  const auto interval = profile_interval(fitted.data, logistic, fitted.fit, 2, 0.9).value();
  std::vector<double> offset(189);
  const Matrix rest(
      189, 2, std::vector<double>(fitted.x.values().begin(), fitted.x.values().begin() + 378));
  for (const double end : {interval.lower.value(), interval.upper.value()}) {
    for (std::size_t i = 0; i < 189; ++i) offset[i] = end * fitted.x(i, 2);
    const Glm held = fit_glm({rest, fitted.sample.y, {}, offset}, logistic).value();
    CHECK(held.deviance - fitted.fit.deviance ==
          doctest::Approx(chi_square_quantile(0.9, 1)).epsilon(1e-9));
  }
}

TEST_CASE("a prediction lies inside its interval and follows the link") {
  const Fitted fitted(smokers(), logistic);
  const auto rows = predict(fitted.fit, fitted.fit.covariance, fitted.x, {}, 0.95).value();
  for (std::size_t i = 0; i < 189; ++i) {
    CHECK(rows[i].mean == doctest::Approx(fitted.fit.fitted[i]).epsilon(1e-13));
    CHECK(rows[i].interval.lower < rows[i].mean);
    CHECK(rows[i].mean < rows[i].interval.upper);
  }
}

// ---- torture and refusals ---------------------------------------------------------------------

std::string refusal(const GlmData& data, const GlmChoice& choice) {
  const auto fit = fit_glm(data, choice);
  return fit ? "fitted" : fit.error().message;
}

TEST_CASE("separated outcomes are refused with the column that separates them") {
  const std::vector<std::string> names = {"(Intercept)", "age", "treated"};
  Matrix x(12, 3);
  std::vector<double> y(12);
  for (std::size_t i = 0; i < 12; ++i) {
    x(i, 0) = 1;
    x(i, 1) = double((i * 7) % 5);
    x(i, 2) = i < 4 ? 1 : 0;
    y[i] = i < 4 || i % 2 == 0 ? 1 : 0;  // all treated succeed: quasi-complete separation
  }
  for (const Link link : {Link::logit, Link::probit, Link::complementary_log_log}) {
    CAPTURE(name_of(link));
    const std::string message = refusal({x, y, {}, {}, names}, {{Family::binomial, link}});
    CHECK(message.find("'treated' separates") != std::string::npos);
    CHECK(message.find("firth_logistic") != std::string::npos);
  }
  const Matrix line(10, 2, {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  const std::vector<double> complete = {0, 0, 0, 0, 0, 1, 1, 1, 1, 1};
  CHECK(refusal({line, complete}, logistic).find("separates") != std::string::npos);
  const std::vector<double> all(10, 1);
  CHECK(refusal({line, all}, logistic) != "fitted");
  std::vector<double> counts(12, 3);
  for (std::size_t i = 0; i < 4; ++i) counts[i] = 0;
  CHECK(refusal({x, counts, {}, {}, names}, poisson).find("'treated' separates") !=
        std::string::npos);
}

TEST_CASE("nearly separated outcomes are fitted, not refused") {
  Matrix x(200, 2);
  std::vector<double> y(200);
  for (std::size_t i = 0; i < 200; ++i) {
    x(i, 0) = 1;
    x(i, 1) = double(i) - 99.5;
    y[i] = i >= 100 ? 1 : 0;
  }
  std::swap(y[99], y[100]);
  const Glm fit = fit_glm({x, y}, logistic).value();
  CHECK(fit.decrement <= 1e-14);
  CHECK(fit.coefficients[1] > 0.5);
}

TEST_CASE("huge linear predictors and rare events do not break the climb") {
  Matrix x(2000, 2);
  std::vector<double> y(2000);
  for (std::size_t i = 0; i < 2000; ++i) {
    x(i, 0) = 1;
    x(i, 1) = i == 1999 ? 1e5 : double(i % 10);  // one row far outside
    y[i] = i % 400 == 7 || i == 1999 ? 1 : 0;
  }
  const auto fit = fit_glm({x, y}, logistic);
  const bool answered = bool(fit) || fit.error().message.find("separates") != std::string::npos ||
                        fit.error().code == Errc::not_converged;
  CHECK(answered);
  std::vector<double> counts(2000);
  for (std::size_t i = 0; i < 2000; ++i) counts[i] = i % 10 == 9 ? 1e6 : double(i % 3);
  x(1999, 1) = 9;
  CHECK(fit_glm({x, counts}, poisson).value().decrement < 1e-10);
}

TEST_CASE("what no generalised linear model can bear is refused with its row") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Matrix x(4, 2, {1, 1, 1, 1, 0, 1, 2, 3});
  const std::vector<std::string> names = {"(Intercept)", "dose"};
  const std::vector<double> y = {0, 1, 0, 1};
  CHECK(refusal({x, std::vector<double>{0, 2, 0, 1}}, logistic).find("2 in row 2") !=
        std::string::npos);
  CHECK(refusal({x, std::vector<double>{0, nan, 0, 1}}, poisson).find("row 2") !=
        std::string::npos);
  CHECK(refusal({x, std::vector<double>{1, 2, 0, 1}}, {{Family::gamma, Link::log}}).find("row 3") !=
        std::string::npos);
  CHECK(refusal({x, y, std::vector<double>{1, 1, -1, 1}}, logistic).find("row 3") !=
        std::string::npos);
  const Matrix infinite(4, 2, {1, 1, 1, 1, 0, 1, 2, 1.0 / 0.0});
  CHECK(refusal({infinite, y, {}, {}, names}, logistic).find("'dose'") != std::string::npos);
  const Matrix constant(4, 2, {1, 1, 1, 1, 2, 2, 2, 2});
  CHECK(refusal({constant, y, {}, {}, names}, logistic).find("'dose'") != std::string::npos);
  CHECK(refusal({Matrix(0, 1), {}}, logistic) != "fitted");
}

}  // namespace
}  // namespace kensho::stats
