#include "report/figure/change_figure.h"

#include <algorithm>
#include <cmath>

#include "report/figure/marker.h"
#include "report/figure/palette.h"
#include "report/number_format.h"

namespace kensho::report {
namespace {

constexpr double dodge_max = 11;    // between the points of two groups at one visit
constexpr double dodge_min = 6;     // closer than this the points would hide each other
constexpr double cap_half = 5;      // of a whisker
constexpr double air_share = 0.05;  // of the values' spread, kept free above and below
constexpr int ticks_max = 7;
constexpr std::string_view band_fill = "#e8e8e8";
constexpr std::string_view band_edge = "#767676";

Error bad(const char* message) {
  return Error{Errc::invalid_argument, std::string("change figure: ") + message};
}

Status check_mean(const VisitMean& visit) {
  if (!std::isfinite(visit.mean)) return bad("a mean is not finite");
  if (!visit.interval) return ok();
  const auto [lower, upper] = *visit.interval;
  const bool holds =
      std::isfinite(lower) && std::isfinite(upper) && lower <= visit.mean && visit.mean <= upper;
  if (!holds) return bad("an interval is not finite or does not hold its mean");
  return ok();
}

Status check_group(const ChangeGroup& group, std::size_t visits, bool counted) {
  if (group.means.size() != visits) return bad("one mean per visit expected");
  if (group.counts.size() != (counted ? visits : 0)) return bad("one count per visit expected");
  for (const auto& visit : group.means) {
    if (visit) TRY(check_mean(*visit));
  }
  return ok();
}

Status check_visits(const std::vector<Visit>& visits) {
  if (visits.size() < 2) return bad("at least two visits expected");
  for (std::size_t i = 0; i < visits.size(); ++i) {
    if (!std::isfinite(visits[i].time)) return bad("a visit's time is not finite");
    if (i > 0 && visits[i].time <= visits[i - 1].time) return bad("visits must ascend in time");
  }
  if (!can_be_axis(visits.front().time, visits.back().time)) return bad("visits are too close");
  return ok();
}

// The least and the greatest value shown.
ChangeFigure::Range shown_values(const ChangeFigure& figure) {
  std::vector<double> values;
  for (const ChangeGroup& group : figure.groups) {
    for (const auto& visit : group.means) {
      if (!visit) continue;
      values.push_back(visit->mean);
      if (!visit->interval) continue;
      values.push_back(visit->interval->lower);
      values.push_back(visit->interval->upper);
    }
  }
  if (figure.band) values.insert(values.end(), {figure.band->lower, figure.band->upper});
  if (values.empty()) return {0, 1};
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  return {*least, *greatest};
}

ChangeFigure::Range axis_range(const ChangeFigure& figure) {
  if (figure.range) return *figure.range;
  const auto [from, to] = shown_values(figure);
  const double size = std::max({1.0, std::fabs(from), std::fabs(to)});
  // A single value still needs an axis with two ends.
  const double spread = to - from > 1e-6 * size ? to - from : size;
  return {from - air_share * spread, to + air_share * spread};
}

Status check_range(const ChangeFigure& figure) {
  if (figure.band && !can_be_axis(figure.band->lower, figure.band->upper)) {
    return bad("the band's ends are swapped, equal or too large");
  }
  const ChangeFigure::Range axis = axis_range(figure);
  if (!can_be_axis(axis.from, axis.to)) return bad("the values' range is swapped or too large");
  const ChangeFigure::Range shown = shown_values(figure);
  if (shown.from < axis.from || shown.to > axis.to) {
    return bad("a value lies outside the given range");
  }
  return ok();
}

Status check(const ChangeFigure& figure) {
  TRY(check_head(figure.head));
  TRY(check_visits(figure.visits));
  if (figure.groups.empty() || figure.groups.size() > series_max) return bad("1 to 6 groups");
  const bool counted = !figure.groups.front().counts.empty();
  for (const ChangeGroup& group : figure.groups) {
    TRY(check_group(group, figure.visits.size(), counted));
  }
  return check_range(figure);
}

std::optional<CountTable> counts_of(const ChangeFigure& figure) {
  if (figure.groups.front().counts.empty()) return std::nullopt;
  CountTable table{.heading = figure.counts_heading};
  for (const Visit& visit : figure.visits) table.times.push_back(visit.time);
  for (const ChangeGroup& group : figure.groups) table.rows.push_back(group.counts);
  return table;
}

SeriesKey key_of(const ChangeGroup& group, std::size_t index) {
  const auto [color, dash] = series_style(index);
  return {.label = group.label,
          .shape = KeyShape::point,
          .color = color,
          .dash = dash,
          .marker = index};
}

// The last mean of a group; the middle of the axis for a group nobody saw.
Point last_mean(const ChangeFigure& figure, const ChangeGroup& group) {
  for (std::size_t i = figure.visits.size(); i-- > 0;) {
    const auto& visit = group.means[i];
    if (visit) return {figure.visits[i].time, visit->mean};
  }
  const auto [from, to] = axis_range(figure);
  return {figure.visits.front().time, (from + to) / 2};
}

void add_names(FrameContent& content, const ChangeFigure& figure) {
  for (std::size_t i = 0; i < figure.groups.size(); ++i) {
    content.keys.push_back(key_of(figure.groups[i], i));
    content.ends.push_back(last_mean(figure, figure.groups[i]));
  }
  content.count_keys = content.keys;
  if (content.count_keys.size() == 1) content.count_keys[0].label.clear();  // no need to tell
  if (!figure.band || figure.band->label.empty()) return;
  content.keys.push_back({.label = figure.band->label,
                          .shape = KeyShape::area,
                          .color = band_edge,
                          .fill = std::string(band_fill)});
  content.ends.push_back({content.x_to, (figure.band->lower + figure.band->upper) / 2});
}

FrameContent content_of(const ChangeFigure& figure) {
  FrameContent content;
  content.width = figure.head.width;
  content.words = figure.words;
  for (const Visit& visit : figure.visits) content.x_ticks.push_back({visit.time, visit.label});
  const auto [from, to] = axis_range(figure);
  const Ticks ticks = nice_ticks(from, to, ticks_max);
  const std::vector<std::string> labels = tick_labels(ticks);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    content.y_ticks.push_back({ticks.values[i], labels[i]});
  }
  content.y_from = from;
  content.y_to = to;
  const double first = figure.visits.front().time;
  const double last = figure.visits.back().time;
  // Room for the outermost groups before the first visit and after the last.
  const double side = (0.04 + 0.012 * static_cast<double>(figure.groups.size())) * (last - first);
  content.x_from = first - side;
  content.x_to = last + side;
  content.counts = counts_of(figure);
  add_names(content, figure);
  return content;
}

void draw_band(SvgCanvas& canvas, const Frame& frame, const ValueBand& band) {
  const double top = frame.y(band.upper);
  const double bottom = frame.y(band.lower);
  canvas.rectangle({frame.left(), top}, frame.right() - frame.left(), bottom - top,
                   {.fill = band_fill});
  for (const double y : {top, bottom}) {
    canvas.line({frame.left(), y}, {frame.right(), y}, {.stroke = band_edge, .dash = "3 3"});
  }
}

void draw_whisker(SvgCanvas& canvas, double x, double low, double high, std::string_view color) {
  PathData path;
  path.move_to({x, low}).vertical_to(high);
  path.move_to({x - cap_half, low}).horizontal_to(x + cap_half);
  path.move_to({x - cap_half, high}).horizontal_to(x + cap_half);
  canvas.path(path, {.stroke = color, .stroke_width = 1.5});
}

// The distance between groups at a visit: less where visits stand close.
double dodge_of(const ChangeFigure& figure, const Frame& frame) {
  double gap = frame.right() - frame.left();
  for (std::size_t i = 1; i < figure.visits.size(); ++i) {
    gap = std::min(gap, frame.x(figure.visits[i].time) - frame.x(figure.visits[i - 1].time));
  }
  const double share = 0.8 * gap / static_cast<double>(figure.groups.size());
  return std::clamp(share, dodge_min, dodge_max);
}

void draw_group(SvgCanvas& canvas, const Frame& frame, const ChangeFigure& figure,
                std::size_t index) {
  const ChangeGroup& group = figure.groups[index];
  const SeriesStyle style = series_style(index);
  const double middle = static_cast<double>(figure.groups.size() - 1) / 2;
  const double shift = (static_cast<double>(index) - middle) * dodge_of(figure, frame);
  std::vector<Point> points;
  for (std::size_t i = 0; i < figure.visits.size(); ++i) {
    const auto& visit = group.means[i];
    if (!visit) continue;
    const double x = frame.x(figure.visits[i].time) + shift;
    points.push_back({x, frame.y(visit->mean)});
    if (!visit->interval) continue;
    const auto [lower, upper] = *visit->interval;
    draw_whisker(canvas, x, frame.y(lower), frame.y(upper), style.color);
  }
  PathData line;
  for (std::size_t i = 0; i < points.size(); ++i) {
    i == 0 ? line.move_to(points[i]) : line.line_to(points[i]);
  }
  if (points.size() > 1) {
    canvas.path(line, {.stroke = style.color, .stroke_width = 2.25, .dash = style.dash});
  }
  for (const Point& point : points) draw_marker(canvas, index, point, style.color);
}

}  // namespace

Result<Svg> draw(const ChangeFigure& figure) {
  TRY(check(figure));
  const FrameContent content = content_of(figure);
  const Frame frame = lay_out(content);

  SvgCanvas canvas;
  if (figure.band) draw_band(canvas, frame, *figure.band);
  draw_axes(canvas, frame, content);
  canvas.open_group("means");
  for (std::size_t i = 0; i < figure.groups.size(); ++i) draw_group(canvas, frame, figure, i);
  canvas.close_group();
  draw_names(canvas, frame, content);
  return canvas.finish(figure.head, frame.height);
}

}  // namespace kensho::report
