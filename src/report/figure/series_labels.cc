#include "report/figure/series_labels.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "report/figure/label_spread.h"
#include "report/figure/marker.h"
#include "report/figure/text_width.h"

namespace kensho::report {
namespace {

constexpr double leader_length = 24;         // from the plot's edge to a direct label
constexpr double leader_shift_max = 60;      // further away a reader would not see what belongs
constexpr double leader_distance_min = 5;    // between the points where two leaders begin
constexpr double baseline_shift = 0.35;      // of the font size: centres a line on its height
constexpr double label_gap = 5;              // between the words of two direct labels
constexpr double entry_gap = 22;             // between two names of a legend
constexpr std::size_t direct_lines_max = 3;  // of one label

double widest(const std::vector<std::string>& lines) {
  double width = 0;
  for (const std::string& line : lines) width = std::max(width, text_width(line, text_size));
  return width;
}

// Lines of words, the block centred on `left_center.y`.
void draw_block(SvgCanvas& canvas, const std::vector<std::string>& lines, Point left_center) {
  const double above = static_cast<double>(lines.size() - 1) / 2 * line_height;
  double y = left_center.y - above + baseline_shift * text_size;
  for (const std::string& line : lines) {
    canvas.text({left_center.x, y}, line);
    y += line_height;
  }
}

// From a series' last point to its label at the height `label_edge.y` beside the plot's edge.
void draw_leader(SvgCanvas& canvas, Point end, Point label_edge, std::string_view color) {
  const double edge = label_edge.x;
  if (end.x + 4 < edge) {
    canvas.line({end.x + 4, end.y}, {edge, end.y},
                {.stroke = color, .stroke_width = 1.25, .dash = "1 4"});
  }
  const PathData leader = PathData()
                              .move_to({edge + 2, end.y})
                              .line_to({edge + 6, end.y})
                              .line_to({edge + 12, label_edge.y})
                              .line_to({edge + leader_length - 5, label_edge.y});
  canvas.path(leader, {.stroke = color, .stroke_width = 1.25});
}

bool can_be_told_apart(std::vector<double> ends) {
  std::sort(ends.begin(), ends.end());
  for (std::size_t i = 1; i < ends.size(); ++i) {
    if (ends[i] - ends[i - 1] < leader_distance_min) return false;
  }
  return true;
}

bool is_near(const std::vector<double>& centers, const std::vector<double>& ends) {
  for (std::size_t i = 0; i < ends.size(); ++i) {
    if (std::fabs(centers[i] - ends[i]) > leader_shift_max) return false;
  }
  return true;
}

}  // namespace

void draw_key(SvgCanvas& canvas, const SeriesKey& key, Point left_center) {
  const auto [x, y] = left_center;
  const Paint stroke{.stroke = key.color, .stroke_width = 2.5, .dash = key.dash};
  switch (key.shape) {
    case KeyShape::line:
      canvas.line({x, y}, {x + 28, y}, stroke);
      return;
    case KeyShape::area:
      canvas.rectangle({x + 1, y - 7}, 26, 14,
                       {.fill = key.fill, .stroke = key.color, .stroke_width = 1.5});
      return;
    case KeyShape::point:
      canvas.line({x, y}, {x + 28, y}, stroke);
      draw_marker(canvas, key.marker, {x + 14, y}, key.color);
      return;
  }
}

std::optional<DirectLabels> direct_labels(const std::vector<SeriesKey>& keys,
                                          const std::vector<double>& ends, double plot_height,
                                          double margin_max) {
  ENSURE(keys.size() == ends.size());
  if (!can_be_told_apart(ends)) return std::nullopt;
  DirectLabels labels;
  std::vector<SpreadLabel> wanted;
  double width = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    auto lines = wrap_text(keys[i].label, text_size, margin_max - leader_length);
    if (lines.size() > direct_lines_max) return std::nullopt;
    width = std::max(width, widest(lines));
    wanted.push_back({ends[i], static_cast<double>(lines.size()) * line_height + label_gap});
    labels.lines.push_back(std::move(lines));
  }
  labels.margin = width > 0 ? width + leader_length : 0;
  if (labels.margin > margin_max) return std::nullopt;

  // A label may reach half a line past either end of the axis, as the tick labels do.
  auto centers = spread_labels(wanted, -line_height / 2, plot_height + line_height / 2);
  if (!centers || !is_near(*centers, ends)) return std::nullopt;
  labels.centers = std::move(*centers);
  return labels;
}

void draw_direct_labels(SvgCanvas& canvas, const DirectLabels& labels,
                        const std::vector<SeriesKey>& keys, const std::vector<Point>& ends,
                        Point edge_top) {
  ENSURE(keys.size() == ends.size() && keys.size() == labels.lines.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].label.empty()) continue;
    const double y = edge_top.y + labels.centers[i];
    draw_leader(canvas, ends[i], {edge_top.x, y}, keys[i].color);
    draw_block(canvas, labels.lines[i], {edge_top.x + leader_length, y});
  }
}

Legend legend(const std::vector<SeriesKey>& keys, double width) {
  Legend made;
  double x = 0;
  double row_top = 0;
  double row_height = 0;
  for (const SeriesKey& key : keys) {
    if (key.label.empty()) {
      made.entries.emplace_back();
      continue;
    }
    auto lines = wrap_text(key.label, text_size, width - key_width);
    const double entry_width = key_width + widest(lines);
    if (x > 0 && x + entry_width > width) {
      x = 0;
      row_top += row_height;
      row_height = 0;
    }
    row_height = std::max(row_height, static_cast<double>(lines.size()) * line_height);
    made.entries.push_back({{x, row_top + line_height / 2}, std::move(lines)});
    x += entry_width + entry_gap;
  }
  made.height = row_top + row_height;
  return made;
}

void draw_legend(SvgCanvas& canvas, const Legend& legend, const std::vector<SeriesKey>& keys,
                 Point top_left) {
  ENSURE(keys.size() == legend.entries.size());
  canvas.open_group("legend");
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto& [place, lines] = legend.entries[i];
    if (keys[i].label.empty()) continue;
    const double x = top_left.x + place.x;
    const double y = top_left.y + place.y;
    const double below = static_cast<double>(lines.size() - 1) / 2 * line_height;
    draw_key(canvas, keys[i], {x, y});
    draw_block(canvas, lines, {x + key_width, y + below});
  }
  canvas.close_group();
}

}  // namespace kensho::report
