// The sequentially rejective graphical procedure for hypotheses of different importance.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"

namespace kensho::stats {

/// What the graph decides on each hypothesis, in the order given.
struct GraphicalDecision {
  std::vector<double> adjusted_p_values;  // rejected at any level at or above
  std::vector<bool> rejected;             // at the level asked
  std::vector<std::size_t> order;         // in which hypotheses would fall as the level rises
};

/// Weighted Bonferroni tests whose level passes along a graph: a rejected hypothesis i hands the
/// share transitions(i, j) of its level to j. Controls the chance of any false rejection strongly.
///
/// Shapes  p_values[m], weights[m]; transitions m by m.
/// Errors  invalid_argument: a p-value outside [0, 1]; a weight or transition outside [0, 1];
///         weights or a row of transitions that sum above 1; a diagonal that is not 0; level
///         outside (0, 1).
/// Cost    O(m^3).
/// Source  Bretz, Maurer, Brannath & Posch 2009, Stat. Med. 28:586-604, algorithm 1.
/// Checked against the closed test over all intersections, multiplicity_test.cc.
Result<GraphicalDecision> graphical_procedure(std::span<const double> p_values,
                                              std::span<const double> weights,
                                              const Matrix& transitions, double level);

}  // namespace kensho::stats
