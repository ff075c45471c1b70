// For tests only: designs as R's model.matrix makes them, from the reference data.
#pragma once

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "stats/linear/matrix.h"
#include "stats/testing/r_cases.h"

namespace kensho::stats::testing {

/// A row of an R matrix.
inline std::vector<double> row_of(const Json& table, std::size_t row) {
  return table.at("data")[row].get<std::vector<double>>();
}

/// DesignColumns of a design.
using DesignColumns = std::vector<std::vector<double>>;

inline DesignColumns intercept(std::size_t rows) {
  return {std::vector<double>(rows, 1.0)};
}

/// Treatment contrasts: one column a level but the first.
inline DesignColumns dummies(const std::vector<std::string>& cells) {
  const std::vector<int> places = level_codes(cells);
  const int levels = *std::ranges::max_element(places) + 1;
  DesignColumns columns;
  for (int level = 1; level < levels; ++level) {
    std::vector<double> column;
    for (const int place : places) column.push_back(place == level ? 1 : 0);
    columns.push_back(column);
  }
  return columns;
}

/// Every column of `outer` times every one of `inner`, `inner` running fastest.
inline DesignColumns products(const DesignColumns& outer, const DesignColumns& inner) {
  DesignColumns columns;
  for (const auto& a : outer) {
    for (const auto& b : inner) {
      std::vector<double> product(a.size());
      std::ranges::transform(a, b, product.begin(), [](double x, double y) { return x * y; });
      columns.push_back(product);
    }
  }
  return columns;
}

/// The parts side by side.
inline Matrix bind_columns(const std::vector<DesignColumns>& parts) {
  std::vector<double> values;
  std::size_t columns = 0;
  for (const DesignColumns& part : parts) {
    for (const auto& column : part) {
      values.insert(values.end(), column.begin(), column.end());
      ++columns;
    }
  }
  const std::size_t rows = values.size() / columns;
  return {rows, columns, values};
}

/// A longitudinal data set ready to be fitted.
struct LongitudinalSample {
  Matrix x;
  std::vector<double> y;
  std::vector<int> subject;
  std::vector<int> visit;
};

/// FEV1 ~ RACE + SEX + ARMCD * AVISIT on the 537 observed rows.
inline LongitudinalSample fev_sample() {
  const Table all = reference_data("fev_data");
  const auto outcome = numbers(all, "FEV1");
  const Table table = rows_where(all, [&](std::size_t row) { return !std::isnan(outcome[row]); });
  const DesignColumns arm = dummies(table.at("ARMCD"));
  const DesignColumns visit = dummies(table.at("AVISIT"));
  return {bind_columns({intercept(arm[0].size()), dummies(table.at("RACE")),
                        dummies(table.at("SEX")), arm, visit, products(arm, visit)}),
          numbers(table, "FEV1"), level_codes(table.at("USUBJID")),
          level_codes(table.at("AVISIT"))};
}

/// distance ~ Sex * age, visits 0 to 3 at ages 8 to 14.
inline LongitudinalSample orthodont_sample() {
  const Table table = reference_data("orthodont");
  const DesignColumns sex = dummies(table.at("Sex"));
  const DesignColumns age = {numbers(table, "age")};
  LongitudinalSample sample{bind_columns({intercept(age[0].size()), sex, age, products(sex, age)}),
                            numbers(table, "distance"),
                            level_codes(table.at("Subject")),
                            {}};
  for (const double years : age[0]) sample.visit.push_back((static_cast<int>(years) - 8) / 2);
  return sample;
}

}  // namespace kensho::stats::testing
