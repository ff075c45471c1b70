#include "stats/survival/labels.h"

#include <algorithm>

#include <fmt/format.h>

namespace kensho::stats {
namespace {

constexpr int largest_label = (1 << 20) - 1;

Status check_range(std::span<const int> labels, std::string_view what) {
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] >= 0 && labels[i] <= largest_label) continue;
    return Error{Errc::invalid_argument,
                 fmt::format("the {} in row {} is {}; it must be from 0 to {}", what, i + 1,
                             labels[i], largest_label)};
  }
  return ok();
}

}  // namespace

Result<Labels> make_labels(std::span<const int> labels, std::string_view what) {
  TRY(check_range(labels, what));
  if (labels.empty()) return Labels{};
  const auto largest = static_cast<std::size_t>(std::ranges::max(labels));
  std::vector<std::uint32_t> place(largest + 1, 0);
  for (const int label : labels) place[static_cast<std::size_t>(label)] = 1;

  Labels result;
  for (std::size_t label = 0; label <= largest; ++label) {
    if (place[label] == 0) continue;
    place[label] = static_cast<std::uint32_t>(result.distinct.size());
    result.distinct.push_back(static_cast<int>(label));
  }
  result.index.reserve(labels.size());
  for (const int label : labels) result.index.push_back(place[static_cast<std::size_t>(label)]);
  return result;
}

}  // namespace kensho::stats
