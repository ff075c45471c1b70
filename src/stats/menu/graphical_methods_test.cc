#include <doctest/doctest.h>

#include "stats/menu/method.h"

using namespace kensho;
using namespace kensho::stats;

namespace {

/// Three hypotheses of equal weight that pass their level on in equal parts.
DataTable equal_graph() {
  return DataTable::make({{"p", {0.01, 0.04, 0.02}, {}},
                          {"w", {1.0 / 3, 1.0 / 3, 1.0 / 3}, {}},
                          {"to_a", {0, 0.5, 0.5}, {}},
                          {"to_b", {0.5, 0, 0.5}, {}},
                          {"to_c", {0.5, 0.5, 0}, {}}})
      .value();
}

Result<Json> answer(const DataTable& table, const char* method,
                    const std::map<std::string, std::string>& values) {
  const Method* found = find_method(method);
  REQUIRE(found != nullptr);
  const auto arguments = Arguments::make(found->options, values, table);
  REQUIRE(arguments);
  return found->run(table, *arguments);
}

double number_of(const Json& row, const char* key) {
  return std::stod(row.find(key)->if_number()->text);
}

}  // namespace

TEST_CASE("a graph of equal weights and equal transitions is Holm's procedure") {
  const DataTable table = equal_graph();

  const auto graph =
      answer(table, "graphical_procedure",
             {{"p_value", "p"}, {"weights", "w"}, {"transitions", "to_a,to_b,to_c"}});
  const auto holm = answer(table, "multiplicity", {{"p_value", "p"}});

  REQUIRE((graph && holm));
  const auto& one = (*graph).find("hypotheses")->items();
  const auto& other = (*holm).find("hypotheses")->items();
  REQUIRE(one.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(number_of(one[i], "adjusted_p_value") ==
          doctest::Approx(number_of(other[i], "holm")).epsilon(1e-12));
    CHECK(*one[i].find("rejected")->if_bool());
  }
}

TEST_CASE("a graph needs a column for each hypothesis") {
  const auto refused = answer(equal_graph(), "graphical_procedure",
                              {{"p_value", "p"}, {"weights", "w"}, {"transitions", "to_a,to_b"}});

  REQUIRE(!refused);
  CHECK(refused.error().message.starts_with("--transitions names 2 columns for 3 hypotheses"));
}
