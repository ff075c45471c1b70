#include "stats/design/design_matrix.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "stats/design/spline.h"

namespace kensho::stats {
namespace {

// What one variable became when the builder saw its table.
struct Variable {
  Factor factor;
  std::vector<std::string> levels;  // in use; empty: numeric
  std::optional<NaturalSpline> natural;
  std::optional<RestrictedCubicSpline> restricted;
};

// A variable inside a term; all_levels: no reference level, one column for each.
struct Part {
  std::size_t variable;
  bool all_levels;
};

// The columns one part, or one term, gives.
struct Block {
  Matrix x;
  std::vector<std::string> names;
};

Error refusal(const Column& column, std::string_view rule) {
  return {Errc::invalid_argument, fmt::format("column '{}': {}", column.name, rule)};
}

// ---- rows -------------------------------------------------------------------------------------

Result<std::vector<std::size_t>> complete_rows(const DataTable& table, const Formula& formula,
                                               const std::vector<std::string>& also_complete) {
  std::vector<std::string> names = columns_of(formula);
  names.insert(names.end(), also_complete.begin(), also_complete.end());
  std::vector<bool> missing(table.rows());
  for (const std::string& name : names) {
    const Column& column = *TRY(table.column(name));
    for (std::size_t i = 0; i < missing.size(); ++i) {
      if (std::isnan(column.values[i])) missing[i] = true;
    }
  }
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < missing.size(); ++i) {
    if (!missing[i]) rows.push_back(i);
  }
  return rows;
}

std::vector<double> values_at(const Column& column, std::span<const std::size_t> rows) {
  std::vector<double> values;
  values.reserve(rows.size());
  for (const std::size_t row : rows) values.push_back(column.values[row]);
  return values;
}

// ---- levels -----------------------------------------------------------------------------------

bool is_categorical(const Factor& factor, const Column& column) {
  return factor.kind == Factor::Kind::categorical || column.categorical();
}

// The rows of a column as indices of levels, whatever the column holds: numbers become levels in
// ascending order.
struct Coded {
  std::vector<std::size_t> code;  // of each row
  std::vector<std::string> levels;
};

Coded coded(const Column& column, std::span<const std::size_t> rows) {
  const std::vector<double> values = values_at(column, rows);
  Coded result;
  result.code.reserve(rows.size());
  if (column.categorical()) {
    result.levels = column.levels;
    for (const double value : values) result.code.push_back(static_cast<std::size_t>(value));
    return result;
  }
  std::vector<double> distinct = values;
  std::ranges::sort(distinct);
  distinct.erase(std::ranges::unique(distinct).begin(), distinct.end());
  for (const double value : distinct) result.levels.push_back(fmt::format("{}", value));
  for (const double value : values) {
    const auto place = std::ranges::lower_bound(distinct, value);
    result.code.push_back(static_cast<std::size_t>(place - distinct.begin()));
  }
  return result;
}

std::vector<bool> used_levels(const Coded& column) {
  std::vector<bool> used(column.levels.size());
  for (const std::size_t code : column.code) used[code] = true;
  return used;
}

Result<std::vector<std::string>> levels_in_use(const Column& column,
                                               std::span<const std::size_t> rows) {
  const Coded all = coded(column, rows);
  const std::vector<bool> used = used_levels(all);
  std::vector<std::string> levels;
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i]) levels.push_back(all.levels[i]);
  }
  if (levels.size() < 2) {
    return refusal(column, fmt::format("on the complete rows it has only the level '{}'; a factor "
                                       "needs two, leave it out of the formula",
                                       levels.front()));
  }
  return levels;
}

// For each row the index of its level among those of the plan.
Result<std::vector<std::size_t>> matched_codes(const Variable& variable, const Column& column,
                                               std::span<const std::size_t> rows) {
  Coded found = coded(column, rows);
  const std::vector<bool> used = used_levels(found);
  std::vector<std::size_t> place(found.levels.size());
  for (std::size_t i = 0; i < place.size(); ++i) {
    const auto known = std::ranges::find(variable.levels, found.levels[i]);
    if (used[i] && known == variable.levels.end()) {
      return refusal(column, fmt::format("the level '{}' was not there when the model was made",
                                         found.levels[i]));
    }
    place[i] = static_cast<std::size_t>(known - variable.levels.begin());
  }
  for (std::size_t& code : found.code) code = place[code];
  return std::move(found.code);
}

// ---- variables --------------------------------------------------------------------------------

Result<Variable> plan_variable(const Factor& factor, const DataTable& table,
                               std::span<const std::size_t> rows) {
  const Column& column = *TRY(table.column(factor.column));
  Variable variable{.factor = factor, .levels = {}, .natural = {}, .restricted = {}};
  const auto kind = factor.kind;
  if (kind == Factor::Kind::plain || kind == Factor::Kind::categorical) {
    if (is_categorical(factor, column)) variable.levels = TRY(levels_in_use(column, rows));
    return variable;
  }
  if (column.categorical()) {
    return refusal(column,
                   fmt::format("{} needs numbers, the column holds words", text_of(factor)));
  }
  // As in R, knots are placed by all values there are, not only by those of complete rows.
  if (kind == Factor::Kind::natural_spline) {
    variable.natural =
        TRY(NaturalSpline::make(column.values, factor.degrees_of_freedom, column.name));
  }
  if (kind == Factor::Kind::restricted_cubic) {
    variable.restricted =
        TRY(RestrictedCubicSpline::make(column.values, factor.degrees_of_freedom, column.name));
  }
  return variable;
}

Result<Matrix> logarithms(const Column& column, std::span<const std::size_t> rows) {
  std::vector<double> values = values_at(column, rows);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] <= 0) {
      return refusal(column, fmt::format("row {}: {} has no logarithm, it must be positive",
                                         rows[i] + 1, values[i]));
    }
    values[i] = std::log(values[i]);
  }
  return Matrix(rows.size(), 1, std::move(values));
}

Result<Matrix> numeric_columns(const Variable& variable, const Column& column,
                               std::span<const std::size_t> rows) {
  if (variable.factor.kind == Factor::Kind::logarithm) return logarithms(column, rows);
  std::vector<double> values = values_at(column, rows);
  if (variable.natural) return variable.natural->basis(values);
  if (variable.restricted) return variable.restricted->basis(values);
  return Matrix(rows.size(), 1, std::move(values));
}

Result<Block> dummies(const Variable& variable, const Column& column, bool all_levels,
                      std::span<const std::size_t> rows) {
  const std::size_t first = all_levels ? 0 : 1;
  const std::vector<std::size_t> codes = TRY(matched_codes(variable, column, rows));
  Block block{.x = Matrix(rows.size(), variable.levels.size() - first), .names = {}};
  for (std::size_t i = 0; i < codes.size(); ++i) {
    if (codes[i] >= first) block.x(i, codes[i] - first) = 1;
  }
  for (std::size_t level = first; level < variable.levels.size(); ++level) {
    block.names.push_back(text_of(variable.factor) + variable.levels[level]);
  }
  return block;
}

Result<Block> block_of(const Variable& variable, bool all_levels, const DataTable& table,
                       std::span<const std::size_t> rows) {
  const Column& column = *TRY(table.column(variable.factor.column));
  const bool numbers_expected = variable.levels.empty();
  if (numbers_expected == is_categorical(variable.factor, column)) {
    return refusal(column, "it held numbers where it now holds words, or the reverse");
  }
  if (!numbers_expected) return dummies(variable, column, all_levels, rows);
  Block block{.x = TRY(numeric_columns(variable, column, rows)), .names = {}};
  const std::string name = text_of(variable.factor);
  for (std::size_t j = 0; j < block.x.columns(); ++j) {
    block.names.push_back(block.x.columns() == 1 ? name : fmt::format("{}{}", name, j + 1));
  }
  return block;
}

// All products of a column of each; those of `left` run fastest, as in R.
Block product(const Block& left, const Block& right) {
  Block result{.x = Matrix(left.x.rows(), left.x.columns() * right.x.columns()), .names = {}};
  for (std::size_t k = 0; k < right.x.columns(); ++k) {
    for (std::size_t j = 0; j < left.x.columns(); ++j) {
      const std::span<double> to = result.x.column(result.names.size());
      std::ranges::transform(left.x.column(j), right.x.column(k), to.begin(), std::multiplies<>());
      result.names.push_back(left.names[j] + ":" + right.names[k]);
    }
  }
  return result;
}

// ---- marginality ------------------------------------------------------------------------------

// Whether everything of `term` but `factor` stands in one earlier term, so that the reference
// level's share of the effect is already in the model.
bool margin_is_there(std::span<const Term> earlier, const Term& term, const Factor& factor) {
  if (term.size() == 1) return true;
  return std::ranges::any_of(earlier, [&](const Term& candidate) {
    return std::ranges::all_of(term, [&](const Factor& other) {
      return other == factor || std::ranges::find(candidate, other) != candidate.end();
    });
  });
}

}  // namespace

struct DesignBuilder::Plan {
  Formula formula;
  std::vector<std::string> also_complete;
  std::vector<Variable> variables;
  std::vector<std::vector<Part>> terms;

  Status add_terms(const DataTable& table, std::span<const std::size_t> rows);
  Result<std::size_t> variable_of(const Factor& factor, const DataTable& table,
                                  std::span<const std::size_t> rows);
  Result<Block> term_block(const std::vector<Part>& term, const DataTable& table,
                           std::span<const std::size_t> rows) const;
};

Result<std::size_t> DesignBuilder::Plan::variable_of(const Factor& factor, const DataTable& table,
                                                     std::span<const std::size_t> rows) {
  const auto found = std::ranges::find(variables, factor, &Variable::factor);
  const auto index = static_cast<std::size_t>(found - variables.begin());
  if (found == variables.end()) variables.push_back(TRY(plan_variable(factor, table, rows)));
  return index;
}

Status DesignBuilder::Plan::add_terms(const DataTable& table, std::span<const std::size_t> rows) {
  // Without an intercept the first factor of the model carries the level of all others.
  bool level_is_carried = formula.intercept;
  const std::span<const Term> all = formula.terms;
  for (std::size_t t = 0; t < all.size(); ++t) {
    std::vector<Part> parts;
    for (const Factor& factor : all[t]) {
      const std::size_t variable = TRY(variable_of(factor, table, rows));
      Part part{variable, !margin_is_there(all.first(t), all[t], factor)};
      if (!level_is_carried && !variables[variable].levels.empty()) {
        part.all_levels = true;
        level_is_carried = true;
      }
      parts.push_back(part);
    }
    terms.push_back(std::move(parts));
  }
  return ok();
}

Result<Block> DesignBuilder::Plan::term_block(const std::vector<Part>& term, const DataTable& table,
                                              std::span<const std::size_t> rows) const {
  const auto part_block = [&](const Part& part) {
    return block_of(variables[part.variable], part.all_levels, table, rows);
  };
  Block block = TRY(part_block(term.front()));
  for (std::size_t i = 1; i < term.size(); ++i) {
    block = product(block, TRY(part_block(term[i])));
  }
  return block;
}

Result<DesignBuilder> DesignBuilder::make(const Formula& formula, const DataTable& table,
                                          const std::vector<std::string>& also_complete) {
  const auto rows = TRY(complete_rows(table, formula, also_complete));
  if (rows.empty()) {
    return Error{
        Errc::invalid_argument,
        fmt::format("none of the {} rows is complete in the columns of the model", table.rows())};
  }
  auto plan = std::make_shared<Plan>();
  plan->formula = formula;
  plan->also_complete = also_complete;
  TRY(plan->add_terms(table, rows));
  return DesignBuilder(std::move(plan));
}

Result<Design> DesignBuilder::build(const DataTable& table) const {
  const Formula& formula = plan_->formula;
  Design design;
  design.rows = TRY(complete_rows(table, formula, plan_->also_complete));
  std::vector<double> values;
  if (formula.intercept) {
    values.assign(design.rows.size(), 1);
    design.names.emplace_back("(Intercept)");
    design.term.push_back(0);
  }
  for (std::size_t t = 0; t < plan_->terms.size(); ++t) {
    const Block block = TRY(plan_->term_block(plan_->terms[t], table, design.rows));
    values.insert(values.end(), block.x.values().begin(), block.x.values().end());
    design.names.insert(design.names.end(), block.names.begin(), block.names.end());
    design.term.insert(design.term.end(), block.names.size(), t + 1);
    design.term_names.push_back(text_of(formula.terms[t]));
  }
  design.x = Matrix(design.rows.size(), design.names.size(), std::move(values));
  if (!formula.outcome.empty()) {
    design.outcome = values_at(*TRY(table.column(formula.outcome)), design.rows);
  }
  return design;
}

Result<Design> design_of(const Formula& formula, const DataTable& table,
                         const std::vector<std::string>& also_complete) {
  return TRY(DesignBuilder::make(formula, table, also_complete)).build(table);
}

}  // namespace kensho::stats
