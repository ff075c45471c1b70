#include "stats/contingency/fisher_exact.h"

#include <fmt/format.h>

#include "stats/contingency/count_table.h"

namespace kensho::stats {
namespace {

ConditionalCount first_cell(const TwoByTwo& table) {
  return ConditionalCount({.row = static_cast<double>(table.a + table.b),
                           .other_row = static_cast<double>(table.c + table.d),
                           .column = static_cast<double>(table.a + table.c)});
}

}  // namespace

Result<double> fisher_p_value(const TwoByTwo& table, Alternative alternative) {
  constexpr std::int64_t most = std::int64_t{1} << 31;
  std::int64_t total = 0;
  for (const std::int64_t count : {table.a, table.b, table.c, table.d}) {
    if (count < 0 || count > most - total) {
      return Error{Errc::invalid_argument,
                   fmt::format("Fisher's test: a count of {} after {} others; counts are not "
                               "negative and at most {} in all",
                               count, total, most)};
    }
    total += count;
  }
  return first_cell(table).p_value(static_cast<double>(table.a), alternative);
}

Result<ConditionalOdds> fisher_test(const TwoByTwo& table, const FisherQuestion& question) {
  TRY(CountTable::make(2, 2, {table.a, table.b, table.c, table.d}, "Fisher's test"));
  TRY(normal_multiplier(question.confidence_level));
  return conditional_odds(first_cell(table), static_cast<double>(table.a),
                          question.confidence_level, question.alternative, "Fisher's test");
}

}  // namespace kensho::stats
