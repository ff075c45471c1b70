#include "report/figure/svg.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/check.h"
#include "report/escape.h"

namespace kensho::report {
namespace {

// What a saved figure is set in when no page says otherwise; a page's style sheet wins over it.
constexpr std::string_view font_families =
    "Noto Sans JP, Noto Sans CJK JP, Hiragino Sans, Yu Gothic, Meiryo, sans-serif";
constexpr std::string_view ink = "#1a1a1a";
constexpr std::string_view ground = "#ffffff";

double tenths(double value) {
  return std::round(value * 10);
}

bool is_identifier(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (name.empty() || !is_letter(name[0])) return false;
  return std::all_of(name.begin(), name.end(), [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

std::string_view anchor_name(Anchor anchor) {
  switch (anchor) {
    case Anchor::start:
      return "start";
    case Anchor::middle:
      return "middle";
    case Anchor::end:
      return "end";
  }
  return {};
}

std::string at(Point point) {
  return format_coordinate(point.x) + "," + format_coordinate(point.y);
}

}  // namespace

Status check_head(const FigureHead& head) {
  if (!is_identifier(head.id_prefix)) {
    return Error{Errc::invalid_argument,
                 "figure: id_prefix must be letters, digits, - and _, starting with a letter"};
  }
  if (head.title.empty()) return Error{Errc::invalid_argument, "figure: title is empty"};
  if (!(head.width >= 280 && head.width <= 2000)) {
    return Error{Errc::invalid_argument, "figure: width must be from 280 to 2000"};
  }
  return ok();
}

std::string format_coordinate(double value) {
  ENSURE(std::isfinite(value) && std::fabs(value) < 1e9);
  const auto rounded = static_cast<long long>(tenths(value));
  const long long magnitude = rounded < 0 ? -rounded : rounded;
  std::string written = rounded < 0 ? "-" : "";
  written += std::to_string(magnitude / 10);
  if (magnitude % 10 != 0) written += '.' + std::to_string(magnitude % 10);
  return written;
}

bool is_same_coordinate(double first, double second) {
  return std::fabs(tenths(first) - tenths(second)) < 0.5;
}

PathData& PathData::move_to(Point to) {
  data_ += 'M' + at(to);
  return *this;
}

PathData& PathData::line_to(Point to) {
  data_ += 'L' + at(to);
  return *this;
}

PathData& PathData::horizontal_to(double x) {
  data_ += 'H' + format_coordinate(x);
  return *this;
}

PathData& PathData::vertical_to(double y) {
  data_ += 'V' + format_coordinate(y);
  return *this;
}

PathData& PathData::close() {
  data_ += 'Z';
  return *this;
}

void SvgCanvas::append_number(std::string_view name, double value) {
  char digits[64];
  // Shortest form of two decimals at most: enough for a width or an opacity.
  const auto end = std::to_chars(digits, digits + sizeof digits, std::round(value * 100) / 100).ptr;
  body_ += ' ';
  body_ += name;
  body_ += "=\"";
  body_.append(digits, end);
  body_ += '"';
}

void SvgCanvas::append_paint(const Paint& paint) {
  body_ += " fill=\"";
  body_ += paint.fill.empty() ? "none" : paint.fill;
  body_ += '"';
  if (paint.fill_opacity < 1) append_number("fill-opacity", paint.fill_opacity);
  if (!paint.stroke.empty()) {
    body_ += " stroke=\"";
    body_ += paint.stroke;
    body_ += '"';
    append_number("stroke-width", paint.stroke_width);
    if (!paint.dash.empty()) body_ += " stroke-dasharray=\"" + std::string(paint.dash) + '"';
  }
  body_ += "/>\n";
}

void SvgCanvas::line(Point from, Point to, const Paint& paint) {
  path(PathData().move_to(from).line_to(to), paint);
}

void SvgCanvas::path(const PathData& data, const Paint& paint) {
  body_ += "<path d=\"" + data.text() + '"';
  append_paint(paint);
}

void SvgCanvas::rectangle(Point corner, double width, double height, const Paint& paint) {
  body_ += "<rect x=\"" + format_coordinate(corner.x) + "\" y=\"" + format_coordinate(corner.y) +
           "\" width=\"" + format_coordinate(width) + "\" height=\"" + format_coordinate(height) +
           '"';
  append_paint(paint);
}

void SvgCanvas::circle(Point center, double radius, const Paint& paint) {
  body_ += "<circle cx=\"" + format_coordinate(center.x) + "\" cy=\"" +
           format_coordinate(center.y) + "\" r=\"" + format_coordinate(radius) + '"';
  append_paint(paint);
}

void SvgCanvas::text(Point baseline, std::string_view words, const TextStyle& style) {
  body_ += "<text x=\"" + format_coordinate(baseline.x) + "\" y=\"" +
           format_coordinate(baseline.y) + '"';
  if (style.anchor != Anchor::start) {
    body_ += " text-anchor=\"" + std::string(anchor_name(style.anchor)) + '"';
  }
  if (style.bold) body_ += " font-weight=\"600\"";
  if (style.soft) body_ += " fill=\"#4d4d4d\"";
  body_ += '>' + escape_markup(words) + "</text>\n";
}

void SvgCanvas::define_tile(std::string_view id, double size, std::string_view strokes,
                            std::string_view color, double stroke_width) {
  ENSURE(is_identifier(id));
  const std::string side = format_coordinate(size);
  body_ += "<defs><pattern id=\"" + std::string(id) + "\" width=\"" + side + "\" height=\"" + side +
           "\" patternUnits=\"userSpaceOnUse\"><rect width=\"" + side + "\" height=\"" + side +
           "\" fill=\"" + std::string(color) + "\" fill-opacity=\"0.22\"/><path d=\"" +
           std::string(strokes) + "\" stroke=\"" + std::string(color) +
           "\" stroke-opacity=\"0.55\" stroke-linecap=\"round\"";
  append_number("stroke-width", stroke_width);
  body_ += "/></pattern></defs>\n";
}

void SvgCanvas::open_group(std::string_view class_name) {
  body_ += "<g class=\"" + escape_markup(class_name) + "\">\n";
  ++open_groups_;
}

void SvgCanvas::close_group() {
  ENSURE(open_groups_ > 0);
  body_ += "</g>\n";
  --open_groups_;
}

Svg SvgCanvas::finish(const FigureHead& head, double height, std::string_view class_name) const {
  ENSURE(open_groups_ == 0);
  const std::string title_id = head.id_prefix + "-title";
  const std::string desc_id = head.id_prefix + "-desc";
  std::string markup = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ";
  markup += format_coordinate(head.width) + ' ' + format_coordinate(std::ceil(height));
  if (!class_name.empty()) markup += "\" class=\"" + escape_markup(class_name);
  markup += "\" role=\"img\" aria-labelledby=\"" + title_id + ' ' + desc_id;
  markup += "\" color=\"" + std::string(ink) + "\" fill=\"currentColor\" font-size=\"";
  markup +=
      format_coordinate(text_size) + "\" font-family=\"" + std::string(font_families) + "\">\n";
  markup += "<title id=\"" + title_id + "\">" + escape_markup(head.title) + "</title>\n";
  markup += "<desc id=\"" + desc_id + "\">" + escape_markup(head.description) + "</desc>\n";
  SvgCanvas background;
  background.rectangle({0, 0}, head.width, std::ceil(height), {.fill = ground});
  return Svg(markup + background.body_ + body_ + "</svg>\n");
}

}  // namespace kensho::report
