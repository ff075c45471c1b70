#include "report/figure/count_table.h"

#include <algorithm>
#include <limits>

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

Error bad(const char* message) {
  return Error{Errc::invalid_argument, message};
}

}  // namespace

Status check_count_table(const CountTable& table, TimeRange range, std::size_t rows_expected) {
  if (table.times.empty()) return bad("at-risk table: no times");
  double before = -std::numeric_limits<double>::infinity();
  for (const double time : table.times) {
    if (!(time >= range.from && time <= range.to)) {
      return bad("at-risk table: a time is outside the axis");
    }
    if (time <= before) return bad("at-risk table: times must ascend");
    before = time;
  }
  if (table.rows.size() != rows_expected) return bad("at-risk table: one row per series expected");
  for (const auto& row : table.rows) {
    if (row.size() != table.times.size()) return bad("at-risk table: one count per time expected");
  }
  return ok();
}

CountTableLayout lay_out(const CountTable& table, const std::vector<SeriesKey>& keys, double width,
                         bool may_stand_beside) {
  double names = 0;
  for (const SeriesKey& key : keys) names = std::max(names, text_width(key.label, text_size));
  CountTableLayout layout;
  layout.names_beside =
      may_stand_beside && names > 0 && key_width + names <= names_share_max * width;
  if (layout.names_beside) {
    layout.left_margin = edge_gap + key_width + names + 8 + widest_first_count(table) / 2;
  }
  double lines = 1;  // the heading
  for (const SeriesKey& key : keys) {
    layout.name_lines.push_back(wrap_text(key.label, text_size, width - 2 * edge_gap - key_width));
    const bool own_lines = !layout.names_beside && !key.label.empty();
    lines += 1 + (own_lines ? static_cast<double>(layout.name_lines.back().size()) : 0);
  }
  layout.height = heading_gap + line_height * lines;
  return layout;
}

void draw_count_table(SvgCanvas& canvas, const CountTable& table, const CountTableLayout& layout,
                      const std::vector<SeriesKey>& keys, const CountColumns& columns) {
  canvas.open_group("at-risk");
  double y = columns.top + heading_gap + text_size;
  canvas.text({edge_gap, y}, table.heading, {.bold = true});
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    y += line_height;
    if (!keys[row].label.empty()) {
      draw_key(canvas, keys[row], {edge_gap, y - 0.35 * text_size});
      for (const std::string& line : layout.name_lines[row]) {
        canvas.text({edge_gap + key_width, y}, line);
        if (!layout.names_beside) y += line_height;
      }
    }
    for (const std::size_t column : columns.shown) {
      canvas.text({columns.x(table.times[column]), y}, table.rows[row][column],
                  {.anchor = Anchor::middle});
    }
  }
  canvas.close_group();
}

}  // namespace kensho::report
