// Generalised estimating equations on a table with one observation a row.
#include <algorithm>
#include <cmath>
#include <optional>

#include "stats/design/design_matrix.h"
#include "stats/longitudinal/gee.h"
#include "stats/menu/document.h"
#include "stats/menu/method_lists.h"
#include "stats/menu/regression_input.h"

namespace kensho::stats {
namespace {

// Names in the order of their enumerations.
const std::vector<std::string_view> FAMILIES = {"gaussian", "binomial", "poisson"};
const std::vector<std::string_view> STRUCTURES = {"independence", "exchangeable", "ar1",
                                                  "unstructured"};
const std::vector<std::string_view> CORRECTIONS = {"none", "kauermann_carroll", "mancl_derouen",
                                                   "fay_graubard"};

std::size_t place_in(const std::vector<std::string_view>& names, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
}

GeeChoice gee_choice(const Arguments& arguments) {
  return {static_cast<MeanFamily>(place_in(FAMILIES, arguments.text("family"))),
          static_cast<WorkingCorrelation>(place_in(STRUCTURES, arguments.text("correlation"))),
          static_cast<SandwichCorrection>(place_in(CORRECTIONS, arguments.text("correction")))};
}

Json gee_json(const GeeFit& fit, const Design& design, const GeeChoice& choice, double level) {
  std::optional<double> df;
  if (choice.correction != SandwichCorrection::none && fit.clusters > design.names.size()) {
    df = static_cast<double>(fit.clusters - design.names.size());
  }
  std::vector<CoefficientRow> rows;
  for (std::size_t j = 0; j < design.names.size(); ++j) {
    rows.push_back(coefficient_row(design.names[j], fit.coefficients[j],
                                   std::sqrt(fit.sandwich(j, j)), level, df));
  }
  Json document = Json::object();
  document.set("coefficients", coefficients_json(rows));
  document.set("covariance", matrix_json(fit.sandwich));
  document.set("model_covariance", matrix_json(fit.model_covariance));
  document.set("scale", number_json(fit.scale));
  document.set("correlation", numbers_json(fit.correlation));
  document.set("observations", std::uint64_t{design.rows.size()});
  document.set("clusters", std::uint64_t{fit.clusters});
  document.set("cluster_size_max", std::uint64_t{fit.cluster_size_max});
  document.set("iterations", fit.iterations);
  return document;
}

Result<Json> run_gee(const DataTable& table, const Arguments& arguments) {
  const Column& cluster = arguments.column("cluster");
  std::vector<std::string> also = {cluster.name};
  if (arguments.has("visit")) also.push_back(arguments.column("visit").name);
  if (arguments.has("offset")) also.push_back(arguments.column("offset").name);
  const Formula formula = TRY(formula_with_outcome(arguments));
  const Design design = TRY(design_of(formula, table, also));
  const std::vector<int> clusters = TRY(codes_at(cluster, design.rows));
  std::vector<int> waves;
  if (arguments.has("visit")) waves = TRY(codes_at(arguments.column("visit"), design.rows));
  std::vector<double> offset;
  if (arguments.has("offset")) offset = values_at(arguments.column("offset"), design.rows);

  const GeeChoice choice = gee_choice(arguments);
  const GeeFit fit =
      TRY(fit_gee({design.x, design.outcome, clusters, waves, offset, design.names}, choice));
  Json document = gee_json(fit, design, choice, arguments.number("confidence"));
  document.set("rows_left_out", std::uint64_t{table.rows() - design.rows.size()});
  return document;
}

}  // namespace

std::vector<Method> gee_methods() {
  using enum OptionKind;
  return {{.name = "gee",
           .topic = "longitudinal",
           .title = "Mean model of a clustered outcome with robust errors (estimating equations)",
           .card = "gee",
           .version = 1,
           .options = {{"formula", formula, "outcome ~ terms", "", true},
                       {"cluster", column, "the subject or site a row belongs to", "", true},
                       {"visit", column, "order of the rows of a cluster (ar1, unstructured)", ""},
                       {"offset", numeric_column, "known part of the linear predictor", ""},
                       {"family", choice, "variance function with its canonical link", "gaussian",
                        false, FAMILIES},
                       {"correlation", choice, "working correlation within a cluster",
                        "exchangeable", false, STRUCTURES},
                       {"correction", choice, "of the robust errors for few clusters",
                        "kauermann_carroll", false, CORRECTIONS},
                       confidence_option()},
           .run = run_gee}};
}

}  // namespace kensho::stats
