// Whole-number labels of groups or strata, renumbered from 0 without gaps.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kensho::stats {

/// Every subject's place in the ascending list of distinct labels.
struct Labels {
  std::vector<int> distinct;         // ascending
  std::vector<std::uint32_t> index;  // one a subject, into `distinct`
};

/// Renumbers labels; `what` names them in a refusal.
/// Errors  invalid_argument: a label below 0 or above 2^20 - 1 (a table of labels must stay small).
/// Cost    O(n + largest label).
Result<Labels> make_labels(std::span<const int> labels, std::string_view what);

}  // namespace kensho::stats
