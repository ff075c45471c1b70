// Point marks told apart by shape.
#pragma once

#include <cstddef>
#include <string_view>

#include "report/figure/svg.h"

namespace kensho::report {

// Draws the index-th mark: circle, square, triangle, diamond, then a hollow circle and square.
// Contract: index < series_max.
void draw_marker(SvgCanvas& canvas, std::size_t index, Point center, std::string_view color);

}  // namespace kensho::report
