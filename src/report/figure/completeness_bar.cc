#include "report/figure/completeness_bar.h"

#include <algorithm>
#include <vector>

#include "report/figure/text_width.h"

namespace kensho::report {
namespace {

constexpr double bar_height = 24;
constexpr double mark_reach = 7;  // of the bound's mark beyond the bar
constexpr double word_gap = 10;
constexpr std::string_view bar_color = "#0060a8";

Error bad(const char* message) {
  return Error{Errc::invalid_argument, std::string("completeness bar: ") + message};
}

bool is_fraction(double value) {
  return value >= 0 && value <= 1;
}

struct BarPlace {
  double left;
  double width;
  double top;
  double bottom() const { return top + bar_height; }
  double right() const { return left + width; }
};

// The mark has a white rim, so that it shows on the bar as well as beside it.
void draw_mark(SvgCanvas& canvas, const BarPlace& place, double x) {
  const Point from{x, place.top - mark_reach};
  const Point to{x, place.bottom() + mark_reach};
  canvas.line(from, to, {.stroke = "#ffffff", .stroke_width = 6});
  canvas.line(from, to, {.stroke = "currentColor", .stroke_width = 3});
}

// The words under the bar: the bound's near its mark, the ends of the scale where room is left.
void draw_scale(SvgCanvas& canvas, const BarPlace& place, const CompletenessBar& bar) {
  const double y = place.bottom() + mark_reach + text_size;
  double taken_from = place.right() + word_gap;
  double taken_to = place.left - word_gap;
  if (bar.bound && !bar.bound->label.empty()) {
    const double width = text_width(bar.bound->label, text_size);
    const double wanted = place.left + bar.bound->fraction * place.width - width / 2;
    const double start = std::max(place.left, std::min(wanted, place.right() - width));
    canvas.text({start, y}, bar.bound->label);
    taken_from = start;
    taken_to = start + width;
  }
  if (place.left + text_width("0%", text_size) + word_gap <= taken_from) {
    canvas.text({place.left, y}, "0%", {.soft = true});
  }
  if (place.right() - text_width("100%", text_size) - word_gap >= taken_to) {
    canvas.text({place.right(), y}, "100%", {.anchor = Anchor::end, .soft = true});
  }
}

}  // namespace

Result<Svg> draw(const CompletenessBar& bar) {
  TRY(check_head(bar.head));
  if (!is_fraction(bar.fraction)) return bad("the fraction is not in [0, 1]");
  if (bar.bound && !is_fraction(bar.bound->fraction)) return bad("the bound is not in [0, 1]");

  SvgCanvas canvas;
  const double words_width = bar.head.width - 2 * edge_gap;
  double y = edge_gap + text_size;
  if (!bar.label.empty()) {
    for (const std::string& line : wrap_text(bar.label, text_size, words_width)) {
      canvas.text({edge_gap, y}, line, {.bold = true});
      y += line_height;
    }
  }
  const BarPlace place{edge_gap, words_width, y - text_size + mark_reach};
  canvas.rectangle({place.left, place.top}, place.width, bar_height,
                   {.fill = "#ffffff", .stroke = "#767676"});
  canvas.rectangle({place.left, place.top}, bar.fraction * place.width, bar_height,
                   {.fill = bar_color});
  if (bar.bound) draw_mark(canvas, place, place.left + bar.bound->fraction * place.width);
  draw_scale(canvas, place, bar);
  return canvas.finish(bar.head, place.bottom() + mark_reach + line_height + edge_gap, "bar");
}

}  // namespace kensho::report
