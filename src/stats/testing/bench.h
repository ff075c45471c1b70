// For benchmarks only: a timed kernel on made-up data that R can read too.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace kensho::stats::testing {

/// The data of a case, by name. A matrix is one column after another under one name.
using Columns = std::map<std::string, std::vector<double>>;

/// A kernel and its data. `make` is not timed; `run` is, and returns the numbers that
/// bench/stats/<id>.R must find too (coefficients, statistics), in the same order.
struct Case {
  std::string id;     // P1: also the name of the R script
  std::string title;  // "Cox Efron, n = 1,000,000, p = 10, 1,000 distinct times"
  Columns (*make)();
  std::vector<double> (*run)(const Columns& columns, unsigned threads);
  double goal_seconds = 0;  // 0: none stated
};

/// Adds a case at program start: `const Registered p1{{.id = "P1", ...}};`
struct Registered {
  explicit Registered(Case added);
};

/// All cases in order of id.
std::vector<Case> cases();

}  // namespace kensho::stats::testing
