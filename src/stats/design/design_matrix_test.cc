#include "stats/design/design_matrix.h"

#include <cmath>
#include <limits>
#include <set>

#include <doctest/doctest.h>

#include "stats/testing/reference_test_support.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
using Names = std::vector<std::string>;

// ---- agreement with R -------------------------------------------------------------------------

bool is_number(const std::string& cell) {
  double value = 0;
  return std::from_chars(cell.data(), cell.data() + cell.size(), value).ptr ==
         cell.data() + cell.size();
}

Column column_of(const std::string& name, const std::vector<std::string>& cells) {
  Column column{.name = name, .values = {}, .levels = {}};
  std::set<std::string> words;
  for (const std::string& cell : cells) {
    if (!cell.empty() && cell != "NA" && !is_number(cell)) words.insert(cell);
  }
  column.levels.assign(words.begin(), words.end());
  for (const std::string& cell : cells) {
    double value = missing;
    if (const auto level = words.find(cell); level != words.end()) {
      value = static_cast<double>(std::distance(words.begin(), level));
    } else {
      std::from_chars(cell.data(), cell.data() + cell.size(), value);
    }
    column.values.push_back(value);
  }
  return column;
}

DataTable table_of(const std::string& data) {
  std::vector<Column> columns;
  const auto path = testing::reference_path("r/data/" + data + ".csv");
  for (const auto& [name, cells] : testing::read_csv(path)) {
    columns.push_back(column_of(name, cells));
  }
  return DataTable::make(std::move(columns)).value();
}

void compare_first_rows(Agreement& agreement, const Design& design, const Json& entry) {
  const std::vector<std::vector<double>> expected = entry.at("first");
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(design.rows[i] + 1 == entry["first_rows"][i]);
    for (std::size_t j = 0; j < design.names.size(); ++j) {
      agreement.compare(1 + design.x(i, j), 1 + expected[i][j]);
    }
  }
}

void compare_sums(Agreement& agreement, const Design& design, const Json& entry) {
  for (std::size_t j = 0; j < design.names.size(); ++j) {
    double sum = 0;
    double weighted = 0;
    for (std::size_t i = 0; i < design.rows.size(); ++i) {
      sum += design.x(i, j);
      weighted += design.x(i, j) * static_cast<double>(design.rows[i] + 1);
    }
    agreement.compare(sum, entry["sum"][j]);
    agreement.compare(weighted, entry["weighted_sum"][j]);
  }
}

TEST_CASE("designs agree with R's model.matrix, their splines with ns and Harrell's formula") {
  const Json reference =
      testing::read_reference(testing::reference_path("design/design_matrix.json"));
  Agreement cells;
  Agreement sums;

  for (const Json& entry : reference.at("cases")) {
    CAPTURE(entry.at("id").get<std::string>());
    const Formula formula = parse_formula(entry.at("formula").get<std::string>()).value();
    const Design design = design_of(formula, table_of(entry.at("data"))).value();

    CHECK(design.names == entry.at("names").get<Names>());
    CHECK(design.term == entry.at("term").get<std::vector<std::size_t>>());
    CHECK(design.rows.size() == entry.at("rows"));
    if (!formula.terms.empty()) CHECK(design.term_names == entry.at("term_names").get<Names>());
    REQUIRE(design.names.size() == entry["names"].size());
    compare_first_rows(cells, design, entry);
    compare_sums(sums, design, entry);
  }

  testing::verify({"design_matrix", "31 formulas on 6 data sets", "cells (1 + x)",
                   "R model.matrix, splines::ns", 13},
                  cells);
  testing::verify({"design_matrix", "31 formulas on 6 data sets", "column sums",
                   "R model.matrix, splines::ns", 12},
                  sums);
}

TEST_CASE("names that R quotes are quoted") {
  const Json reference =
      testing::read_reference(testing::reference_path("design/design_matrix.json"));
  const DataTable table =
      DataTable::make({{"dose mg", {1, 2, 4}, {}}, {"type of cell", {0, 1, 0}, {"a", "b"}}})
          .value();

  const Design design =
      design_of(parse_formula("~ `dose mg` + `type of cell`").value(), table).value();

  CHECK(design.names == reference.at("quoted").at("names").get<Names>());
}

// ---- rows, levels, prediction -----------------------------------------------------------------

DataTable small() {
  return DataTable::make({{"y", {1, 2, 3, 4, 5, missing}, {}},
                          {"x", {0.5, missing, 2, 4, 8, 16}, {}},
                          {"arm", {0, 1, 2, 2, 0, 1}, {"control", "low", "high"}},
                          {"id", {1, 2, 3, 4, missing, 6}, {}}})
      .value();
}

Design design(std::string_view formula, const DataTable& table) {
  return design_of(parse_formula(formula).value(), table).value();
}

Error refusal(std::string_view formula, const DataTable& table) {
  const auto made = design_of(parse_formula(formula).value(), table);
  REQUIRE_FALSE(made);
  return made.error();
}

TEST_CASE("only complete rows are used, also of columns outside the formula") {
  const Formula formula = parse_formula("y ~ x").value();

  CHECK(design_of(formula, small()).value().rows == std::vector<std::size_t>{0, 2, 3, 4});
  const Design narrowed = design_of(formula, small(), {"id"}).value();
  CHECK(narrowed.rows == std::vector<std::size_t>{0, 2, 3});
  CHECK(narrowed.outcome == std::vector<double>{1, 3, 4});
}

TEST_CASE("a level that no complete row has gets no column") {
  CHECK(design("y ~ arm", small()).names == Names{"(Intercept)", "armlow", "armhigh"});
  CHECK(design("y ~ x + arm", small()).names == Names{"(Intercept)", "x", "armhigh"});
}

TEST_CASE("a model is predicted with the levels and knots it was made with") {
  const Formula formula = parse_formula("~ arm + ns(x, 2)").value();
  const DesignBuilder builder = DesignBuilder::make(formula, small()).value();
  const Design made = builder.build(small()).value();
  const DataTable next =
      DataTable::make({{"arm", {0, 1}, {"high", "control"}}, {"x", {8, 4}, {}}}).value();

  const Design predicted = builder.build(next).value();

  CHECK(predicted.names == made.names);
  for (std::size_t j = 0; j < made.names.size(); ++j) {
    if (made.names[j].starts_with("arm")) continue;
    CHECK(predicted.x(0, j) == made.x(3, j));  // exactly: the rows where x is 8 and 4
    CHECK(predicted.x(1, j) == made.x(2, j));
  }
  CHECK(predicted.x(0, 2) == 1);
  CHECK(predicted.x(1, 1) + predicted.x(1, 2) == 0);
  const DataTable strange = DataTable::make({{"arm", {0}, {"unknown"}}, {"x", {8}, {}}}).value();
  CHECK(builder.build(strange).error().message ==
        "column 'arm': the level 'unknown' was not there when the model was made");
  const DataTable numbers = DataTable::make({{"arm", {0}, {}}, {"x", {8}, {}}}).value();
  CHECK(builder.build(numbers).error().code == Errc::invalid_argument);
}

TEST_CASE("permuted rows give permuted designs") {
  const DataTable table = table_of("pbc");
  std::vector<std::size_t> backwards;
  for (std::size_t i = table.rows(); i-- > 0;) backwards.push_back(i);
  const auto* text = "~ ns(age, 3) * sex + log(bili) + rcs(trig, 4) + factor(stage)";

  const Design forward = design(text, table);
  const Design reverse = design(text, table.rows_at(backwards));

  REQUIRE(forward.rows.size() == reverse.rows.size());
  for (std::size_t i = 0; i < forward.rows.size(); ++i) {
    const std::size_t mirror = forward.rows.size() - 1 - i;
    for (std::size_t j = 0; j < forward.names.size(); ++j) {
      CHECK(forward.x(i, j) == reverse.x(mirror, j));  // exactly: knots come from sorted values
    }
  }
}

// ---- refusals ---------------------------------------------------------------------------------

TEST_CASE("a formula the table cannot bear is refused") {
  CHECK(refusal("y ~ z", small()).message == "no column 'z'; there are: y, x, arm, id");
  CHECK(refusal("y ~ z", small()).code == Errc::not_found);
  CHECK(refusal("z ~ x", small()).code == Errc::not_found);
  CHECK(refusal("~ log(arm)", small()).message ==
        "column 'arm': log(arm) needs numbers, the column holds words");
  CHECK(refusal("~ ns(arm, 2)", small()).code == Errc::invalid_argument);
  CHECK(refusal("~ ns(x, 9)", DataTable::make({{"x", {1, 1, 1, 1, 2, 2}, {}}}).value()).message ==
        "'x': 10 knots by quantiles are not all distinct; it has too few distinct values for a "
        "spline of this "
        "size, ask for a smaller one");
  CHECK(refusal("~ rcs(x, 3)", small()).message ==
        "'x': restricted cubic splines need 3 knots and 6 values, there are 3 and 5");
}

TEST_CASE("a factor with one level in use, a logarithm of zero and an empty design are refused") {
  const DataTable table = DataTable::make({{"x", {1, 0, -2, 3}, {}},
                                           {"y", {1, missing, missing, missing}, {}},
                                           {"void", {missing, missing, missing, missing}, {}},
                                           {"sex", {1, 1, 1, missing}, {"f", "m"}}})
                              .value();

  CHECK(refusal("~ sex", table).message ==
        "column 'sex': on the complete rows it has only the level 'm'; a factor needs two, leave "
        "it out of the formula");
  CHECK(refusal("~ log(x)", table).message ==
        "column 'x': row 2: 0 has no logarithm, it must be positive");
  CHECK(refusal("y ~ void", table).message ==
        "none of the 4 rows is complete in the columns of the model");
}

}  // namespace
}  // namespace kensho::stats
