// The frame a figure is drawn in: where the plot lies, its axes, the names around it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/figure/axis.h"
#include "report/figure/count_table.h"
#include "report/figure/series_labels.h"
#include "report/figure/svg.h"

namespace kensho::report {

// What stands around the plot. Text that is empty takes no room.
struct FrameWords {
  std::string x_label = {};
  // Stands above the axis, not turned: Japanese and phones read it better.
  std::string y_label = {};
  // Explains signs of the figure, in soft ink under the names.
  std::string note = {};
};

struct Tick {
  double value;
  std::string label;
};

// What a frame must hold.
struct FrameContent {
  double width = 0;
  FrameWords words;
  std::vector<Tick> x_ticks;  // ascending
  std::vector<Tick> y_ticks;
  double x_from = 0;
  double x_to = 1;
  double y_from = 0;
  double y_to = 1;
  std::vector<SeriesKey> keys;        // of the series that are named
  std::vector<Point> ends;            // the last point of each, in values
  std::optional<CountTable> counts;   // with the same times as x_ticks have values
  std::vector<SeriesKey> count_keys;  // one per row of the counts
};

// The places found for it.
struct Frame {
  LinearScale x;
  LinearScale y;                     // to_place is the top of the plot
  std::vector<std::size_t> x_shown;  // the ticks that have room, as indices
  std::optional<DirectLabels> direct;
  Legend legend;  // empty when the names stand beside the plot
  double legend_top = 0;
  std::vector<std::string> note_lines;
  double counts_top = 0;
  CountTableLayout counts;
  double height = 0;  // of the whole figure

  double left() const { return x.from_place; }
  double right() const { return x.to_place; }
  double top() const { return y.to_place; }
  double bottom() const { return y.from_place; }
};

// Finds the places. Deterministic; no two words of the frame overlap.
Frame lay_out(const FrameContent& content);

// Draws grid and labels of the axes, before the data.
void draw_axes(SvgCanvas& canvas, const Frame& frame, const FrameContent& content);

// Draws names, legend, note and counts.
void draw_names(SvgCanvas& canvas, const Frame& frame, const FrameContent& content);

// Ticks for an axis of probabilities from 0 to 1, in quarters of a hundred percent.
std::vector<Tick> percent_ticks();

// Ticks at the counted times if there are any, else round ones from 0 to x_max.
std::vector<Tick> time_ticks(const std::optional<CountTable>& counts, double x_max);

}  // namespace kensho::report
