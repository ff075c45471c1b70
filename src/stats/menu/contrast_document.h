// What the documents of models with small-sample contrasts have in common.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "stats/design/data_table.h"
#include "stats/longitudinal/marginal_contrast.h"

namespace kensho::stats {

/// What a row is about: {"visit", "3"}, {"arm", "treated"}.
using RowLabels = std::vector<std::pair<std::string, std::string>>;

/// The labels, then mean, std_error, df, lower, upper.
Json mean_json(const RowLabels& labels, const ContrastEstimate& mean, double confidence_level);

/// The labels, then estimate, std_error, df, statistic, p_value, lower, upper.
Json difference_json(const RowLabels& labels, const ContrastEstimate& difference,
                     double confidence_level);

/// One set of weights less another.
std::vector<double> less(std::vector<double> weights, const std::vector<double>& other);

/// The table with these columns as categories, see as_categorical.
Result<DataTable> with_categories(const DataTable& table, const std::vector<std::string>& names);

/// The given confidence level. Errors: invalid_argument outside (0, 1).
Result<double> checked_confidence(double level);

}  // namespace kensho::stats
