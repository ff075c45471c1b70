#include "report/figure/marker.h"

#include "base/check.h"
#include "report/figure/palette.h"

namespace kensho::report {
namespace {

constexpr double radius = 5;
constexpr std::size_t first_hollow = 4;

void draw_square(SvgCanvas& canvas, Point center, const Paint& paint) {
  const double half = radius * 0.9;  // looks as large as the circle
  canvas.rectangle({center.x - half, center.y - half}, 2 * half, 2 * half, paint);
}

PathData triangle(Point center) {
  return PathData()
      .move_to({center.x, center.y - radius * 1.2})
      .line_to({center.x + radius * 1.15, center.y + radius * 0.8})
      .line_to({center.x - radius * 1.15, center.y + radius * 0.8})
      .close();
}

PathData diamond(Point center) {
  const double reach = radius * 1.25;
  return PathData()
      .move_to({center.x, center.y - reach})
      .line_to({center.x + reach, center.y})
      .line_to({center.x, center.y + reach})
      .line_to({center.x - reach, center.y})
      .close();
}

}  // namespace

void draw_marker(SvgCanvas& canvas, std::size_t index, Point center, std::string_view color) {
  ENSURE(index < series_max);
  const std::string_view fill = index < first_hollow ? color : "#ffffff";
  const Paint paint{.fill = fill, .stroke = color, .stroke_width = 1.5};
  switch (index % first_hollow) {
    case 0:
      return canvas.circle(center, radius, paint);
    case 1:
      return draw_square(canvas, center, paint);
    case 2:
      return canvas.path(triangle(center), paint);
    default:
      return canvas.path(diamond(center), paint);
  }
}

}  // namespace kensho::report
