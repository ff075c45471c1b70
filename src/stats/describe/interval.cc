#include "stats/describe/interval.h"

#include <fmt/format.h>

#include "stats/dist/distributions.h"

namespace kensho::stats {

Result<double> normal_multiplier(double confidence_level) {
  if (!(confidence_level > 0 && confidence_level < 1)) {
    return Error{Errc::invalid_argument,
                 fmt::format("confidence level {}: must be above 0 and below 1", confidence_level)};
  }
  return normal_quantile(1 - (1 - confidence_level) / 2);
}

}  // namespace kensho::stats
