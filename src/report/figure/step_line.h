// Step functions as SVG paths, thinned to what can be seen.
#pragma once

#include <vector>

#include "report/figure/svg.h"

namespace kensho::report {

// A step function on the drawing: level corners[i].y from corners[i].x to the next corner's x,
// the last one to `end`. At most one corner per coordinate that can be told apart, so a curve
// with a million events draws as fast as it looks.
struct StepLine {
  std::vector<Point> corners;  // ascending x
  double end = 0;
};

// Adds a level from `x` on. Contract: x is not left of the last corner.
void add_step(StepLine& line, Point corner);

// The line itself.
PathData step_path(const StepLine& line);

// The area between two step lines with the same first x and the same end.
PathData step_area(const StepLine& upper, const StepLine& lower);

}  // namespace kensho::report
