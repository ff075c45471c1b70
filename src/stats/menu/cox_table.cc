#include "stats/menu/cox_table.h"

#include <algorithm>
#include <cmath>

#include "stats/menu/document.h"

namespace kensho::stats {
namespace {

std::vector<double> values_of(const Arguments& arguments, std::string_view option,
                              std::span<const std::size_t> rows) {
  if (!arguments.has(option)) return {};
  return values_at(arguments.column(option), rows);
}

Result<std::vector<int>> codes_of(const Arguments& arguments, std::string_view option,
                                  std::span<const std::size_t> rows) {
  if (!arguments.has(option)) return std::vector<int>{};
  return codes_at(arguments.column(option), rows);
}

std::vector<std::string> columns_used(const Arguments& arguments) {
  std::vector<std::string> used;
  for (const std::string_view option :
       {"time", "event", "start", "strata", "weights", "offset", "cluster"}) {
    if (arguments.has(option)) used.push_back(arguments.column(option).name);
  }
  return used;
}

Result<Formula> covariates(const Arguments& arguments) {
  Formula formula = TRY(parse_formula(arguments.text("formula")));
  if (!formula.outcome.empty()) {
    return Error{Errc::invalid_argument,
                 "formula: the outcome of a Cox model is named by --time and --event; write '~ "
                 "covariates'"};
  }
  formula.intercept =
      true;  // its column is taken out again; contrasts are those of a model with it
  return formula;
}

}  // namespace

std::vector<Option> cox_options(std::vector<Option> more) {
  std::vector<Option> options = {
      {"time", OptionKind::numeric_column, "end of follow-up", "", true},
      {"event", OptionKind::numeric_column, "1 = event, 0 = censored", "", true},
      {"formula", OptionKind::formula, "covariates: ~ age + sex", "", true},
      {"start", OptionKind::numeric_column, "time after which a row is observed", ""},
      {"strata", OptionKind::column, "strata with hazards of their own", ""},
      {"weights", OptionKind::numeric_column, "case weights", ""},
      {"offset", OptionKind::numeric_column, "known part of the log hazard", ""},
      {"cluster", OptionKind::column, "rows that belong together: robust variance", ""},
      {"ties",
       OptionKind::choice,
       "how tied events count",
       "efron",
       false,
       {"efron", "breslow", "exact"}},
      {"variance",
       OptionKind::choice,
       "auto: robust with clusters or with weights that are not whole",
       "auto",
       false,
       {"auto", "model", "robust"}},
      confidence_option()};
  options.insert(options.end(), more.begin(), more.end());
  return options;
}

Design without_intercept(Design design) {
  if (design.term.empty() || design.term.front() != 0) return design;
  Matrix x(design.x.rows(), design.x.columns() - 1);
  for (std::size_t a = 0; a < x.columns(); ++a) {
    std::ranges::copy(design.x.column(a + 1), x.column(a).begin());
  }
  design.x = std::move(x);
  design.names.erase(design.names.begin());
  design.term.erase(design.term.begin());
  return design;
}

Result<CoxTable> read_cox_table(const DataTable& table, const Arguments& arguments) {
  Formula formula = TRY(covariates(arguments));
  DesignBuilder builder = TRY(DesignBuilder::make(formula, table, columns_used(arguments)));
  Design design = without_intercept(TRY(builder.build(table)));
  const std::vector<std::size_t> rows = design.rows;
  CoxTable result{.formula = std::move(formula),
                  .builder = std::move(builder),
                  .design = std::move(design),
                  .time = values_of(arguments, "time", rows),
                  .event = TRY(codes_of(arguments, "event", rows)),
                  .start = values_of(arguments, "start", rows),
                  .stratum = TRY(codes_of(arguments, "strata", rows)),
                  .weight = values_of(arguments, "weights", rows),
                  .offset = values_of(arguments, "offset", rows),
                  .cluster = TRY(codes_of(arguments, "cluster", rows)),
                  .rows_left_out = table.rows() - rows.size()};
  return result;
}

CoxData CoxTable::data() const {
  return {design.x, time, event, start, stratum, weight, offset, cluster, design.names};
}

CoxChoice cox_choice(const CoxTable& table, const Arguments& arguments) {
  CoxChoice choice;
  const std::string& ties = arguments.text("ties");
  choice.ties = ties == "exact"     ? CoxTies::exact
                : ties == "breslow" ? CoxTies::breslow
                                    : CoxTies::efron;
  const std::string& variance = arguments.text("variance");
  const bool whole =
      std::ranges::all_of(table.weight, [](double weight) { return weight == std::floor(weight); });
  const bool robust = variance == "robust" || (variance == "auto" && !whole);
  choice.variance = robust ? CoxVariance::robust : CoxVariance::model;
  return choice;
}

}  // namespace kensho::stats
