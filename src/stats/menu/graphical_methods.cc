// The graphical procedure on a table: a row a hypothesis, a column for each it passes its level to.
#include <fmt/format.h>

#include "stats/menu/document.h"
#include "stats/menu/method_lists.h"
#include "stats/multiplicity/graphical_procedure.h"

namespace kensho::stats {
namespace {

/// The square of the named columns. Errors: invalid_argument: not as many columns as rows, a value
/// missing.
Result<Matrix> transitions_of(const DataTable& table, const std::vector<std::string>& names) {
  if (names.size() != table.rows()) {
    return Error{Errc::invalid_argument,
                 fmt::format("--transitions names {} columns for {} hypotheses; give one for each, "
                             "in the order of the rows",
                             names.size(), table.rows())};
  }
  Matrix transitions(names.size(), names.size());
  for (std::size_t j = 0; j < names.size(); ++j) {
    const Column* column = TRY(table.column(names[j]));
    const std::vector<const Column*> used = {column};
    if (column->categorical() || complete_rows(table, used).left_out > 0) {
      return Error{Errc::invalid_argument,
                   fmt::format("column '{}': every row needs a number", names[j])};
    }
    for (std::size_t i = 0; i < names.size(); ++i) transitions(i, j) = column->values[i];
  }
  return transitions;
}

Result<Json> run_graphical(const DataTable& table, const Arguments& arguments) {
  const Column& p_value = arguments.column("p_value");
  const Column& weight = arguments.column("weights");
  const Matrix transitions = TRY(transitions_of(table, arguments.columns("transitions")));
  const GraphicalDecision decision = TRY(graphical_procedure(
      p_value.values, weight.values, transitions, arguments.number("significance")));
  Json hypotheses = Json::array();
  for (std::size_t i = 0; i < table.rows(); ++i) {
    hypotheses.push(Json::object()
                        .set("row", std::uint64_t{i + 1})
                        .set("p_value", p_value.values[i])
                        .set("adjusted_p_value", decision.adjusted_p_values[i])
                        .set("rejected", bool{decision.rejected[i]}));
  }
  Json order = Json::array();
  for (const std::size_t row : decision.order) order.push(std::uint64_t{row + 1});
  return Json::object().set("hypotheses", std::move(hypotheses)).set("order", std::move(order));
}

}  // namespace

std::vector<Method> graphical_methods() {
  return {
      {.name = "graphical_procedure",
       .topic = "resampling",
       .title = "Hypotheses of different importance that pass on their level (a graph)",
       .card = "multiplicity",
       .version = 1,
       .options = {{"p_value", OptionKind::numeric_column, "a row a hypothesis", "", true},
                   {"weights", OptionKind::numeric_column, "shares of the level", "", true},
                   {"transitions", OptionKind::columns,
                    "for each hypothesis, the share of a rejected one's level it gets", "", true},
                   {"significance", OptionKind::probability, "the level of the family", "0.05"}},
       .run = run_graphical}};
}

}  // namespace kensho::stats
