// A Kaplan-Meier figure: curves, confidence bands, censor ticks, names and numbers at risk.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "report/figure/count_table.h"
#include "report/figure/frame.h"
#include "report/figure/svg.h"

namespace kensho::report {

struct ProbabilityInterval {
  double lower;
  double upper;
};

// The estimate from `time` until the next step. Without an interval the band has a gap there.
struct SurvivalStep {
  double time;
  double estimate;
  std::optional<ProbabilityInterval> interval = {};
};

// One group. The curve starts at 1 and time 0, and ends at its last step or censor time,
// whichever is later.
struct SurvivalCurve {
  std::string label = {};  // may be empty when there is one curve only
  std::vector<SurvivalStep> steps = {};
  std::vector<double> censor_times = {};
};

// A thin line across the plot, at a time or at a probability.
struct ReferenceLine {
  enum class Along : unsigned char { time, probability };
  Along along;
  double value;
  std::string label = {};
};

// Units: times in those of x_label; probabilities from 0 to 1, shown in percent.
struct SurvivalFigure {
  FigureHead head = {};
  FrameWords words = {};
  double x_max = 0;  // the curves are cut here
  std::vector<SurvivalCurve> curves = {};
  std::optional<CountTable> at_risk = {};  // one row per curve; its times become the ticks
  bool show_confidence = true;
  std::vector<ReferenceLine> reference_lines = {};
};

// The figure as SVG.
// Errors: invalid_argument: see check_head and check_count_table; no curve or more than
// `series_max`; x_max not positive; a time not finite, negative or out of order; a probability
// not in [0, 1]; an interval that does not hold lower <= upper; a reference line off the axes.
// Cost: O(steps), output bounded by the number of visible places.
Result<Svg> draw(const SurvivalFigure& figure);

}  // namespace kensho::report
