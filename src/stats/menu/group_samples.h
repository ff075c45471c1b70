// From the columns of a table to the samples, counts and ratings that tests are asked about.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "stats/describe/alternative.h"
#include "stats/linear/matrix.h"
#include "stats/menu/method.h"

namespace kensho::stats {

/// The values of each group in use, in order of code; rows with a missing value are left out.
struct GroupSamples {
  std::vector<std::string> labels;
  std::vector<std::vector<double>> values;
  std::size_t left_out;
};

GroupSamples group_samples(const DataTable& table, const Column& value, const Column& group);

/// The same for exactly two groups.
/// Errors  invalid_argument: another number of groups, naming them.
Result<GroupSamples> two_group_samples(const DataTable& table, const Column& value,
                                       const Column& group);

/// The values of several columns in the rows where all have one.
struct CompleteColumns {
  Matrix values;
  std::vector<std::string> names;
  std::size_t left_out;
};

/// Errors  invalid_argument: a column of words, no complete row.
Result<CompleteColumns> complete_columns(const DataTable& table,
                                         const std::vector<std::string>& names);

/// How often each pair of values of two columns occurs; labels in use, in order of code.
struct CrossTable {
  std::vector<std::string> rows;
  std::vector<std::string> columns;
  std::vector<std::int64_t> counts;  // row after row
  std::size_t left_out;
};

CrossTable cross_table(const DataTable& table, const Column& row, const Column& column);

Json cross_table_json(const CrossTable& table);

/// The option `alternative` and its value.
Option alternative_option();
Alternative alternative_of(const Arguments& arguments);

/// The options of methods that draw at random, and their values.
/// Errors  invalid_argument: a negative seed, threads outside 1 to 1024.
Option seed_option();
Option threads_option();
Result<std::uint64_t> seed_of(const Arguments& arguments);
Result<unsigned> threads_of(const Arguments& arguments);

}  // namespace kensho::stats
