// For tests: where the words of a figure stand, and whether any cover each other.
#pragma once

#include <string>
#include <vector>

#include "report/figure/svg.h"
#include "report/figure/text_width.h"
#include "report/testing/markup_checker.h"

namespace kensho::report::testing {

struct TextBox {
  std::string words;
  double left;
  double right;
  double top;
  double bottom;
};

inline std::vector<TextBox> text_boxes(const CheckedMarkup& markup) {
  std::vector<TextBox> boxes;
  for (const MarkupElement& element : markup.all("text")) {
    const auto& attributes = element.attributes;
    const double x = std::stod(attributes.at("x"));
    const double y = std::stod(attributes.at("y"));
    const double width = text_width(element.text, text_size);
    const auto anchor = attributes.find("text-anchor");
    double left = x;
    if (anchor != attributes.end()) left -= anchor->second == "end" ? width : width / 2;
    boxes.push_back({element.text, left, left + width, y - 0.8 * text_size, y + 0.2 * text_size});
  }
  return boxes;
}

// The first two words that overlap or the first that leaves the drawing; empty if all is well.
inline std::string badly_placed_text(const std::string& svg) {
  const CheckedMarkup markup = check_markup(svg);
  const std::string& view = markup.elements.front().attributes.at("viewBox");
  const double width = std::stod(view.substr(4));
  const double height = std::stod(view.substr(view.rfind(' ')));
  const std::vector<TextBox> boxes = text_boxes(markup);
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const TextBox& box = boxes[i];
    if (box.left < 0 || box.right > width || box.top < 0 || box.bottom > height) {
      return box.words + " leaves the drawing";
    }
    for (std::size_t j = 0; j < i; ++j) {
      const TextBox& other = boxes[j];
      const bool apart = box.right <= other.left || other.right <= box.left ||
                         box.bottom <= other.top || other.bottom <= box.top;
      if (!apart) return box.words + " covers " + other.words;
    }
  }
  return "";
}

}  // namespace kensho::report::testing
