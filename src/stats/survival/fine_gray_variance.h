// The middle of the Fine-Gray sandwich. Internal to fine_gray.cc.
#pragma once

#include "stats/survival/subdistribution_risk.h"

namespace kensho::stats {

/// The sum over subjects of the outer product of their influence on the score: eta (the score of
/// the weighted model) plus psi (what estimating the censoring distribution adds). Overwrites
/// sample.x, whose room the influences take.
/// Cost    O(n p) for the influences by scans over time, O(n p^2) for their cross-product.
/// Source  Fine & Gray 1999, JASA 94:496-509, section 4, equations (7) and (8).
Matrix score_covariance(SubdistributionSample& sample, const SubdistributionRisk& risk,
                        unsigned threads);

}  // namespace kensho::stats
