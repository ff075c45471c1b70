#include "report/small_counts.h"

#include <algorithm>
#include <optional>

namespace kensho::report {

std::vector<Shown> show_counts(const std::vector<std::int64_t>& counts) {
  std::vector<Shown> shown;
  std::optional<std::size_t> smallest_other;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    shown.push_back(is_small(counts[i]) ? Shown::small : Shown::as_is);
    const bool candidate = !is_small(counts[i]) && counts[i] > 0;
    if (candidate && (!smallest_other || counts[i] < counts[*smallest_other])) smallest_other = i;
  }
  if (std::ranges::count(shown, Shown::small) == 1 && smallest_other) {
    shown[*smallest_other] = Shown::withheld;
  }
  return shown;
}

}  // namespace kensho::report
