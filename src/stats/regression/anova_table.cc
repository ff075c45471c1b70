#include "stats/regression/anova_table.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "stats/design/design_matrix.h"
#include "stats/dist/distributions.h"

namespace kensho::stats {
namespace {

/// The products of every column of one with every column of the other.
Matrix row_products(const Matrix& left, const Matrix& right) {
  Matrix all(left.rows(), left.columns() * right.columns());
  for (std::size_t b = 0; b < right.columns(); ++b) {
    for (std::size_t a = 0; a < left.columns(); ++a) {
      for (std::size_t i = 0; i < left.rows(); ++i) {
        all(i, b * left.columns() + a) = left(i, a) * right(i, b);
      }
    }
  }
  return all;
}

Matrix term_columns(const AnovaModel& model, const ModelTerm& term) {
  Matrix columns = model.factors[term.factors.front()];
  for (std::size_t k = 1; k < term.factors.size(); ++k) {
    columns = row_products(columns, model.factors[term.factors[k]]);
  }
  return columns;
}

bool contains(const ModelTerm& whole, const ModelTerm& part) {
  return std::ranges::all_of(part.factors, [&](std::size_t factor) {
    return std::ranges::find(whole.factors, factor) != whole.factors.end();
  });
}

/// Residual sums of squares of models of several of the terms.
class Refit {
 public:
  Refit(const AnovaModel& model, std::span<const double> y, std::span<const double> weight)
      : terms_(model.terms), y_(y), weight_(weight) {
    for (const ModelTerm& term : model.terms) columns_.push_back(term_columns(model, term));
  }

  struct Rest {
    double sum_of_squares;
    std::size_t columns;
  };
  Result<Rest> without(const std::vector<bool>& used) const {
    std::vector<double> values(y_.size(), 1);
    std::vector<std::string> names = {"(Intercept)"};
    for (std::size_t t = 0; t < columns_.size(); ++t) {
      if (!used[t]) continue;
      values.insert(values.end(), columns_[t].values().begin(), columns_[t].values().end());
      names.insert(names.end(), columns_[t].columns(), terms_[t].name);
    }
    const Matrix x(y_.size(), names.size(), std::move(values));
    const LeastSquares fit = TRY(least_squares(x, y_, weight_, names));
    return Rest{fit.residual_sum_of_squares, x.columns()};
  }

 private:
  const std::vector<ModelTerm>& terms_;
  std::span<const double> y_;
  std::span<const double> weight_;
  std::vector<Matrix> columns_;
};

/// The terms beside which term `t` is judged.
std::vector<bool> others_of(const std::vector<ModelTerm>& terms, std::size_t t,
                            SumsOfSquares type) {
  std::vector<bool> used(terms.size());
  for (std::size_t other = 0; other < terms.size(); ++other) {
    switch (type) {
      case SumsOfSquares::sequential:
        used[other] = other < t;
        break;
      case SumsOfSquares::hierarchical:
        used[other] = other != t && !contains(terms[other], terms[t]);
        break;
      case SumsOfSquares::marginal:
        used[other] = other != t;
        break;
    }
  }
  return used;
}

/// The levels in use on these rows, renumbered.
struct UsedLevels {
  std::vector<std::size_t> codes;
  std::size_t count;
};

UsedLevels used_levels(const Column& column, std::span<const std::size_t> rows) {
  std::vector<std::size_t> number(column.levels.size(), 0);
  for (const std::size_t row : rows) number[static_cast<std::size_t>(column.values[row])] = 1;
  std::size_t next = 0;
  for (std::size_t& value : number) value = value == 0 ? column.levels.size() : next++;
  UsedLevels used{{}, next};
  for (const std::size_t row : rows) {
    used.codes.push_back(number[static_cast<std::size_t>(column.values[row])]);
  }
  return used;
}

Result<Matrix> factor_columns(const Factor& factor, const DataTable& table,
                              std::span<const std::size_t> rows) {
  const Column* column = TRY(table.column(factor.column));
  if (column->categorical()) {
    const UsedLevels used = used_levels(*column, rows);
    return sum_contrasts(used.codes, used.count);
  }
  const Formula alone{.outcome = "", .intercept = true, .terms = {{factor}}};
  const DesignBuilder builder = TRY(DesignBuilder::make(alone, table));
  const DataTable part = table.rows_at({rows.begin(), rows.end()});
  const Design design = TRY(builder.build(part));
  const auto values = design.x.values().subspan(design.x.rows());  // all but the intercept
  return Matrix(design.x.rows(), design.x.columns() - 1, {values.begin(), values.end()});
}

}  // namespace

Matrix sum_contrasts(std::span<const std::size_t> codes, std::size_t levels) {
  ENSURE(levels >= 2);
  Matrix columns(codes.size(), levels - 1);
  for (std::size_t i = 0; i < codes.size(); ++i) {
    ENSURE(codes[i] < levels);
    for (std::size_t j = 0; j + 1 < levels; ++j) {
      columns(i, j) = codes[i] == levels - 1 ? -1 : codes[i] == j ? 1 : 0;
    }
  }
  return columns;
}

Result<AnovaTable> anova_table(const AnovaModel& model, std::span<const double> y,
                               std::span<const double> weight, SumsOfSquares type) {
  const Refit refit(model, y, weight);
  const std::vector<bool> all(model.terms.size(), true);
  const Refit::Rest full = TRY(refit.without(all));
  const auto n = weight.empty() ? static_cast<std::ptrdiff_t>(y.size())
                                : std::ranges::count_if(weight, [](double w) { return w > 0; });
  AnovaTable table{
      {}, static_cast<double>(n) - static_cast<double>(full.columns), full.sum_of_squares};
  if (!(table.residual_df > 0 && table.residual_sum_of_squares > 0)) {
    return Error{Errc::invalid_argument,
                 fmt::format("analysis of variance: {} rows for {} coefficients leave nothing to "
                             "judge the terms by",
                             n, full.columns)};
  }
  const double variance = table.residual_sum_of_squares / table.residual_df;
  for (std::size_t t = 0; t < model.terms.size(); ++t) {
    std::vector<bool> used = others_of(model.terms, t, type);
    const Refit::Rest before = TRY(refit.without(used));
    used[t] = true;
    const Refit::Rest after = TRY(refit.without(used));
    const double df = static_cast<double>(after.columns - before.columns);
    const double explained = std::max(0.0, before.sum_of_squares - after.sum_of_squares);
    const double f = explained / df / variance;
    table.lines.push_back({model.terms[t].name,
                           df,
                           explained,
                           {f, df, table.residual_df, f_upper_tail(f, df, table.residual_df)}});
  }
  return table;
}

Result<AnovaModel> anova_model(const Formula& formula, const DataTable& table,
                               std::span<const std::size_t> rows) {
  if (!formula.intercept || formula.terms.empty()) {
    return Error{Errc::invalid_argument,
                 "analysis of variance: the formula needs its intercept and at least one term"};
  }
  AnovaModel model;
  std::vector<Factor> known;
  for (const Term& term : formula.terms) {
    ModelTerm indices{text_of(term), {}};
    for (const Factor& factor : term) {
      const auto found = std::ranges::find(known, factor);
      indices.factors.push_back(static_cast<std::size_t>(found - known.begin()));
      if (found != known.end()) continue;
      known.push_back(factor);
      model.factors.push_back(TRY(factor_columns(factor, table, rows)));
    }
    model.terms.push_back(std::move(indices));
  }
  return model;
}

}  // namespace kensho::stats
