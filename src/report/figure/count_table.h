// The small table under a time axis: how many were still followed at each time.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "report/figure/axis.h"
#include "report/figure/series_labels.h"

namespace kensho::report {

// Shapes  rows[series][times]; or one row for all series together.
// A count is text, so that a suppressed one can be shown as the discloser wants ("<10").
struct CountTable {
  std::string heading = {};
  std::vector<double> times = {};
  std::vector<std::vector<std::string>> rows = {};
};

struct TimeRange {
  double from;
  double to;
};

// Errors: invalid_argument: no times, times not ascending or not in `range`, a row count that
// is not `rows_expected`, a row of another length than the times.
Status check_count_table(const CountTable& table, TimeRange range, std::size_t rows_expected);

// Where the rows' names stand: left of the numbers, or on a line of their own above them.
struct CountTableLayout {
  bool names_beside = false;
  double left_margin = 0;  // the room names need left of the axis
  std::vector<std::vector<std::string>> name_lines = {};
  double height = 0;
};

// Names stand beside the numbers if `may_stand_beside` and they are short.
CountTableLayout lay_out(const CountTable& table, const std::vector<SeriesKey>& keys, double width,
                         bool may_stand_beside);

// Which of the times are shown, and where.
struct CountColumns {
  std::vector<std::size_t> shown;  // indices into the times
  LinearScale x;
  double top;  // of the table
};

// Draws heading and rows.
void draw_count_table(SvgCanvas& canvas, const CountTable& table, const CountTableLayout& layout,
                      const std::vector<SeriesKey>& keys, const CountColumns& columns);

}  // namespace kensho::report
