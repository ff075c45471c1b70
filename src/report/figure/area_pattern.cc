#include "report/figure/area_pattern.h"

#include <array>

#include "base/check.h"
#include "report/figure/palette.h"

namespace kensho::report {
namespace {

// Strokes in a tile of 10 x 10 that meet their copies at its borders: rising lines, level lines,
// dots, falling lines, upright lines, a grid.
constexpr std::array<std::string_view, series_max> hatches = {
    "M0 10L10 0M-2 2L2 -2M8 12L12 8", "M0 5H10", "M5 5h.1",
    "M0 0L10 10M-2 8L2 12M8 -2L12 2", "M5 0V10", "M0 5H10M5 0V10"};

constexpr std::size_t dots = 2;

}  // namespace

std::string define_area_pattern(SvgCanvas& canvas, std::string_view id_prefix, std::size_t index) {
  ENSURE(index < series_max);
  const std::string id = std::string(id_prefix) + "-area-" + std::to_string(index + 1);
  canvas.define_tile(id, 10, hatches[index], series_style(index).color, index == dots ? 4 : 1.5);
  return "url(#" + id + ")";
}

}  // namespace kensho::report
