// Tests of tables of counts.
#include <fmt/format.h>

#include "stats/contingency/chi_square.h"
#include "stats/contingency/exact_binomial.h"
#include "stats/contingency/fisher_exact.h"
#include "stats/contingency/fisher_table.h"
#include "stats/menu/document.h"
#include "stats/menu/group_samples.h"
#include "stats/menu/method_lists.h"

namespace kensho::stats {
namespace {

CrossTable table_of(const DataTable& table, const Arguments& arguments) {
  return cross_table(table, arguments.column("row"), arguments.column("column"));
}

Result<Json> run_chi_square(const DataTable& table, const Arguments& arguments) {
  const CrossTable cross = table_of(table, arguments);
  const CountTable counts = TRY(
      CountTable::make(cross.rows.size(), cross.columns.size(), cross.counts, "chi-square test"));
  const auto correction =
      arguments.text("correction") == "yates" ? YatesCorrection::applied : YatesCorrection::none;
  const ChiSquareTest test = chi_square_test(counts, correction);
  Json warnings = Json::array();
  if (test.expected_min < 5) {
    warnings.push("an expected count is below 5: the chi-square distribution may be a poor guide");
  }
  return Json::object()
      .set("table", cross_table_json(cross))
      .set("chi_square", test.chi_square)
      .set("df", test.degrees_of_freedom)
      .set("p_value", test.p_value)
      .set("expected_min", test.expected_min)
      .set("residuals", matrix_json(test.residuals))
      .set("rows_left_out", std::uint64_t{cross.left_out})
      .set("warnings", std::move(warnings));
}

Result<Json> two_by_two_json(const CrossTable& cross, const Arguments& arguments) {
  const auto& n = cross.counts;
  const ConditionalOdds test = TRY(fisher_test(
      {n[0], n[1], n[2], n[3]}, {alternative_of(arguments), arguments.number("confidence")}));
  Json warnings = Json::array();
  if (!test.odds_ratio) warnings.push("the odds ratio is infinite: a cell is empty");
  if (!test.upper) warnings.push("the upper limit is infinite");
  return Json::object()
      .set("table", cross_table_json(cross))
      .set("odds_ratio", number_json(test.odds_ratio))
      .set("lower", test.lower)
      .set("upper", number_json(test.upper))
      .set("p_value", test.p_value)
      .set("exact", true)
      .set("rows_left_out", std::uint64_t{cross.left_out})
      .set("warnings", std::move(warnings));
}

Result<Json> larger_table_json(const CrossTable& cross, const Arguments& arguments) {
  if (alternative_of(arguments) != Alternative::two_sided) {
    return Error{Errc::invalid_argument, "--alternative is for 2 by 2 tables"};
  }
  const CountTable counts =
      TRY(CountTable::make(cross.rows.size(), cross.columns.size(), cross.counts, "Fisher's test"));
  const TableQuestion question{.replicates = arguments.integer("replicates"),
                               .seed = TRY(seed_of(arguments)),
                               .threads = TRY(threads_of(arguments))};
  const FisherTableTest test = TRY(fisher_table_test(counts, question));
  return Json::object()
      .set("table", cross_table_json(cross))
      .set("p_value", test.p_value)
      .set("exact", test.exact)
      .set("monte_carlo_error", number_json(test.monte_carlo_error))
      .set("seed", test.exact ? Json(nullptr) : Json(question.seed))
      .set("rows_left_out", std::uint64_t{cross.left_out});
}

Result<Json> run_fisher(const DataTable& table, const Arguments& arguments) {
  const CrossTable cross = table_of(table, arguments);
  const bool two_by_two = cross.rows.size() == 2 && cross.columns.size() == 2;
  return two_by_two ? two_by_two_json(cross, arguments) : larger_table_json(cross, arguments);
}

Result<Json> run_mcnemar(const DataTable& table, const Arguments& arguments) {
  const std::vector<const Column*> used = {&arguments.column("first"), &arguments.column("second")};
  const CompleteRows complete = complete_rows(table, used);
  PairedCounts counts{};
  for (const std::size_t row : complete.rows) {
    const double first = used[0]->values[row];
    const double second = used[1]->values[row];
    if ((first != 0 && first != 1) || (second != 0 && second != 1)) {  // exactly: codes
      return Error{Errc::invalid_argument, fmt::format("row {}: answers must be 0 or 1", row + 1)};
    }
    if (first == 1) {
      ++(second == 1 ? counts.both : counts.first_only);
    } else {
      ++(second == 1 ? counts.second_only : counts.neither);
    }
  }
  const McNemarTest test = TRY(mcnemar_test(counts, arguments.number("confidence")));
  return Json::object()
      .set("both", counts.both)
      .set("first_only", counts.first_only)
      .set("second_only", counts.second_only)
      .set("neither", counts.neither)
      .set("difference", test.difference)
      .set("odds_ratio", number_json(test.odds_ratio))
      .set("lower", test.odds_ratio_lower)
      .set("upper", number_json(test.odds_ratio_upper))
      .set("chi_square", test.chi_square)
      .set("p_value", test.p_value)
      .set("chi_square_corrected", test.chi_square_corrected)
      .set("p_value_corrected", test.p_value_corrected)
      .set("p_value_exact", test.p_value_exact)
      .set("p_value_mid", test.p_value_mid)
      .set("rows_left_out", std::uint64_t{complete.left_out});
}

const Option ROW = {"row", OptionKind::column, "the rows of the table", "", true};
const Option COLUMN = {"column", OptionKind::column, "the columns of the table", "", true};

}  // namespace

std::vector<Method> contingency_methods() {
  return {{.name = "chi_square",
           .topic = "tests",
           .title = "Pearson's chi-square test that two classifications are independent",
           .card = "contingency_tables",
           .version = 1,
           .options = {ROW,
                       COLUMN,
                       {.name = "correction",
                        .kind = OptionKind::choice,
                        .help = "continuity correction of a 2 by 2 table",
                        .fallback = "none",
                        .choices = {"none", "yates"}}},
           .run = run_chi_square},
          {.name = "fisher",
           .topic = "tests",
           .title = "Fisher's exact test of a table; of 2 by 2 with the conditional odds ratio",
           .card = "contingency_tables",
           .version = 1,
           .options = {ROW,
                       COLUMN,
                       alternative_option(),
                       confidence_option(),
                       {"replicates", OptionKind::integer,
                        "tables drawn where all of a larger table are too many", "100000"},
                       seed_option(),
                       threads_option()},
           .run = run_fisher},
          {.name = "mcnemar",
           .topic = "tests",
           .title = "McNemar's tests of two proportions of the same subjects",
           .card = "contingency_tables",
           .version = 1,
           .options = {{"first", OptionKind::numeric_column, "1 = yes, 0 = no", "", true},
                       {"second", OptionKind::numeric_column, "1 = yes, 0 = no", "", true},
                       confidence_option()},
           .run = run_mcnemar}};
}

}  // namespace kensho::stats
