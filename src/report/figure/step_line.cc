#include "report/figure/step_line.h"

#include <algorithm>

#include "base/check.h"

namespace kensho::report {
namespace {

void draw_forward(PathData& path, const StepLine& line) {
  path.move_to(line.corners.front());
  for (std::size_t i = 1; i < line.corners.size(); ++i) {
    path.horizontal_to(line.corners[i].x).vertical_to(line.corners[i].y);
  }
  path.horizontal_to(line.end);
}

}  // namespace

void add_step(StepLine& line, Point corner) {
  auto& corners = line.corners;
  line.end = std::max(line.end, corner.x);
  if (!corners.empty()) {
    ENSURE(corner.x >= corners.back().x);
    if (is_same_coordinate(corner.y, corners.back().y)) return;
    if (corners.size() > 1 && is_same_coordinate(corner.x, corners.back().x)) {
      corners.back().y = corner.y;
      return;
    }
  }
  corners.push_back(corner);
}

PathData step_path(const StepLine& line) {
  PathData path;
  if (!line.corners.empty()) draw_forward(path, line);
  return path;
}

PathData step_area(const StepLine& upper, const StepLine& lower) {
  PathData path;
  if (upper.corners.empty() || lower.corners.empty()) return path;
  draw_forward(path, upper);
  path.vertical_to(lower.corners.back().y);
  for (std::size_t i = lower.corners.size() - 1; i > 0; --i) {
    path.horizontal_to(lower.corners[i].x).vertical_to(lower.corners[i - 1].y);
  }
  path.horizontal_to(lower.corners.front().x).close();
  return path;
}

}  // namespace kensho::report
