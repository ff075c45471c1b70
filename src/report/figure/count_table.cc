#include "report/figure/count_table.h"

#include <algorithm>
#include <cmath>

#include "report/figure/text_width.h"

namespace kensho::report {
namespace {

constexpr double names_share_max = 0.26;  // of the figure's width; wider names go above
constexpr double heading_gap = 10;

double widest_first_count(const CountTable& table) {
  double width = 0;
  for (const auto& row : table.rows) width = std::max(width, text_width(row.front(), text_size));
  return width;
}

bool has_names(const std::vector<SeriesKey>& keys) {
  return std::any_of(keys.begin(), keys.end(), [](const auto& key) { return !key.label.empty(); });
}

Error bad(const char* message) {
  return Error{Errc::invalid_argument, message};
}

}  // namespace

Status check_count_table(const CountTable& table, double x_max, std::size_t rows_expected) {
  if (table.times.empty()) return bad("at-risk table: no times");
  double before = -1;
  for (const double time : table.times) {
    if (!(time >= 0 && time <= x_max)) return bad("at-risk table: a time is outside the axis");
    if (time <= before) return bad("at-risk table: times must ascend");
    before = time;
  }
  if (table.rows.size() != rows_expected) return bad("at-risk table: one row per series expected");
  for (const auto& row : table.rows) {
    if (row.size() != table.times.size()) return bad("at-risk table: one count per time expected");
  }
  return ok();
}

CountTableLayout lay_out(const CountTable& table, const std::vector<SeriesKey>& keys,
                         double width) {
  double names = 0;
  for (const SeriesKey& key : keys) names = std::max(names, text_width(key.label, text_size));
  CountTableLayout layout;
  const bool named = has_names(keys);
  layout.names_beside = named && key_width + names <= names_share_max * width;
  if (layout.names_beside) {
    layout.left_margin = key_width + names + 8 + widest_first_count(table) / 2;
  }
  const double lines_per_row = named && !layout.names_beside ? 2 : 1;
  layout.height =
      heading_gap + line_height * (1 + lines_per_row * static_cast<double>(table.rows.size()));
  return layout;
}

void draw_count_table(SvgCanvas& canvas, const CountTable& table, const CountTableLayout& layout,
                      const std::vector<SeriesKey>& keys, const std::vector<std::size_t>& columns,
                      const LinearScale& x, double top) {
  canvas.open_group("at-risk");
  double y = top + heading_gap + text_size;
  canvas.text({0, y}, table.heading, {.bold = true});
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    y += line_height;
    if (!keys[row].label.empty()) {
      draw_key(canvas, keys[row], {0, y - 0.35 * text_size});
      canvas.text({key_width, y}, keys[row].label);
      if (!layout.names_beside) y += line_height;
    }
    for (const std::size_t column : columns) {
      canvas.text({x(table.times[column]), y}, table.rows[row][column], {.anchor = Anchor::middle});
    }
  }
  canvas.close_group();
}

}  // namespace kensho::report
