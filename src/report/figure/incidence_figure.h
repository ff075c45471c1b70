// Stacked cumulative incidence of competing causes, with who is still free of all on top.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "report/figure/count_table.h"
#include "report/figure/frame.h"
#include "report/figure/svg.h"

namespace kensho::report {

// The cumulative incidence of every cause from `time` until the next step.
struct IncidenceStep {
  double time;
  std::vector<double> by_cause;
};

// Units: times in those of x_label; probabilities from 0 to 1, shown in percent.
// Shapes: steps[i].by_cause has one value per cause; at_risk has one row, for everyone.
struct IncidenceFigure {
  FigureHead head = {};
  FrameWords words = {};
  double x_max = 0;                      // the areas are cut here
  std::vector<std::string> causes = {};  // stacked from below in this order
  std::string event_free_label = {};     // names what is left
  std::vector<IncidenceStep> steps = {};
  double end_time = 0;  // of follow-up; the areas reach to here or to the last step
  std::optional<CountTable> at_risk = {};
};

// The figure as SVG.
// Errors: invalid_argument: see check_head and check_count_table; no cause or more than
// `series_max`; x_max not positive; a time not finite, negative or out of order; an incidence not
// in [0, 1] or a sum above 1.
// Cost: O(steps x causes), output bounded by the number of visible places.
Result<Svg> draw(const IncidenceFigure& figure);

}  // namespace kensho::report
