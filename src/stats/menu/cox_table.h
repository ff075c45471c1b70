// The options and the data that the methods of the Cox family share.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "stats/design/design_matrix.h"
#include "stats/menu/method.h"
#include "stats/survival/cox_model.h"
#include "stats/survival/cox_sample.h"

namespace kensho::stats {

/// Options of every method that fits a Cox model, then `more`.
std::vector<Option> cox_options(std::vector<Option> more);

/// The complete rows of a table as the options name them; owns what a sample is made of.
struct CoxTable {
  Formula formula;
  DesignBuilder builder;  // made on the whole table
  Design design;          // without a column of ones
  std::vector<double> time;
  std::vector<int> event;
  std::vector<double> start;
  std::vector<int> stratum;
  std::vector<double> weight;
  std::vector<double> offset;
  std::vector<int> cluster;
  std::size_t rows_left_out;

  /// The data, borrowed from this table.
  CoxData data() const;
};

/// Errors  as parse_formula, DesignBuilder and codes_at; a formula with an outcome.
Result<CoxTable> read_cox_table(const DataTable& table, const Arguments& arguments);

/// Ties and variance as the options say: robust of itself with clusters, or with weights that are
/// not whole numbers.
CoxChoice cox_choice(const CoxTable& table, const Arguments& arguments);

/// The design without its column of ones.
Design without_intercept(Design design);

}  // namespace kensho::stats
