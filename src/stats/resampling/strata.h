// The rows of each stratum, for drawing within them.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"

namespace kensho::stats {

/// Row indices of each stratum, in ascending order of code; one stratum where no codes are given.
/// Errors  invalid_argument: no row, or strata of another length than n.
Result<std::vector<std::vector<std::size_t>>> rows_by_stratum(std::size_t n,
                                                              std::span<const int> strata);

}  // namespace kensho::stats
