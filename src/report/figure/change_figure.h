// Before and after: the mean with its interval at each visit, group by group.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "report/figure/frame.h"
#include "report/figure/svg.h"

namespace kensho::report {

// A mean and its interval; no interval draws no whisker (one participant has none).
struct VisitMean {
  struct Interval {
    double lower;
    double upper;
  };
  double mean;
  std::optional<Interval> interval = {};
};

struct Visit {
  double time;        // where it stands on the axis; 0, 1, 2 ... keeps close visits apart
  std::string label;  // what the axis says there
};

// One group: at each visit a mean, or nothing where nobody was seen. The line joins what there is.
struct ChangeGroup {
  std::string label;
  std::vector<std::optional<VisitMean>> means = {};
  std::vector<std::string> counts = {};  // how many were seen; all groups or none
};

// A range of values with a meaning, such as a change too small to matter to a patient.
struct ValueBand {
  double lower;
  double upper;
  std::string label;
};

// Shapes: means[visit] and counts[visit] of every group.
struct ChangeFigure {
  FigureHead head = {};
  FrameWords words = {};
  std::vector<Visit> visits = {};
  std::vector<ChangeGroup> groups = {};
  std::string counts_heading = {};
  std::optional<ValueBand> band = {};
  // The ends of the y axis, when the instrument has some; otherwise what is shown decides.
  struct Range {
    double from;
    double to;
  };
  std::optional<Range> range = {};
};

// The figure as SVG.
// Errors: invalid_argument: see check_head; fewer than two visits, or times that do not ascend;
// no group or more than `series_max`; a group without one mean per visit; a number that is not
// finite; an interval that does not hold its mean; a band or range with its ends swapped;
// something shown outside the given range; counts of some groups only.
Result<Svg> draw(const ChangeFigure& figure);

}  // namespace kensho::report
