#include "report/figure/frame.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.h"
#include "report/figure/text_width.h"
#include "report/number_format.h"

namespace kensho::report {
namespace {

constexpr double tick_length = 6;
constexpr double word_gap = 10;            // between two words in a row
constexpr double direct_share_max = 0.32;  // of the width, for names beside the plot
constexpr double end_gap_share_max = 0.2;  // of the plot, between a series' end and its edge
constexpr double plot_share_min = 0.5;     // of the width; narrower, names go above
constexpr double baseline_shift = 0.35;    // of the text size
constexpr int round_ticks_max = 8;

double plot_height(double width) {
  return std::round(std::clamp(width * 0.56, 220.0, 340.0));
}

double widest_label(const std::vector<Tick>& ticks) {
  double width = 0;
  for (const Tick& tick : ticks) width = std::max(width, text_width(tick.label, text_size));
  return width;
}

// The widest word of a column: its tick label or one of its counts.
double column_width(const FrameContent& content, std::size_t column) {
  double width = text_width(content.x_ticks[column].label, text_size);
  if (!content.counts) return width;
  for (const auto& row : content.counts->rows) {
    width = std::max(width, text_width(row[column], text_size));
  }
  return width;
}

// From the first tick on, every one whose column keeps clear of the column shown before it.
std::vector<std::size_t> ticks_with_room(const FrameContent& content, const LinearScale& x) {
  std::vector<std::size_t> shown;
  double free_from = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < content.x_ticks.size(); ++i) {
    const double half = column_width(content, i) / 2;
    const double place = x(content.x_ticks[i].value);
    if (place - half < free_from) continue;
    shown.push_back(i);
    free_from = place + half + word_gap;
  }
  return shown;
}

// What the last words of the columns need right of the plot.
double right_margin(const FrameContent& content) {
  if (content.x_ticks.empty()) return word_gap;
  const std::size_t last = content.x_ticks.size() - 1;
  return edge_gap + std::max(word_gap, column_width(content, last) / 2);
}

double left_margin(const FrameContent& content, const CountTableLayout& counts) {
  const double first = content.x_ticks.empty() ? 0 : column_width(content, 0) / 2;
  return std::ceil(edge_gap +
                   std::max({widest_label(content.y_ticks) + 8, counts.left_margin, first}));
}

// Names can stand beside the plot only if the series reach (nearly) to its edge.
bool end_near_edge(const FrameContent& content) {
  const double nearest = content.x_to - end_gap_share_max * (content.x_to - content.x_from);
  return std::all_of(content.ends.begin(), content.ends.end(),
                     [&](const Point& end) { return end.x >= nearest; });
}

std::optional<DirectLabels> names_beside(const FrameContent& content, double height) {
  if (!end_near_edge(content)) return std::nullopt;
  std::vector<double> below_top;
  below_top.reserve(content.ends.size());
  const LinearScale y{content.y_from, content.y_to, height, 0};
  for (const Point& end : content.ends) below_top.push_back(y(end.y));
  return direct_labels(content.keys, below_top, height, direct_share_max * content.width);
}

// The columns of the figure, from left to right; nothing when the names leave the plot too narrow.
std::optional<Frame> try_columns(const FrameContent& content, bool names_beside_plot,
                                 bool names_beside_counts) {
  Frame frame;
  if (content.counts) {
    frame.counts = lay_out(*content.counts, content.count_keys, content.width, names_beside_counts);
  }
  const double left = left_margin(content, frame.counts);
  double right = right_margin(content);
  if (names_beside_plot) {
    frame.direct = names_beside(content, plot_height(content.width));
    if (!frame.direct) return std::nullopt;
    right = std::max(right, frame.direct->margin + edge_gap);
    if (content.width - left - right < plot_share_min * content.width) return std::nullopt;
  }
  frame.x = {content.x_from, content.x_to, left, std::floor(content.width - right)};
  frame.x_shown = ticks_with_room(content, frame.x);
  return frame;
}

// Names above the plot, then the plot, then what belongs to the x axis.
void place_rows(Frame& frame, const FrameContent& content, double height) {
  const double words_width = content.width - 2 * edge_gap;
  double y = 4;
  if (!frame.direct) {
    frame.legend_top = y;
    frame.legend = legend(content.keys, words_width);
    y += frame.legend.height + (frame.legend.height > 0 ? 4 : 0);
  }
  if (!content.words.note.empty()) {
    frame.note_lines = wrap_text(content.words.note, text_size, words_width);
    y += static_cast<double>(frame.note_lines.size()) * line_height;
  }
  if (!content.words.y_label.empty()) {
    const auto lines = wrap_text(content.words.y_label, text_size, words_width);
    y += static_cast<double>(lines.size()) * line_height;
  }
  const double top = std::round(y + line_height / 2 + 3);
  frame.y = {content.y_from, content.y_to, top + height, top};

  y = top + height + tick_length + line_height;
  if (!content.words.x_label.empty()) {
    const auto lines = wrap_text(content.words.x_label, text_size, words_width);
    y += static_cast<double>(lines.size()) * line_height;
  }
  frame.counts_top = y;
  frame.height = y + (content.counts ? frame.counts.height : 0) + 8;
}

void draw_lines(SvgCanvas& canvas, const std::vector<std::string>& lines, Point first,
                const TextStyle& style) {
  for (const std::string& line : lines) {
    canvas.text(first, line, style);
    first.y += line_height;
  }
}

void draw_y_axis(SvgCanvas& canvas, const Frame& frame, const FrameContent& content) {
  PathData grid;
  for (const Tick& tick : content.y_ticks) {
    const double y = frame.y(tick.value);
    if (!is_same_coordinate(y, frame.bottom())) {
      grid.move_to({frame.left(), y}).horizontal_to(frame.right());
    }
    canvas.text({frame.left() - 8, y + baseline_shift * text_size}, tick.label,
                {.anchor = Anchor::end});
  }
  canvas.path(grid, {.stroke = "#cccccc"});
  const auto lines = wrap_text(content.words.y_label, text_size, content.width - 2 * edge_gap);
  const double last = frame.top() - line_height / 2 - 8;
  const double first = last - static_cast<double>(lines.size() - 1) * line_height;
  if (!content.words.y_label.empty()) draw_lines(canvas, lines, {edge_gap, first}, {});
}

void draw_x_axis(SvgCanvas& canvas, const Frame& frame, const FrameContent& content) {
  PathData axis;
  axis.move_to({frame.left(), frame.top()}).vertical_to(frame.bottom());
  axis.horizontal_to(frame.right());
  const double label_y = frame.bottom() + tick_length + text_size;
  for (const std::size_t i : frame.x_shown) {
    const double x = frame.x(content.x_ticks[i].value);
    axis.move_to({x, frame.bottom()}).vertical_to(frame.bottom() + tick_length);
    canvas.text({x, label_y}, content.x_ticks[i].label, {.anchor = Anchor::middle});
  }
  canvas.path(axis, {.stroke = "currentColor", .stroke_width = 1.5});
  if (content.words.x_label.empty()) return;
  const auto lines = wrap_text(content.words.x_label, text_size, content.width - 2 * edge_gap);
  double half = 0;
  for (const auto& line : lines) half = std::max(half, text_width(line, text_size) / 2);
  const double middle = (frame.left() + frame.right()) / 2;
  const double centered = std::clamp(middle, half + edge_gap,
                                     std::max(half + edge_gap, content.width - half - edge_gap));
  draw_lines(canvas, lines, {centered, label_y + line_height}, {.anchor = Anchor::middle});
}

}  // namespace

Frame lay_out(const FrameContent& content) {
  // The more the names take beside the plot, the fewer ticks it has room for: of the four ways
  // the first that shows the most.
  std::optional<Frame> best;
  for (const bool names_beside_plot : {true, false}) {
    for (const bool names_beside_counts : {true, false}) {
      auto tried = try_columns(content, names_beside_plot, names_beside_counts);
      if (!tried || (best && tried->x_shown.size() <= best->x_shown.size())) continue;
      best = std::move(tried);
    }
  }
  ENSURE(best);  // with both kinds of names above there is always a way
  place_rows(*best, content, plot_height(content.width));
  return *best;
}

void draw_axes(SvgCanvas& canvas, const Frame& frame, const FrameContent& content) {
  canvas.open_group("axes");
  draw_y_axis(canvas, frame, content);
  draw_x_axis(canvas, frame, content);
  canvas.close_group();
}

void draw_names(SvgCanvas& canvas, const Frame& frame, const FrameContent& content) {
  if (frame.direct) {
    std::vector<Point> ends;
    ends.reserve(content.ends.size());
    for (const Point& end : content.ends) ends.push_back({frame.x(end.x), frame.y(end.y)});
    canvas.open_group("labels");
    draw_direct_labels(canvas, *frame.direct, content.keys, ends, {frame.right(), frame.top()});
    canvas.close_group();
  } else {
    draw_legend(canvas, frame.legend, content.keys, {edge_gap, frame.legend_top});
  }
  const double legend_room = frame.legend.height > 0 ? frame.legend.height + 4 : 0;
  draw_lines(canvas, frame.note_lines, {edge_gap, 4 + legend_room + text_size}, {.soft = true});
  if (content.counts) {
    draw_count_table(canvas, *content.counts, frame.counts, content.count_keys,
                     {frame.x_shown, frame.x, frame.counts_top});
  }
}

std::vector<Tick> percent_ticks() {
  std::vector<Tick> ticks;
  for (const double value : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    ticks.push_back({value, format_percent(value, 0)});
  }
  return ticks;
}

std::vector<Tick> time_ticks(const std::optional<CountTable>& counts, double x_max) {
  const Ticks ticks = counts ? ticks_at(counts->times) : nice_ticks(0, x_max, round_ticks_max);
  const std::vector<std::string> labels = tick_labels(ticks);
  std::vector<Tick> made;
  made.reserve(labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) made.push_back({ticks.values[i], labels[i]});
  return made;
}

}  // namespace kensho::report
