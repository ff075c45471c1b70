// Writing SVG: shapes and text at rounded coordinates, escaped, with no outside style sheet.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace kensho::report {

// A finished figure: a self-contained <svg> element, also a valid file of its own. It brings its
// white ground and its dark ink (as `color`, so a page may still set another).
class Svg {
 public:
  const std::string& markup() const { return markup_; }

 private:
  friend class SvgCanvas;
  explicit Svg(std::string markup) : markup_(std::move(markup)) {}
  std::string markup_;
};

// What every figure says about itself.
struct FigureHead {
  std::string id_prefix = {};    // starts every id in the figure; unique on the page
  std::string title = {};        // one sentence, read aloud first
  std::string description = {};  // what the picture shows, in words, with its main numbers
  double width = 480;  // of the drawing in its own units: its words, 16 high, are then read
                       // at 12 px on a phone 360 px wide and at 19 px in a column of 576 px
};

// Refuses a head that cannot be drawn.
// Errors: invalid_argument: the prefix is not [A-Za-z][A-Za-z0-9_-]*, the title is empty, the
// width is not between 280 and 2000.
Status check_head(const FigureHead& head);

struct Point {
  double x;
  double y;
};

// A coordinate as written: one decimal, shortest form ("12", "12.5", "-0.3", never "-0").
// One decimal is a twentieth of a pixel at most; it also bounds how long a path can get.
std::string format_coordinate(double value);

// Whether two coordinates are drawn at the same place.
bool is_same_coordinate(double first, double second);

// The d attribute of a path, in absolute commands.
class PathData {
 public:
  PathData& move_to(Point to);
  PathData& line_to(Point to);
  PathData& horizontal_to(double x);
  PathData& vertical_to(double y);
  PathData& close();
  const std::string& text() const { return data_; }

 private:
  std::string data_;
};

// How a shape is painted. An empty dash is a solid line; an empty colour is "none".
struct Paint {
  std::string_view fill = {};
  std::string_view stroke = {};
  double stroke_width = 1;
  std::string_view dash = {};
  double fill_opacity = 1;
};

inline constexpr double edge_gap = 4;      // kept free at the border of a figure
inline constexpr double text_size = 16;    // of all words in a figure
inline constexpr double line_height = 21;  // from one line of words to the next

enum class Anchor : unsigned char { start, middle, end };

struct TextStyle {
  Anchor anchor = Anchor::start;
  bool bold = false;
  bool soft = false;  // lighter ink, for notes
};

// Collects shapes in drawing order, then wraps them into one figure.
class SvgCanvas {
 public:
  void line(Point from, Point to, const Paint& paint);
  void path(const PathData& data, const Paint& paint);
  void rectangle(Point corner, double width, double height, const Paint& paint);
  void circle(Point center, double radius, const Paint& paint);
  // One line of text with its baseline at `baseline`, in the colour of the text around it.
  void text(Point baseline, std::string_view words, const TextStyle& style = {});
  // A repeated tile under `id`: a tint of `color` with `strokes` (path data) of it on top.
  // Contract: `id` is an identifier, unique on the page.
  void define_tile(std::string_view id, double size, std::string_view strokes,
                   std::string_view color, double stroke_width);
  // A group named for style sheets; closed by close_group.
  void open_group(std::string_view class_name);
  void close_group();

  // The whole figure, with a class for style sheets where one is given.
  // Contract: check_head(head) is ok; every group is closed.
  Svg finish(const FigureHead& head, double height, std::string_view class_name = {}) const;

 private:
  void append_paint(const Paint& paint);
  void append_number(std::string_view name, double value);
  std::string body_;
  int open_groups_ = 0;
};

}  // namespace kensho::report
