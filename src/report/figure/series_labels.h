// Naming the series of a figure: a label at the end of each, or a legend where those do not fit.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/figure/svg.h"

namespace kensho::report {

// The sample of a series that stands beside its name.
enum class KeyShape : unsigned char { line, area, point };

struct SeriesKey {
  std::string label;
  KeyShape shape = KeyShape::line;
  std::string_view color = "#767676";
  std::string_view dash = {};
  std::string fill = {};   // of an area
  std::size_t marker = 0;  // of a point
};

// The width of a key sample with the space after it.
inline constexpr double key_width = 34;

// Draws the sample of a key, its left end at `left_center`.
void draw_key(SvgCanvas& canvas, const SeriesKey& key, Point left_center);

// Labels beside the right edge of a plot, one per series, none covering another.
struct DirectLabels {
  std::vector<std::vector<std::string>> lines;  // of each label
  std::vector<double> centers;                  // of each label, below the top of the plot
  double margin = 0;                            // the room they need right of the plot
};

// The labels for series that end at `ends` below the top of a plot of `plot_height`, in at most
// `margin_max`; nothing when they do not fit, would stand far from their series, or when two
// series end at one place, so that no leader could tell them apart.
// Contract: as many ends as keys.
std::optional<DirectLabels> direct_labels(const std::vector<SeriesKey>& keys,
                                          const std::vector<double>& ends, double plot_height,
                                          double margin_max);

// Draws the labels right of `edge_top`, the plot's upper right corner, with a leader from each
// series' last point: dotted inside the plot, where a line would look like data.
void draw_direct_labels(SvgCanvas& canvas, const DirectLabels& labels,
                        const std::vector<SeriesKey>& keys, const std::vector<Point>& ends,
                        Point edge_top);

// A legend above a plot: keys and names in rows.
struct Legend {
  struct Entry {
    Point left_center;  // of the first line, below the top of the legend
    std::vector<std::string> lines;
  };
  std::vector<Entry> entries;
  double height = 0;
};

// Rows of at most `width`; unnamed series are left out.
Legend legend(const std::vector<SeriesKey>& keys, double width);

void draw_legend(SvgCanvas& canvas, const Legend& legend, const std::vector<SeriesKey>& keys,
                 Point top_left);

}  // namespace kensho::report
