#include "report/figure/incidence_figure.h"

#include <algorithm>
#include <cmath>

#include "report/figure/area_pattern.h"
#include "report/figure/palette.h"
#include "report/figure/step_line.h"

namespace kensho::report {
namespace {

constexpr double rounding_slack = 1e-9;  // sums may miss 0 or 1 by rounding errors

Error bad(const char* message) {
  return Error{Errc::invalid_argument, std::string("incidence figure: ") + message};
}

Status check_step(const IncidenceStep& step, std::size_t causes) {
  if (!(std::isfinite(step.time) && step.time >= 0)) {
    return bad("a step's time is negative or not finite");
  }
  if (step.by_cause.size() != causes) return bad("one incidence per cause expected");
  double sum = 0;
  for (const double incidence : step.by_cause) {
    if (!(incidence >= -rounding_slack)) return bad("an incidence is negative or not a number");
    sum += incidence;
  }
  if (!(sum <= 1 + rounding_slack)) return bad("incidences sum to more than 1");
  return ok();
}

Status check(const IncidenceFigure& figure) {
  TRY(check_head(figure.head));
  if (!can_be_axis(0, figure.x_max)) return bad("x_max must be positive, at most 1e12");
  if (!(figure.end_time >= 0 && std::isfinite(figure.end_time)))
    return bad("end_time is not a time");
  if (figure.causes.empty() || figure.causes.size() > series_max) return bad("1 to 6 causes");
  double before = -1;
  for (const IncidenceStep& step : figure.steps) {
    TRY(check_step(step, figure.causes.size()));
    if (step.time <= before) return bad("step times must ascend");
    before = step.time;
  }
  if (figure.at_risk) TRY(check_count_table(*figure.at_risk, {0, figure.x_max}, 1));
  return ok();
}

double areas_end(const IncidenceFigure& figure) {
  const double last = figure.steps.empty() ? 0 : figure.steps.back().time;
  return std::min(std::max(figure.end_time, last), figure.x_max);
}

// The sum of the lowest `causes` incidences of a step.
double stacked(const IncidenceStep& step, std::size_t causes) {
  double sum = 0;
  for (std::size_t i = 0; i < causes; ++i) sum += step.by_cause[i];
  return std::clamp(sum, 0.0, 1.0);
}

// The upper boundary of the lowest `causes` areas.
StepLine boundary(const IncidenceFigure& figure, const Frame& frame, std::size_t causes) {
  StepLine line;
  add_step(line, {frame.x(0), frame.y(0)});
  for (const IncidenceStep& step : figure.steps) {
    if (step.time > figure.x_max) break;
    add_step(line, {frame.x(step.time), frame.y(stacked(step, causes))});
  }
  line.end = frame.x(areas_end(figure));
  return line;
}

// The height of the lowest `causes` areas where they end.
double height_at_end(const IncidenceFigure& figure, std::size_t causes) {
  double height = 0;
  for (const IncidenceStep& step : figure.steps) {
    if (step.time <= figure.x_max) height = stacked(step, causes);
  }
  return height;
}

// Names from the top area down, as the eye meets them.
void add_names(FrameContent& content, const IncidenceFigure& figure,
               const std::vector<std::string>& fills) {
  const double end = areas_end(figure);
  const std::size_t causes = figure.causes.size();
  content.keys.push_back(
      {.label = figure.event_free_label, .shape = KeyShape::area, .fill = "#ffffff"});
  content.ends.push_back({end, (1 + height_at_end(figure, causes)) / 2});
  for (std::size_t i = causes; i-- > 0;) {
    content.keys.push_back({.label = figure.causes[i],
                            .shape = KeyShape::area,
                            .color = series_style(i).color,
                            .fill = fills[i]});
    const double middle = (height_at_end(figure, i) + height_at_end(figure, i + 1)) / 2;
    content.ends.push_back({end, middle});
  }
}

FrameContent content_of(const IncidenceFigure& figure, const std::vector<std::string>& fills) {
  FrameContent content;
  content.width = figure.head.width;
  content.words = figure.words;
  content.x_ticks = time_ticks(figure.at_risk, figure.x_max);
  content.y_ticks = percent_ticks();
  content.x_to = figure.x_max;
  content.counts = figure.at_risk;
  content.count_keys = {SeriesKey{.label = ""}};
  add_names(content, figure, fills);
  return content;
}

void draw_areas(SvgCanvas& canvas, const IncidenceFigure& figure, const Frame& frame,
                const std::vector<std::string>& fills) {
  canvas.open_group("areas");
  std::vector<StepLine> lines;
  lines.reserve(figure.causes.size() + 1);
  for (std::size_t i = 0; i <= figure.causes.size(); ++i) {
    lines.push_back(boundary(figure, frame, i));
  }
  for (std::size_t i = 0; i < figure.causes.size(); ++i) {
    canvas.path(step_area(lines[i + 1], lines[i]), {.fill = fills[i]});
  }
  for (std::size_t i = 0; i < figure.causes.size(); ++i) {
    canvas.path(step_path(lines[i + 1]), {.stroke = series_style(i).color, .stroke_width = 2.25});
  }
  canvas.close_group();
}

}  // namespace

Result<Svg> draw(const IncidenceFigure& figure) {
  TRY(check(figure));
  SvgCanvas canvas;
  std::vector<std::string> fills;
  fills.reserve(figure.causes.size());
  for (std::size_t i = 0; i < figure.causes.size(); ++i) {
    fills.push_back(define_area_pattern(canvas, figure.head.id_prefix, i));
  }
  const FrameContent content = content_of(figure, fills);
  const Frame frame = lay_out(content);

  draw_areas(canvas, figure, frame, fills);
  draw_axes(canvas, frame, content);
  draw_names(canvas, frame, content);
  return canvas.finish(figure.head, frame.height);
}

}  // namespace kensho::report
