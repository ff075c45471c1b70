// The mixed model for repeated measures and the linear mixed model on a table.
#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "stats/design/design_matrix.h"
#include "stats/dist/distributions.h"
#include "stats/longitudinal/marginal_means.h"
#include "stats/longitudinal/mixed_model.h"
#include "stats/longitudinal/mmrm.h"
#include "stats/menu/contrast_document.h"
#include "stats/menu/document.h"
#include "stats/menu/method_lists.h"
#include "stats/menu/regression_input.h"

namespace kensho::stats {
namespace {

/// The degrees of freedom asked for, and what the fit must then have.
struct Inference {
  DegreesOfFreedom method = DegreesOfFreedom::satterthwaite;
  MarginalOptions fit;
};

Inference inference_of(const Arguments& arguments) {
  const std::string& df = arguments.text("df");
  Inference inference;
  if (arguments.text("method") == "ml") inference.fit.criterion = Criterion::ml;
  if (df == "residual") inference.method = DegreesOfFreedom::residual;
  if (df == "between_within") inference.method = DegreesOfFreedom::between_within;
  if (df.starts_with("kenward_roger")) {
    inference.method = DegreesOfFreedom::kenward_roger;
    inference.fit.kenward_roger = df == "kenward_roger" ? KenwardRoger::full : KenwardRoger::linear;
  }
  return inference;
}

/// Column codes of the design's rows; the column is categorical or of whole numbers.
Result<std::vector<int>> codes_in(const DataTable& table, const std::string& name,
                                  const Design& design) {
  return codes_at(*TRY(table.column(name)), design.rows);
}

bool names_column(const Formula& formula, const std::string& name) {
  return std::ranges::any_of(formula.terms, [&](const Term& term) {
    return std::ranges::find(term, name, &Factor::column) != term.end();
  });
}

/// The times of the visits: their labels as numbers.
Result<std::vector<double>> times_of(const Column& visit, std::span<const int> codes) {
  std::vector<int> used(codes.begin(), codes.end());
  std::ranges::sort(used);
  const auto rest = std::ranges::unique(used);
  used.erase(rest.begin(), rest.end());
  std::vector<double> times;
  for (const int code : used) {
    const std::string label = label_of(visit, code);
    double time = 0;
    const auto parsed = std::from_chars(label.data(), label.data() + label.size(), time);
    if (parsed.ec != std::errc{} || parsed.ptr != label.data() + label.size()) {
      return Error{Errc::invalid_argument,
                   fmt::format("sp_exp needs visits that are times, but column '{}' has '{}'",
                               visit.name, label)};
    }
    times.push_back(time);
  }
  return times;
}

/// A fitted MMRM and what its document is made of.
struct FittedMmrm {
  DataTable table;
  Formula formula;
  Design design;
  Mmrm model;
  std::string visit;
  std::string arm;  // empty: none
  std::vector<std::string> also_complete;
  DegreesOfFreedom method;
  double confidence;

  std::string label(const std::string& column, std::size_t level) const {
    return label_of(*table.find(column), static_cast<int>(level));
  }
};

Result<FittedMmrm> fit_table(const DataTable& original, const Arguments& arguments) {
  const Inference inference = inference_of(arguments);
  const std::string visit = arguments.column("visit").name;
  const std::string subject = arguments.column("subject").name;
  const std::string arm = arguments.has("arm") ? arguments.column("arm").name : "";
  const std::string group = arguments.has("group") ? arguments.column("group").name : "";
  std::vector<std::string> categories = {visit};
  std::vector<std::string> also_complete = {visit, subject};
  for (const std::string& name : {arm, group}) {
    if (name.empty()) continue;
    categories.push_back(name);
    also_complete.push_back(name);
  }
  const DataTable table = TRY(with_categories(original, categories));
  const Formula formula = TRY(formula_with_outcome(arguments));
  const Design design = TRY(design_of(formula, table, also_complete));
  const auto subjects = TRY(codes_in(table, subject, design));
  const auto visits = TRY(codes_in(table, visit, design));
  std::vector<int> groups;
  if (!group.empty()) groups = TRY(codes_in(table, group, design));
  MmrmOptions options{.covariance = TRY(covariance_kind(arguments.text("covariance"))),
                      .fit = inference.fit,
                      .visit_times = {}};
  if (options.covariance == CovarianceKind::sp_exp) {
    options.visit_times = TRY(times_of(*table.find(visit), visits));
  }
  const double confidence = TRY(checked_confidence(arguments.number("confidence")));
  Mmrm model =
      TRY(fit_mmrm({design.x, design.outcome, subjects, visits, groups, design.names}, options));
  return FittedMmrm{table, formula,       design,           std::move(model), visit,
                    arm,   also_complete, inference.method, confidence};
}

/// Means of the cells of visit and arm, differences between arms, changes from the first visit.
struct MeanTables {
  Json means = Json::array();
  Json differences = Json::array();
  Json changes = Json::array();
};

Result<MeanTables> mean_tables(const FittedMmrm& fitted) {
  MeanTables tables;
  if (!names_column(fitted.formula, fitted.visit)) return tables;
  const bool by_arm = !fitted.arm.empty() && names_column(fitted.formula, fitted.arm);
  std::vector<std::string> by = {fitted.visit};
  if (by_arm) by.push_back(fitted.arm);
  const auto cells = TRY(marginal_means(fitted.formula, fitted.table, by, fitted.also_complete));
  const std::size_t visits = fitted.model.visits.size();
  const std::size_t arms = cells.size() / visits;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const MarginalMean& first_arm = cells[i - i % arms];
    const MarginalMean& first_visit = cells[i % arms];
    RowLabels labels = {{"visit", fitted.label(fitted.visit, cells[i].level[0])}};
    if (by_arm) labels.emplace_back("arm", fitted.label(fitted.arm, cells[i].level[1]));
    const auto mean = TRY(mmrm_contrast(fitted.model, cells[i].weights, fitted.method));
    tables.means.push(mean_json(labels, mean, fitted.confidence));
    if (i % arms > 0) {
      RowLabels compared = labels;
      compared.emplace_back("versus", fitted.label(fitted.arm, first_arm.level[1]));
      const auto difference = TRY(
          mmrm_contrast(fitted.model, less(cells[i].weights, first_arm.weights), fitted.method));
      tables.differences.push(difference_json(compared, difference, fitted.confidence));
    }
    if (i >= arms) {
      labels.emplace_back("since", fitted.label(fitted.visit, first_visit.level[0]));
      const auto change = TRY(
          mmrm_contrast(fitted.model, less(cells[i].weights, first_visit.weights), fitted.method));
      tables.changes.push(difference_json(labels, change, fitted.confidence));
    }
  }
  return tables;
}

Json parameters_json(const MarginalFit& fit, const std::vector<std::string>& names) {
  Json array = Json::array();
  for (std::size_t j = 0; j < names.size(); ++j) {
    Json object = Json::object();
    object.set("name", names[j]).set("estimate", number_json(fit.parameters[j]));
    object.set("std_error", number_json(std::sqrt(fit.uncertainty.observed(j, j))));
    array.push(std::move(object));
  }
  return array;
}

Json covariances_json(const FittedMmrm& fitted, const Arguments& arguments) {
  Json array = Json::array();
  for (std::size_t g = 0; g < fitted.model.groups.size(); ++g) {
    Json object = Json::object();
    if (arguments.has("group")) {
      object.set("group", label_of(*fitted.table.find(arguments.column("group").name),
                                   fitted.model.groups[g]));
    }
    Json visits = Json::array();
    for (const int visit : fitted.model.visits) {
      visits.push(fitted.label(fitted.visit, static_cast<std::size_t>(visit)));
    }
    object.set("visits", std::move(visits));
    object.set("covariance", matrix_json(fitted.model.visit_covariance[g]));
    array.push(std::move(object));
  }
  return array;
}

/// The rows of a coefficient table by whatever gives the contrast of one coefficient.
template <class Contrast>
Result<Json> coefficient_table(const std::vector<std::string>& names, double confidence,
                               const Contrast& contrast) {
  std::vector<CoefficientRow> rows;
  for (std::size_t j = 0; j < names.size(); ++j) {
    std::vector<double> l(names.size(), 0.0);
    l[j] = 1;
    const ContrastEstimate row = TRY(contrast(l));
    rows.push_back(
        coefficient_row(names[j], row.estimate, row.std_error, confidence, row.degrees_of_freedom));
  }
  return coefficients_json(rows);
}

Result<Json> run_mmrm(const DataTable& table, const Arguments& arguments) {
  const FittedMmrm fitted = TRY(fit_table(table, arguments));
  const Mmrm& model = fitted.model;
  MeanTables tables = TRY(mean_tables(fitted));
  std::vector<double> robust;
  for (std::size_t j = 0; j < fitted.design.names.size(); ++j) {
    robust.push_back(std::sqrt(model.robust(j, j)));
  }
  Json document = Json::object();
  document.set("subjects", std::uint64_t{model.subjects})
      .set("observations", std::uint64_t{model.observations});
  document.set("rows_left_out", std::uint64_t{table.rows() - fitted.design.rows.size()});
  document.set("covariance_structure", arguments.text("covariance"));
  document.set("method", arguments.text("method")).set("df_method", arguments.text("df"));
  document.set("deviance", number_json(model.deviance)).set("aic", number_json(model.aic));
  document.set("bic", number_json(model.bic)).set("iterations", model.fit.iterations);
  document.set("decrement", number_json(model.fit.decrement));
  document.set("coefficients", TRY(coefficient_table(fitted.design.names, fitted.confidence,
                                                     [&](const std::vector<double>& l) {
                                                       return mmrm_contrast(model, l,
                                                                            fitted.method);
                                                     })));
  document.set("robust_std_errors", numbers_json(robust));
  document.set("covariance_parameters", parameters_json(model.fit, model.parameter_names));
  document.set("visit_covariance", covariances_json(fitted, arguments));
  document.set("means", std::move(tables.means));
  document.set("differences", std::move(tables.differences));
  document.set("changes", std::move(tables.changes));
  return document;
}

/// The test of no random intercept: half the chi-square tail, for the variance cannot be negative.
Json no_random_effect_json(const MixedModel& model) {
  const double ratio = std::max(0.0, 2 * (model.fit.log_likelihood - model.log_likelihood_without));
  Json object = Json::object();
  object.set("likelihood_ratio", number_json(ratio));
  object.set("p_value", number_json(0.5 * chi_square_upper_tail(ratio, 1)));
  return object;
}

Result<Json> run_mixed_model(const DataTable& table, const Arguments& arguments) {
  const Inference inference = inference_of(arguments);
  const double confidence = TRY(checked_confidence(arguments.number("confidence")));
  const std::string subject = arguments.column("subject").name;
  std::vector<std::string> also_complete = {subject};
  if (arguments.has("slope")) also_complete.push_back(arguments.column("slope").name);
  const Formula formula = TRY(formula_with_outcome(arguments));
  const Design design = TRY(design_of(formula, table, also_complete));
  const auto subjects = TRY(codes_in(table, subject, design));
  std::vector<double> slope;
  if (arguments.has("slope")) slope = values_at(arguments.column("slope"), design.rows);
  const MixedModel model = TRY(
      fit_mixed_model({design.x, design.outcome, subjects, slope, design.names}, inference.fit));

  const bool adjusted = inference.method == DegreesOfFreedom::kenward_roger;
  Json document = Json::object();
  document.set("subjects", std::uint64_t{model.subjects})
      .set("observations", std::uint64_t{model.observations});
  document.set("rows_left_out", std::uint64_t{table.rows() - design.rows.size()});
  document.set("method", arguments.text("method")).set("df_method", arguments.text("df"));
  document.set("deviance", number_json(model.deviance)).set("aic", number_json(model.aic));
  document.set("bic", number_json(model.bic)).set("iterations", model.fit.iterations);
  document.set("decrement", number_json(model.fit.decrement));
  document.set("coefficients",
               TRY(coefficient_table(design.names, confidence,
                                     [&](const std::vector<double>& l) -> Result<ContrastEstimate> {
                                       if (adjusted) return kenward_roger_contrast(model.fit, l);
                                       return satterthwaite_contrast(model.fit, l);
                                     })));
  const std::vector<std::string> names =
      slope.empty() ? std::vector<std::string>{"intercept variance", "residual variance"}
                    : std::vector<std::string>{"intercept variance", "covariance", "slope variance",
                                               "residual variance"};
  document.set("covariance_parameters", parameters_json(model.fit, names));
  document.set("intraclass_correlation", number_json(model.intraclass_correlation));
  document.set("test_of_no_random_effect",
               slope.empty() ? no_random_effect_json(model) : Json(nullptr));
  return document;
}

Option method_option() {
  return {.name = "method",
          .kind = OptionKind::choice,
          .help = "restricted or full maximum likelihood",
          .fallback = "reml",
          .required = false,
          .choices = {"reml", "ml"}};
}

Method mmrm_method() {
  return {.name = "mmrm",
          .topic = "longitudinal",
          .title = "Mixed model for repeated measures with means, differences and changes by visit",
          .card = "mmrm",
          .version = 1,
          .options = {{"formula", OptionKind::formula,
                       "outcome ~ covariates + arm*visit; visit and arm are taken as categories",
                       "", true},
                      {"subject", OptionKind::column, "whose rows these are", "", true},
                      {"visit", OptionKind::column, "planned visit, one row a subject and visit",
                       "", true},
                      {"arm", OptionKind::column, "treatment, for means and differences", ""},
                      {"group", OptionKind::column, "groups with covariances of their own", ""},
                      {"covariance",
                       OptionKind::choice,
                       "structure of the covariance of visits",
                       "us",
                       false,
                       {"us", "cs", "csh", "ar1", "ar1h", "toep", "toeph", "ad", "adh", "sp_exp"}},
                      {"df",
                       OptionKind::choice,
                       "degrees of freedom",
                       "satterthwaite",
                       false,
                       {"satterthwaite", "kenward_roger", "kenward_roger_linear", "between_within",
                        "residual"}},
                      method_option(),
                      confidence_option()},
          .run = run_mmrm};
}

}  // namespace

std::vector<Method> longitudinal_methods() {
  return {mmrm_method(),
          {.name = "mixed_model",
           .topic = "longitudinal",
           .title = "Linear mixed model with a random intercept, or intercept and slope, a subject",
           .card = "mixed_model",
           .version = 1,
           .options = {{"formula", OptionKind::formula, "outcome ~ covariates", "", true},
                       {"subject", OptionKind::column, "whose rows these are", "", true},
                       {"slope", OptionKind::numeric_column,
                        "what has a random slope, such as time; else an intercept alone", ""},
                       {"df",
                        OptionKind::choice,
                        "degrees of freedom",
                        "satterthwaite",
                        false,
                        {"satterthwaite", "kenward_roger"}},
                       method_option(),
                       confidence_option()},
           .run = run_mixed_model}};
}

}  // namespace kensho::stats
