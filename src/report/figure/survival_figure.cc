#include "report/figure/survival_figure.h"

#include <algorithm>
#include <cmath>

#include "report/figure/palette.h"
#include "report/figure/step_line.h"
#include "report/figure/text_width.h"

namespace kensho::report {
namespace {

constexpr double censor_tick_half = 5;
constexpr double rounding_slack = 1e-9;  // estimates may miss 0 or 1 by a rounding error

Error bad(const char* message) {
  return Error{Errc::invalid_argument, std::string("survival figure: ") + message};
}

bool is_probability(double value) {
  return value >= -rounding_slack && value <= 1 + rounding_slack;
}

bool is_time(double value) {
  return std::isfinite(value) && value >= 0;
}

Status check_step(const SurvivalStep& step) {
  if (!is_time(step.time)) return bad("a step's time is negative or not finite");
  if (!is_probability(step.estimate)) return bad("an estimate is not in [0, 1]");
  if (!step.interval) return ok();
  const auto [lower, upper] = *step.interval;
  if (!is_probability(lower) || !is_probability(upper) || lower > upper) {
    return bad("an interval is not within [0, 1] or its ends are swapped");
  }
  return ok();
}

Status check_curve(const SurvivalCurve& curve) {
  double before = -1;
  for (const SurvivalStep& step : curve.steps) {
    TRY(check_step(step));
    if (step.time <= before) return bad("step times must ascend");
    before = step.time;
  }
  if (!std::all_of(curve.censor_times.begin(), curve.censor_times.end(), is_time)) {
    return bad("a censor time is negative or not finite");
  }
  return ok();
}

Status check_reference(const ReferenceLine& line, double x_max) {
  const double highest = line.along == ReferenceLine::Along::time ? x_max : 1;
  if (!(line.value >= 0 && line.value <= highest)) return bad("a reference line is off the axes");
  return ok();
}

Status check(const SurvivalFigure& figure) {
  TRY(check_head(figure.head));
  if (!can_be_axis(0, figure.x_max)) return bad("x_max must be positive, at most 1e12");
  if (figure.curves.empty() || figure.curves.size() > series_max) return bad("1 to 6 curves");
  for (const SurvivalCurve& curve : figure.curves) TRY(check_curve(curve));
  for (const ReferenceLine& line : figure.reference_lines) TRY(check_reference(line, figure.x_max));
  if (figure.at_risk) {
    TRY(check_count_table(*figure.at_risk, {0, figure.x_max}, figure.curves.size()));
  }
  return ok();
}

double curve_end(const SurvivalCurve& curve, double x_max) {
  double end = curve.steps.empty() ? 0 : curve.steps.back().time;
  for (const double time : curve.censor_times) end = std::max(end, time);
  return std::min(end, x_max);
}

// The estimate at `time`: that of the last step not after it.
double estimate_at(const SurvivalCurve& curve, double time) {
  const auto after =
      std::upper_bound(curve.steps.begin(), curve.steps.end(), time,
                       [](double value, const SurvivalStep& step) { return value < step.time; });
  const double estimate = after == curve.steps.begin() ? 1 : std::prev(after)->estimate;
  return std::clamp(estimate, 0.0, 1.0);
}

// One figure being drawn: its data beside the places found for them.
struct Plot {
  const SurvivalFigure& figure;
  const FrameContent& content;
  const Frame& frame;

  Point at(double time, double probability) const {
    return {frame.x(time), frame.y(std::clamp(probability, 0.0, 1.0))};
  }
};

void draw_curve(SvgCanvas& canvas, const Plot& plot, std::size_t index) {
  const SurvivalCurve& curve = plot.figure.curves[index];
  StepLine line;
  add_step(line, plot.at(0, 1));
  for (const SurvivalStep& step : curve.steps) {
    if (step.time <= plot.figure.x_max) add_step(line, plot.at(step.time, step.estimate));
  }
  line.end = plot.frame.x(curve_end(curve, plot.figure.x_max));
  const SeriesStyle style = series_style(index);
  canvas.path(step_path(line), {.stroke = style.color, .stroke_width = 2.5, .dash = style.dash});
}

// The bounds of an unbroken stretch of intervals.
struct Band {
  StepLine lower;
  StepLine upper;
};

void close_band(SvgCanvas& canvas, Band& band, double end, std::string_view color) {
  if (!band.lower.corners.empty() && end > band.lower.corners.front().x) {
    band.lower.end = band.upper.end = end;
    canvas.path(step_area(band.upper, band.lower), {.fill = color, .fill_opacity = 0.16});
  }
  band = {};
}

void draw_band(SvgCanvas& canvas, const Plot& plot, std::size_t index) {
  const SurvivalCurve& curve = plot.figure.curves[index];
  const std::string_view color = series_style(index).color;
  const bool any = std::any_of(curve.steps.begin(), curve.steps.end(),
                               [](const SurvivalStep& step) { return step.interval.has_value(); });
  if (!any) return;
  Band band;
  add_step(band.lower, plot.at(0, 1));
  add_step(band.upper, plot.at(0, 1));
  for (const SurvivalStep& step : curve.steps) {
    if (step.time > plot.figure.x_max) break;
    if (step.interval) {
      add_step(band.lower, plot.at(step.time, step.interval->lower));
      add_step(band.upper, plot.at(step.time, step.interval->upper));
    } else {
      close_band(canvas, band, plot.frame.x(step.time), color);
    }
  }
  close_band(canvas, band, plot.frame.x(curve_end(curve, plot.figure.x_max)), color);
}

void draw_censoring(SvgCanvas& canvas, const Plot& plot, std::size_t index) {
  const SurvivalCurve& curve = plot.figure.curves[index];
  std::vector<double> times = curve.censor_times;
  std::sort(times.begin(), times.end());
  PathData ticks;
  double drawn_at = -1;  // ticks that would cover each other are drawn once
  for (const double time : times) {
    if (time > plot.figure.x_max) break;
    const Point place = plot.at(time, estimate_at(curve, time));
    if (is_same_coordinate(place.x, drawn_at)) continue;
    drawn_at = place.x;
    ticks.move_to({place.x, place.y - censor_tick_half}).vertical_to(place.y + censor_tick_half);
  }
  if (!times.empty())
    canvas.path(ticks, {.stroke = series_style(index).color, .stroke_width = 1.25});
}

constexpr Paint reference_paint{.stroke = "#767676", .stroke_width = 1.25, .dash = "3 3"};

void draw_level(SvgCanvas& canvas, const Frame& frame, const ReferenceLine& line) {
  const double y = frame.y(line.value);
  canvas.line({frame.left(), y}, {frame.right(), y}, reference_paint);
  if (line.label.empty()) return;
  canvas.text({frame.right() - 4, y - 5}, line.label, {.anchor = Anchor::end, .soft = true});
}

// The label stands right of the line, or as far right as the plot allows.
void draw_moment(SvgCanvas& canvas, const Frame& frame, const ReferenceLine& line) {
  const double x = frame.x(line.value);
  canvas.line({x, frame.top()}, {x, frame.bottom()}, reference_paint);
  if (line.label.empty()) return;
  const double width = text_width(line.label, text_size);
  const bool fits_left = x - 5 - width >= frame.left();
  const bool fits_right = x + 5 + width <= frame.right();
  const double start = fits_right ? x + 5 : fits_left ? x - 5 - width : frame.right() - width;
  canvas.text({std::max(start, edge_gap), frame.bottom() - 8}, line.label, {.soft = true});
}

void draw_reference(SvgCanvas& canvas, const Frame& frame, const ReferenceLine& line) {
  switch (line.along) {
    case ReferenceLine::Along::probability:
      return draw_level(canvas, frame, line);
    case ReferenceLine::Along::time:
      return draw_moment(canvas, frame, line);
  }
}

std::vector<SeriesKey> keys_of(const SurvivalFigure& figure) {
  std::vector<SeriesKey> keys;
  for (std::size_t i = 0; i < figure.curves.size(); ++i) {
    const auto [color, dash] = series_style(i);
    keys.push_back({.label = figure.curves[i].label, .color = color, .dash = dash});
  }
  return keys;
}

FrameContent content_of(const SurvivalFigure& figure) {
  FrameContent content;
  content.width = figure.head.width;
  content.words = figure.words;
  content.x_ticks = time_ticks(figure.at_risk, figure.x_max);
  content.y_ticks = percent_ticks();
  content.x_to = figure.x_max;
  content.keys = keys_of(figure);
  for (const SurvivalCurve& curve : figure.curves) {
    const double end = curve_end(curve, figure.x_max);
    content.ends.push_back({end, estimate_at(curve, end)});
  }
  content.counts = figure.at_risk;
  content.count_keys = content.keys;
  if (content.count_keys.size() == 1) content.count_keys[0].label.clear();  // no need to tell
  return content;
}

}  // namespace

Result<Svg> draw(const SurvivalFigure& figure) {
  TRY(check(figure));
  const FrameContent content = content_of(figure);
  const Frame frame = lay_out(content);
  const Plot plot{figure, content, frame};

  SvgCanvas canvas;
  draw_axes(canvas, frame, content);
  canvas.open_group("curves");
  for (std::size_t i = 0; figure.show_confidence && i < figure.curves.size(); ++i) {
    draw_band(canvas, plot, i);
  }
  for (const ReferenceLine& line : figure.reference_lines) draw_reference(canvas, frame, line);
  for (std::size_t i = 0; i < figure.curves.size(); ++i) {
    draw_curve(canvas, plot, i);
    draw_censoring(canvas, plot, i);
  }
  canvas.close_group();
  draw_names(canvas, frame, content);
  return canvas.finish(figure.head, frame.height);
}

}  // namespace kensho::report
