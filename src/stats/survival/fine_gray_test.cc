#include "stats/survival/fine_gray.h"

#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "stats/testing/r_cases.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;
using testing::Table;

// Columns that own what the fit borrows.
struct Sample {
  std::vector<double> time;
  std::vector<int> cause;
  Matrix x;

  CompetingRisksData data() const { return {time, cause}; }
};

Matrix matrix_of(const std::vector<std::vector<double>>& columns) {
  Matrix x(columns.front().size(), columns.size());
  for (std::size_t j = 0; j < columns.size(); ++j) {
    std::copy(columns[j].begin(), columns[j].end(), x.column(j).begin());
  }
  return x;
}

Sample transplants() {
  const Table table = testing::reference_data("bmt_cibmtr");
  return {testing::numbers(table, "time"), testing::codes(table, "cause"),
          matrix_of({testing::numbers(table, "platelet"), testing::numbers(table, "age"),
                     testing::numbers(table, "tcell")})};
}

Sample melanoma() {
  const Table table = testing::reference_data("melanoma");
  std::vector<int> cause = testing::codes(table, "status");
  for (int& code : cause) code = std::vector<int>{0, 1, 0, 2}[static_cast<std::size_t>(code)];
  return {testing::numbers(table, "time"), cause,
          matrix_of({testing::numbers(table, "sex"), testing::numbers(table, "age"),
                     testing::numbers(table, "thickness"), testing::numbers(table, "ulcer")})};
}

Sample aids() {
  const Table all = testing::reference_data("aidssi");
  const Table table =
      testing::rows_where(all, [&](std::size_t i) { return all.at("ccr5")[i] != ""; });
  std::vector<double> wm;
  for (const std::string& ccr5 : table.at("ccr5")) wm.push_back(ccr5 == "WM" ? 1 : 0);
  return {testing::numbers(table, "time"), testing::codes(table, "status"), matrix_of({wm})};
}

// A made-up sample with ties where `distinct` is small.
Sample made_up(std::uint64_t seed, int n, std::size_t p, int distinct) {
  Rng rng(seed, 1);
  Sample sample{{}, {}, Matrix(static_cast<std::size_t>(n), p)};
  for (int i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < p; ++j) sample.x(static_cast<std::size_t>(i), j) = rng.normal();
    const double at = rng.exponential() * std::exp(-0.5 * sample.x(static_cast<std::size_t>(i), 0));
    sample.time.push_back(distinct > 0 ? std::ceil(at * distinct) : at);
    sample.cause.push_back(static_cast<int>(rng.below(3)));
  }
  return sample;
}

FineGrayFit fit(const Sample& sample, const FineGrayChoice& choice = {}) {
  auto fitted = fine_gray(sample.data(), sample.x, choice);
  if (!fitted) FAIL(fitted.error().message);
  return *fitted;
}

std::string refusal(const Sample& sample, const FineGrayChoice& choice = {}) {
  const auto fitted = fine_gray(sample.data(), sample.x, choice);
  REQUIRE_FALSE(fitted);
  return fitted.error().message;
}

// ---- agreement with R -------------------------------------------------------------------------

std::vector<double> rows_of(const Json& matrix) {
  std::vector<double> values;
  for (const Json& row : matrix.at("data")) {
    for (const Json& value : row) values.push_back(value);
  }
  return values;
}

std::vector<double> identity(std::size_t size) {
  std::vector<double> values(size * size);
  for (std::size_t i = 0; i < size; ++i) values[i * size + i] = 1;
  return values;
}

// The information R gives times the inverse we give.
std::vector<double> row_times_inverse(const Json& information, const FineGrayFit& got) {
  std::vector<double> product;
  for (const Json& row : information.at("data")) {
    for (std::size_t j = 0; j < row.size(); ++j) {
      double sum = 0;
      for (std::size_t l = 0; l < row.size(); ++l) {
        sum += row[l].get<double>() * got.inverse_information(l, j);
      }
      product.push_back(sum);
    }
  }
  return product;
}

void check_against_crr(const std::string& data_set, const FineGrayFit& got, const Json& expected,
                       const std::vector<std::string>& names, double digits = 9) {
  Agreement coefficients;
  for (std::size_t j = 0; j < names.size(); ++j) {
    coefficients.compare(got.coefficients[j], expected.at("coef").at(names[j]));
  }
  std::vector<double> covariance(got.covariance.values().begin(), got.covariance.values().end());
  Agreement variance;
  testing::compare_values(variance, covariance, Json(rows_of(expected.at("var"))));
  testing::compare_values(variance, row_times_inverse(expected.at("inf"), got),
                          Json(identity(got.coefficients.size())));
  Agreement likelihood;
  likelihood.compare(got.log_likelihood, expected.at("loglik"));
  likelihood.compare(got.log_likelihood_null, expected.at("loglik_null"));
  const std::string r = "R cmprsk 2.2-11 crr (stops at a gradient of 1e-10)";
  testing::verify({"fine_gray", data_set, "coefficients", r, digits}, coefficients);
  testing::verify({"fine_gray", data_set, "sandwich covariance", r, digits}, variance);
  testing::verify({"fine_gray", data_set, "log-likelihood", r, 12}, likelihood);
}

TEST_CASE("Fine-Gray regressions agree with R's crr") {
  check_against_crr("bmt_cibmtr, treatment-related death", fit(transplants()),
                    testing::r_case("03_competing", "fg-bmt-trm"), {"platelet", "age", "tcell"});
  check_against_crr("bmt_cibmtr, relapse", fit(transplants(), {.cause = 2}),
                    testing::r_case("03_competing", "fg-bmt-relapse"),
                    {"platelet", "age", "tcell"});
  check_against_crr("melanoma", fit(melanoma()),
                    testing::r_case("03_competing", "melanoma").at("fg"),
                    {"sex", "age", "thickness", "ulcer"});
  // crr reports that it did not converge on the first of these: its own slack shows.
  const Json aids_cases = testing::r_case("03_competing", "aidssi-cif");
  check_against_crr("aidssi, AIDS", fit(aids()), aids_cases.at("fg1"), {"ccr5WM"}, 7);
  check_against_crr("aidssi, SI", fit(aids(), {.cause = 2}), aids_cases.at("fg2"), {"ccr5WM"});
}

TEST_CASE("the incidence predicted by a Fine-Gray regression agrees with R's predict.crr") {
  const FineGrayFit got = fit(transplants());
  const Matrix patterns = matrix_of({{0, 1, 0}, {0, 1, -1}, {0, 0, 1}});
  const std::vector<double> times = {3, 6, 12, 24};

  const Matrix incidence = fine_gray_incidence(got, patterns, times).value();

  Agreement agreement;
  const std::vector<double> by_time(incidence.values().begin(), incidence.values().end());
  testing::compare_values(agreement, by_time,
                          Json(rows_of(testing::r_case("03_competing", "fg-predict"))));
  testing::verify({"fine_gray", "bmt_cibmtr", "predicted incidence",
                   "R cmprsk 2.2-11 predict.crr (stops at a gradient of 1e-10)", 8},
                  agreement);
  Agreement baseline;
  const Json expected = testing::r_case("03_competing", "fg-bmt-trm").at("bfitj_first");
  for (std::size_t k = 0; k < expected.size(); ++k) {
    baseline.compare(got.baseline[k].increment, expected[k]);
  }
  CHECK(baseline.worst() < 1e-9);
}

// ---- the definition, written out --------------------------------------------------------------

// Quadratic twin: every sum of Fine & Gray 1999 over all subjects at each time.
class Naive {
 public:
  Naive(const Sample& sample, std::vector<double> coefficients)
      : sample_(sample), b_(std::move(coefficients)), n_(sample.time.size()) {}

  double censoring_survival_before(double t) const {
    double survival = 1;
    for (std::size_t i = 0; i < n_; ++i) {
      if (sample_.cause[i] != 0 || sample_.time[i] >= t || seen_before(i)) continue;
      survival *= 1 - censored_at(sample_.time[i]) / at_risk(sample_.time[i]);
    }
    return survival;
  }
  double weight(std::size_t i, double t) const {
    if (sample_.time[i] >= t) return 1;
    if (sample_.cause[i] < 2) return 0;
    return censoring_survival_before(t) / censoring_survival_before(sample_.time[i]);
  }
  double risk(std::size_t i) const {
    double predictor = 0;
    for (std::size_t j = 0; j < b_.size(); ++j) predictor += b_[j] * sample_.x(i, j);
    return std::exp(predictor);
  }
  double sum(double t, std::size_t column) const {
    double total = 0;
    for (std::size_t i = 0; i < n_; ++i) total += weight(i, t) * risk(i) * x(i, column);
    return total;
  }
  // The integral of (x - mean) w dM of subject i from `from` on.
  double eta(std::size_t i, std::size_t column, double from) const {
    double value = 0;
    for (std::size_t j = 0; j < n_; ++j) {
      if (sample_.cause[j] != 1 || sample_.time[j] < from) continue;
      const double t = sample_.time[j];
      const double mean = sum(t, column) / sum(t, b_.size());
      const double hazard = 1 / sum(t, b_.size());  // of each event, tied or not
      value -= (x(i, column) - mean) * weight(i, t) * risk(i) * hazard;
      if (i == j) value += x(i, column) - mean;
    }
    return value;
  }
  double pull(double u, std::size_t column) const {
    double value = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      if (sample_.cause[i] >= 2 && sample_.time[i] < u) value -= eta(i, column, u);
    }
    return value;
  }
  double psi(std::size_t i, std::size_t column) const {
    double value = 0;
    for (std::size_t j = 0; j < n_; ++j) {
      if (sample_.cause[j] != 0 || sample_.time[j] > sample_.time[i]) continue;
      const double rate = pull(sample_.time[j], column) / at_risk(sample_.time[j]);
      value -= rate / at_risk(sample_.time[j]);
      if (i == j) value += rate;
    }
    return value;
  }

 private:
  double x(std::size_t i, std::size_t column) const {
    return column < b_.size() ? sample_.x(i, column) : 1;
  }
  double at_risk(double t) const {
    double count = 0;
    for (const double time : sample_.time) count += time >= t ? 1 : 0;
    return count;
  }
  double censored_at(double t) const {
    double count = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      count += sample_.time[i] == t && sample_.cause[i] == 0 ? 1 : 0;
    }
    return count;
  }
  bool seen_before(std::size_t i) const {
    for (std::size_t j = 0; j < i; ++j) {
      if (sample_.time[j] == sample_.time[i] && sample_.cause[j] == 0) return true;
    }
    return false;
  }

  const Sample& sample_;
  std::vector<double> b_;
  std::size_t n_;
};

void check_against_definition(const Sample& sample) {
  const FineGrayFit got = fit(sample);
  const Naive naive(sample, got.coefficients);
  const std::size_t p = got.coefficients.size();
  std::vector<double> score(p);
  Matrix meat(p, p);
  for (std::size_t i = 0; i < sample.time.size(); ++i) {
    std::vector<double> influence(p);
    for (std::size_t j = 0; j < p; ++j) {
      const double eta = naive.eta(i, j, -1);
      score[j] += eta;
      influence[j] = eta + naive.psi(i, j);
    }
    for (std::size_t j = 0; j < p; ++j) {
      for (std::size_t l = 0; l < p; ++l) meat(j, l) += influence[j] * influence[l];
    }
  }

  Agreement covariance;
  for (std::size_t j = 0; j < p; ++j) {
    CHECK(std::abs(score[j]) < 1e-9);
    for (std::size_t l = 0; l < p; ++l) {
      double entry = 0;
      for (std::size_t a = 0; a < p; ++a) {
        for (std::size_t b = 0; b < p; ++b) {
          entry += got.inverse_information(j, a) * meat(a, b) * got.inverse_information(b, l);
        }
      }
      covariance.compare(got.covariance(j, l), entry);
    }
  }
  CHECK(covariance.worst() < 1e-9);
}

TEST_CASE("the Fine-Gray score and sandwich are those of the definition") {
  check_against_definition(made_up(1, 40, 2, 0));
  check_against_definition(made_up(2, 40, 2, 4));
  check_against_definition(made_up(3, 60, 1, 2));
}

// ---- properties -------------------------------------------------------------------------------

TEST_CASE("a Fine-Gray regression has the same bits for any number of threads") {
  const Sample sample = made_up(4, 20000, 3, 0);
  const FineGrayFit one = fit(sample);

  for (const unsigned threads : {2U, 8U}) {
    const FineGrayFit many = fit(sample, {.threads = threads});
    CHECK(many.coefficients == one.coefficients);
    CHECK(many.covariance == one.covariance);
    CHECK(many.log_likelihood == one.log_likelihood);
  }
}

TEST_CASE("a Fine-Gray regression does not depend on the order of its rows") {
  const Sample sample = made_up(5, 300, 2, 20);
  Sample reversed = sample;
  std::ranges::reverse(reversed.time);
  std::ranges::reverse(reversed.cause);
  for (std::size_t j = 0; j < 2; ++j) std::ranges::reverse(reversed.x.column(j));

  const FineGrayFit a = fit(sample);
  const FineGrayFit b = fit(reversed);

  for (std::size_t j = 0; j < 2; ++j) {
    CHECK(testing::difference(a.coefficients[j], b.coefficients[j]) < 1e-10);
    CHECK(testing::difference(a.covariance(j, j), b.covariance(j, j)) < 1e-10);
  }
}

TEST_CASE("a Fine-Gray regression follows the unit of a covariate and of time") {
  const Sample sample = made_up(6, 200, 2, 0);
  Sample scaled = sample;
  for (double& value : scaled.x.column(0)) value = 1e6 + value * 1024;
  for (double& value : scaled.time) value *= 365.25;

  const FineGrayFit a = fit(sample);
  const FineGrayFit b = fit(scaled);

  CHECK(testing::difference(b.coefficients[0] * 1024, a.coefficients[0]) < 1e-8);
  CHECK(testing::difference(b.coefficients[1], a.coefficients[1]) < 1e-8);
  CHECK(testing::difference(b.covariance(1, 1), a.covariance(1, 1)) < 1e-8);
}

TEST_CASE("without censoring those with a competing event stay at risk for ever") {
  Sample sample = made_up(7, 100, 1, 0);
  for (int& cause : sample.cause) cause = cause == 0 ? 1 : cause;
  Sample for_ever = sample;
  for (std::size_t i = 0; i < sample.time.size(); ++i) {
    if (sample.cause[i] != 2) continue;
    for_ever.time[i] = 1e6;
    for_ever.cause[i] = 0;
  }

  const FineGrayFit a = fit(sample);
  const FineGrayFit b = fit(for_ever);

  CHECK(testing::difference(a.coefficients[0], b.coefficients[0]) < 1e-12);
  CHECK(testing::difference(a.log_likelihood, b.log_likelihood) < 1e-13);
  CHECK(testing::difference(a.covariance(0, 0), b.covariance(0, 0)) < 1e-12);
}

TEST_CASE("predicted incidence starts at 0 and rises to at most 1") {
  const FineGrayFit got = fit(made_up(8, 100, 1, 0));

  const Matrix incidence =
      fine_gray_incidence(got, matrix_of({{-800, 0, 800}}), std::vector<double>{0, 0.5, 1e9})
          .value();

  for (std::size_t row = 0; row < 3; ++row) {
    CHECK(incidence(row, 0) == 0);
    CHECK(incidence(row, 2) >= incidence(row, 1));
    CHECK(incidence(row, 2) <= 1);
  }
}

// ---- refusals ---------------------------------------------------------------------------------

TEST_CASE("a Fine-Gray regression refuses what it cannot fit, and says why") {
  const Sample sample = made_up(9, 60, 2, 0);

  Sample constant = sample;
  std::ranges::fill(constant.x.column(1), 3.0);
  CHECK(refusal(constant).find("2") != std::string::npos);

  Sample infinite = sample;
  infinite.x(4, 1) = std::nan("");
  CHECK(refusal(infinite).find("row 5, column 2") != std::string::npos);

  CHECK(refusal(sample, {.cause = 7}).find("had an event of cause 7") != std::string::npos);
  CHECK(refusal(sample, {.cause = 0}).find("cause 0") != std::string::npos);

  Sample separated = sample;
  for (std::size_t i = 0; i < separated.time.size(); ++i) {
    separated.x(i, 0) = separated.cause[i] == 1 ? 1 : 0;
    separated.time[i] = separated.cause[i] == 1 ? separated.time[i] : 50 + separated.time[i];
  }
  CAPTURE(refusal(separated));
  CHECK(refusal(separated).find("without end") != std::string::npos);

  Sample negative = sample;
  negative.time[3] = -1;
  CHECK(refusal(negative).find("row 4") != std::string::npos);
}

}  // namespace
}  // namespace kensho::stats
