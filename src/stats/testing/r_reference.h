// For tests only: numbers and matrices as the cases of tests/reference/r write them.
#pragma once

#include <string>
#include <vector>

#include "stats/linear/matrix.h"
#include "stats/testing/r_cases.h"

namespace kensho::stats::testing {

/// The column `value` of the rows where the column `by` reads `label` and nothing is missing.
inline std::vector<double> values_where(const Table& table, const std::string& value,
                                        const std::string& by, const std::string& label) {
  const std::vector<double> all = numbers(table, value);
  std::vector<double> chosen;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (table.at(by)[i] == label && !std::isnan(all[i])) chosen.push_back(all[i]);
  }
  return chosen;
}

/// A number of R's, which may be written "Inf".
inline double r_number(const Json& value) {
  return value.is_string() ? std::strtod(value.get<std::string>().c_str(), nullptr)
                           : value.get<double>();
}

/// {"rows", "cols", "data"} as a matrix.
inline Matrix r_matrix(const Json& value) {
  const Json& data = value.at("data");
  Matrix matrix(data.size(), data.at(0).size());
  for (std::size_t i = 0; i < matrix.rows(); ++i) {
    for (std::size_t j = 0; j < matrix.columns(); ++j) matrix(i, j) = r_number(data[i][j]);
  }
  return matrix;
}

/// The only number of an object such as {"t": 1.5}.
inline double only_number(const Json& value) {
  return r_number(value.is_object() ? value.begin().value() : value);
}

/// An agreement over one list of pairs got, expected.
inline Agreement agreement_of(std::initializer_list<std::pair<double, double>> pairs) {
  Agreement agreement;
  for (const auto& [got, expected] : pairs) agreement.compare(got, expected);
  return agreement;
}

}  // namespace kensho::stats::testing
