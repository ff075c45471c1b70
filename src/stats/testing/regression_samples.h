// For tests only: designs built from columns of the reference data, and comparison by name.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "stats/linear/matrix.h"
#include "stats/testing/r_cases.h"

namespace kensho::stats::testing {

/// A design that grows column by column, its names as R's.
class DesignColumns {
 public:
  explicit DesignColumns(std::size_t rows) { add("(Intercept)", std::vector<double>(rows, 1)); }

  DesignColumns& add(std::string name, std::vector<double> values) {
    rows_ = values.size();
    names_.push_back(std::move(name));
    values_.insert(values_.end(), values.begin(), values.end());
    return *this;
  }
  /// 0/1 columns `prefix` + level for every level but the reference, in the order of the set.
  DesignColumns& add_factor(const std::string& prefix, const std::vector<std::string>& cells,
                            const std::string& reference) {
    std::set<std::string> levels(cells.begin(), cells.end());
    levels.erase(reference);
    for (const std::string& level : levels) {
      std::vector<double> member;
      for (const std::string& cell : cells) member.push_back(cell == level ? 1 : 0);
      add(prefix + level, std::move(member));
    }
    return *this;
  }

  Matrix matrix() const { return {rows_, names_.size(), values_}; }
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::size_t rows_ = 0;
  std::vector<std::string> names_;
  std::vector<double> values_;
};

/// Values against an R named vector.
inline void compare_named(Agreement& agreement, const std::vector<std::string>& names,
                          const std::vector<double>& got, const Json& expected) {
  REQUIRE(names.size() == got.size());
  CHECK(expected.size() == got.size());
  for (std::size_t i = 0; i < got.size(); ++i) agreement.compare(got[i], expected.at(names[i]));
}

/// Rows of an R matrix found by their names; the columns in R's order.
inline std::vector<double> named_row(const Json& matrix, const std::string& name) {
  const Json& rows = matrix.at("rows");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] == name) return matrix.at("data")[i];
  }
  FAIL("no row " << name);
  return {};
}

/// A covariance against an R matrix with names, each element in units of its two standard errors:
/// an element may be 0 but for rounding.
inline void compare_matrix(Agreement& agreement, const std::vector<std::string>& names,
                           const Matrix& got, const Json& expected) {
  const std::vector<std::string> columns = expected.at("cols");
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::vector<double> row = named_row(expected, names[i]);
    for (std::size_t j = 0; j < names.size(); ++j) {
      const double unit = std::sqrt(got(i, i) * got(j, j));
      for (std::size_t k = 0; k < columns.size(); ++k) {
        if (columns[k] == names[j]) agreement.compare(1 + (got(i, j) - row[k]) / unit, 1);
      }
    }
  }
}

/// The square roots of a diagonal.
inline std::vector<double> standard_errors(const Matrix& covariance) {
  std::vector<double> errors;
  for (std::size_t i = 0; i < covariance.rows(); ++i) errors.push_back(std::sqrt(covariance(i, i)));
  return errors;
}

}  // namespace kensho::stats::testing
