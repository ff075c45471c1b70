// P-values adjusted for the number of hypotheses tested.
#pragma once

#include <span>
#include <vector>

#include "base/result.h"

namespace kensho::stats {

/// How p-values are adjusted. The first four control the chance of any false rejection (hochberg
/// and hommel under independence or positive dependence), the last two the expected share of false
/// ones among the rejected (benjamini_hochberg under the same, benjamini_yekutieli always).
enum class Adjustment : unsigned char {
  bonferroni,
  holm,
  hochberg,
  hommel,
  benjamini_hochberg,
  benjamini_yekutieli,
};

/// The adjusted p-values, in the order given: reject where one is at or below the level.
///
/// Errors  invalid_argument: no p-value, or one outside [0, 1].
/// Cost    O(m log m); hommel O(m^2).
/// Source  Holm 1979, Scand. J. Stat. 6:65-70; Hochberg 1988, Biometrika 75:800-802; Hommel 1988,
///         Biometrika 75:383-386; Benjamini & Hochberg 1995, JRSS B 57:289-300; Benjamini &
///         Yekutieli 2001, Ann. Stat. 29:1165-1188.
/// Checked against R p.adjust, tests/reference/r/12_exact.json.
Result<std::vector<double>> adjust_p_values(std::span<const double> p_values,
                                            Adjustment adjustment);

}  // namespace kensho::stats
