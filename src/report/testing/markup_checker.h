// For tests: a reader of SVG and of our HTML that accepts only well-formed markup.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace kensho::report::testing {

// One start tag as it was read; texts are kept as written, references included.
struct MarkupElement {
  std::string tag;
  std::map<std::string, std::string> attributes;
  std::string text;  // the character data directly inside
};

// Every element in document order, or what is wrong with the markup.
struct CheckedMarkup {
  std::vector<MarkupElement> elements;
  std::string problem;

  std::vector<MarkupElement> all(std::string_view tag) const {
    std::vector<MarkupElement> found;
    for (const auto& element : elements) {
      if (element.tag == tag) found.push_back(element);
    }
    return found;
  }
};

class MarkupChecker {
 public:
  explicit MarkupChecker(std::string_view markup) : rest_(markup) {}

  CheckedMarkup read() {
    while (!rest_.empty() && checked_.problem.empty()) {
      if (rest_.starts_with("</")) {
        read_end_tag();
      } else if (rest_.starts_with("<")) {
        read_start_tag();
      } else {
        read_text();
      }
    }
    if (checked_.problem.empty() && !open_.empty()) fail("element left open");
    return std::move(checked_);
  }

 private:
  void fail(const std::string& problem) { checked_.problem = problem; }

  std::string take_until(std::string_view stops) {
    const std::string_view taken = rest_.substr(0, rest_.find_first_of(stops));
    rest_.remove_prefix(taken.size());
    return std::string(taken);
  }

  bool take(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }

  // Character data and attribute values: every & must start one of the references we write.
  void check_references(std::string_view text) {
    for (std::size_t at = text.find('&'); at != text.npos; at = text.find('&', at + 1)) {
      const std::set<std::string_view> known = {"&amp;",  "&lt;",  "&gt;",
                                                "&quot;", "&#39;", "&#13;"};
      const auto reference = text.substr(at, text.find(';', at) - at + 1);
      if (!known.contains(reference)) fail("unknown reference " + std::string(reference));
    }
  }

  void read_text() {
    const std::string text = take_until("<");
    check_references(text);
    if (!open_.empty()) checked_.elements[open_.back()].text += text;
  }

  void read_end_tag() {
    take("</");
    const std::string tag = take_until(">");
    if (!take(">")) return fail("end tag not closed");
    if (open_.empty() || checked_.elements[open_.back()].tag != tag) return fail("stray </" + tag);
    open_.pop_back();
  }

  void read_start_tag() {
    take("<");
    MarkupElement element{.tag = take_until(" />"), .attributes = {}, .text = {}};
    while (take(" ")) read_attribute(element);
    const bool is_void = element.tag == "br" || element.tag == "img" || element.tag == "input";
    checked_.elements.push_back(element);
    if (take("/>")) return;
    if (!take(">")) return fail("start tag not closed: " + element.tag);
    if (!is_void) open_.push_back(checked_.elements.size() - 1);
  }

  void read_attribute(MarkupElement& element) {
    const std::string name = take_until("=> ");
    if (!take("=\"")) return fail("attribute without a quoted value: " + name);
    const std::string value = take_until("\"<");
    if (!take("\"")) return fail("attribute value not closed: " + name);
    check_references(value);
    if (!element.attributes.emplace(name, value).second) fail("attribute twice: " + name);
    if (name == "id" && !ids_.insert(value).second) fail("id twice: " + value);
  }

  std::string_view rest_;
  CheckedMarkup checked_;
  std::vector<std::size_t> open_;
  std::set<std::string> ids_;
};

inline CheckedMarkup check_markup(std::string_view markup) {
  return MarkupChecker(markup).read();
}

}  // namespace kensho::report::testing
