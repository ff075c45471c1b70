// NIST StRD: linear least squares and one-way analysis of variance with certified values.
#include <cctype>
#include <string>
#include <vector>

#include "stats/regression/linear_model.h"
#include "stats/testing/nist_lines.h"
#include "stats/testing/regression_samples.h"

namespace kensho::stats {
namespace {

using testing::Agreement;

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream in(testing::reference_path("nist/" + path));
  REQUIRE(in.good());
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// What a file of the linear family certifies, and its data.
struct Certified {
  std::vector<double> estimates;
  std::vector<double> errors;
  double sigma = 0;
  double r_squared = 0;
  std::vector<double> regression;  // df, sum of squares, mean square, F
  std::vector<double> residual;    // df, sum of squares, mean square
  std::vector<std::vector<double>> rows;
};

Certified read(const std::string& name) {
  Certified certified;
  const auto lines = lines_of("linear/" + name + ".dat");
  bool data = false;
  for (std::size_t i = 29; i < lines.size(); ++i) {
    const std::string& line = lines[i];
    const std::vector<double> values = testing::numbers_of(line);
    const auto first = line.find_first_not_of(' ');
    if (line.starts_with("Data:")) data = true;
    if (data) {
      if (!values.empty() && !line.starts_with("Data:")) certified.rows.push_back(values);
    } else if (first != std::string::npos && line[first] == 'B' && values.size() == 2) {
      certified.estimates.push_back(values[0]);
      certified.errors.push_back(values[1]);
    } else if (line.find("Standard Deviation") != std::string::npos && values.size() == 1) {
      certified.sigma = values[0];
    } else if (line.find("R-Squared") != std::string::npos) {
      certified.r_squared = values.at(0);
    } else if (line.starts_with("Regression")) {
      certified.regression = values;
    } else if (line.starts_with("Residual") && values.size() == 3) {
      certified.residual = values;
    }
  }
  return certified;
}

struct LinearSet {
  std::string name;
  bool polynomial;
  bool intercept;
  double digits_of_estimates;
  double digits_of_errors;
  double digits_of_table;
};

Matrix design_of(const LinearSet& set, const Certified& certified) {
  const std::size_t p = certified.estimates.size();
  Matrix x(certified.rows.size(), p);
  for (std::size_t i = 0; i < certified.rows.size(); ++i) {
    const auto& row = certified.rows[i];
    long double power = 1;  // so that a power is rounded once
    for (std::size_t j = 0; j < p; ++j) {
      const std::size_t column = set.intercept ? j : j + 1;
      x(i, j) = column == 0      ? 1
                : set.polynomial ? static_cast<double>(power *= row[1])
                                 : row[column];
    }
  }
  return x;
}

std::vector<double> outcome_of(const Certified& certified) {
  std::vector<double> y;
  for (const auto& row : certified.rows) y.push_back(row[0]);
  return y;
}

void check_set(const LinearSet& set) {
  CAPTURE(set.name);
  const Certified certified = read(set.name);
  const auto fit = linear_model(design_of(set, certified), outcome_of(certified));
  REQUIRE_MESSAGE(fit, fit.error().message);
  Agreement estimates;
  Agreement errors;
  Agreement table;
  for (std::size_t j = 0; j < certified.estimates.size(); ++j) {
    estimates.compare((*fit).fit.coefficients[j], certified.estimates[j]);
    errors.compare(std::sqrt((*fit).covariance(j, j)), certified.errors[j]);
  }
  table.compare((*fit).sigma, certified.sigma);
  table.compare((*fit).r_squared, certified.r_squared);
  table.compare((*fit).degrees_of_freedom, certified.residual.at(0));
  table.compare((*fit).fit.residual_sum_of_squares, certified.residual.at(1));
  table.compare((*fit).model_sum_of_squares, certified.regression.at(1));
  if (certified.sigma > 0) table.compare((*fit).f.value().statistic, certified.regression.at(3));
  const std::string data = "NIST " + set.name;
  testing::verify({"linear_model", data, "coefficients", "NIST StRD", set.digits_of_estimates},
                  estimates);
  testing::verify({"linear_model", data, "standard errors", "NIST StRD", set.digits_of_errors},
                  errors);
  testing::verify({"linear_model", data, "sigma, R squared, F", "NIST StRD", set.digits_of_table},
                  table);
}

TEST_CASE("every linear set of NIST is solved to its certified digits") {
  for (const LinearSet& set : std::vector<LinearSet>{
           {"Norris", false, true, 12.5, 12.5, 12.5},
           {"Pontius", true, true, 12.5, 12.5, 12.5},
           {"NoInt1", false, false, 13.5, 13.5, 13.5},
           {"NoInt2", false, false, 13.5, 13.5, 13.5},
           {"Filip", true, true, 7, 7, 8},  // x^10 rounded to a double leaves no more
           {"Longley", false, true, 13, 13, 13},
           {"Wampler1", true, true, 12, 12, 12},
           {"Wampler2", true, true, 12, 12, 12},
           {"Wampler3", true, true, 12, 12, 12},
           {"Wampler4", true, true, 12, 12, 12},
           {"Wampler5", true, true, 12, 12, 12}}) {
    check_set(set);
  }
}

}  // namespace
}  // namespace kensho::stats
