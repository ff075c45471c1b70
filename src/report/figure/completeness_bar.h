// How complete the follow-up is, against the bound the protocol set.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "report/figure/svg.h"

namespace kensho::report {

// A horizontal bar from 0 to 100%. Both are fractions from 0 to 1.
struct CompletenessBar {
  struct Bound {
    double fraction;
    std::string label;  // stands under the mark
  };
  FigureHead head = {};
  std::string label = {};  // stands over the bar, with the value in words; may be empty
  double fraction = 0;
  std::optional<Bound> bound = {};
};

// The bar as SVG of class "bar". Below it stand 0% and 100% where the bound's label leaves room.
// Errors: invalid_argument: see check_head; a fraction not in [0, 1].
Result<Svg> draw(const CompletenessBar& bar);

}  // namespace kensho::report
