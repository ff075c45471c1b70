#include "report/figure/change_figure.h"

#include <limits>
#include <sstream>

#include <doctest/doctest.h>

#include "report/number_format.h"
#include "report/testing/golden.h"
#include "report/testing/markup_checker.h"
#include "report/testing/text_boxes.h"

namespace kensho::report {
namespace {

using testing::check_markup;
using testing::matches_golden;

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

ChangeFigure tiny_figure() {
  ChangeFigure figure;
  figure.head = {.id_prefix = "tiny", .title = "Tiny", .description = "One group."};
  figure.visits = {{0, "before"}, {10, "after"}};
  figure.groups = {{.label = "", .means = {VisitMean{20, {{10, 30}}}, VisitMean{50, {}}}}};
  figure.range = ChangeFigure::Range{0, 100};
  return figure;
}

// Means and intervals from R, tests/reference/report/change.csv, of the first `groups` groups.
ChangeFigure reference_figure(std::size_t groups) {
  ChangeFigure figure;
  figure.head = {.id_prefix = "change", .title = "Score", .description = "Means by visit."};
  figure.words = {.x_label = "Months since treatment", .y_label = "Score (higher is better)"};
  figure.counts_heading = "Number measured";
  figure.band = ValueBand{48.2, 56.2, "change too small to matter"};
  std::istringstream file(testing::read_whole_file(std::string(KENSHO_SOURCE_DIR) +
                                                   "/tests/reference/report/change.csv"));
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::vector<double> cells;
    std::istringstream cut(line);
    for (std::string cell; std::getline(cut, cell, ',');) cells.push_back(std::stod(cell));
    const auto group = static_cast<std::size_t>(cells[0]);
    if (group > groups) break;
    if (group == 1) figure.visits.push_back({cells[1], format_fixed(cells[1], 0)});
    figure.groups.resize(group);
    figure.groups.back().label = "Group " + std::to_string(group);
    figure.groups.back().means.push_back(VisitMean{cells[3], {{cells[4], cells[5]}}});
    figure.groups.back().counts.push_back(format_fixed(cells[2], 0));
  }
  return figure;
}

// Visits named instead of counted in months: they stand at equal distances.
ChangeFigure japanese_figure() {
  ChangeFigure figure = reference_figure(2);
  figure.head.id_prefix = "change-ja";
  const char* visits[] = {"治療前", "1か月", "3か月", "6か月", "1年", "2年"};
  for (std::size_t i = 0; i < 6; ++i) figure.visits[i] = {static_cast<double>(i), visits[i]};
  figure.words = {.x_label = "評価の時点", .y_label = "症状の点数（高いほどよい）"};
  figure.counts_heading = "測定できた人数";
  figure.groups[0].label = "この治療";
  figure.groups[1].label = "登録前の通常診療";
  figure.band->label = "意味のある変化に届かない範囲";
  figure.range = ChangeFigure::Range{0, 100};
  return figure;
}

std::string markup_of(const ChangeFigure& figure) {
  return draw(figure).value().markup();
}

TEST_CASE("Points, whiskers and line stand at the coordinates worked out by hand") {
  // Left: 4 + "100" (1.74 em = 27.84) + 8 = 39.84, up to 40; "before" reaches 27.84 left of its
  // tick, which is less. Right: 480 - 4 - half of "after" (23.2) = 452.8, down to 452.
  // The axis runs 0.052 * 10 past both visits: x = 40 + (t + 0.52) / 11.04 * 412, so 59.41 and
  // 432.59. Top 18, height 269: y = 287 - v * 2.69, so 233.2 for 20, 152.5 for 50.
  const std::string markup = markup_of(tiny_figure());
  const auto circles = check_markup(markup).all("circle");

  REQUIRE(circles.size() == 2);
  CHECK(circles[0].attributes.at("cx") == "59.4");
  CHECK(circles[0].attributes.at("cy") == "233.2");
  CHECK(circles[1].attributes.at("cx") == "432.6");
  CHECK(circles[1].attributes.at("cy") == "152.5");
  CHECK(markup.find("d=\"M59.4,260.1V206.3M54.4,260.1H64.4M54.4,206.3H64.4\"") != markup.npos);
  CHECK(markup.find("d=\"M59.4,233.2L432.6,152.5\"") != markup.npos);
}

TEST_CASE("A change figure is well-formed and its words keep apart at any width") {
  for (ChangeFigure figure :
       {tiny_figure(), reference_figure(1), reference_figure(3), japanese_figure()}) {
    for (const double width : {280.0, 360.0, 480.0, 640.0}) {
      figure.head.width = width;
      const std::string markup = markup_of(figure);
      CAPTURE(width);
      CHECK(check_markup(markup).problem == "");
      CHECK(testing::badly_placed_text(markup) == "");
      CHECK(markup.find("nan") == markup.npos);
    }
  }
}

TEST_CASE("Change figures look as accepted") {
  CHECK(matches_golden("figures/change_one.svg", markup_of(reference_figure(1))));
  CHECK(matches_golden("figures/change_three.svg", markup_of(reference_figure(3))));
  CHECK(matches_golden("figures/change_ja.svg", markup_of(japanese_figure())));
}

TEST_CASE("A visit nobody came to is passed over and a lone value still has an axis") {
  ChangeFigure figure = tiny_figure();
  figure.groups[0].means[1].reset();
  figure.groups[0].means[0]->interval.reset();
  figure.range.reset();
  CHECK(check_markup(markup_of(figure)).all("circle").size() == 1);

  figure.groups[0].means[0].reset();
  CHECK(check_markup(markup_of(figure)).all("circle").empty());
}

TEST_CASE("Changes that cannot be shown truthfully are refused") {
  struct Refusal {
    const char* desc;
    void (*spoil)(ChangeFigure&);
  };
  const Refusal cases[] = {
      {"one visit", [](ChangeFigure& f) { f.visits.resize(1); }},
      {"visit order", [](ChangeFigure& f) { f.visits[1].time = 0; }},
      {"visit time", [](ChangeFigure& f) { f.visits[1].time = not_a_number; }},
      {"no group", [](ChangeFigure& f) { f.groups.clear(); }},
      {"seven groups", [](ChangeFigure& f) { f.groups.resize(7, f.groups[0]); }},
      {"shape", [](ChangeFigure& f) { f.groups[0].means.resize(1); }},
      {"mean", [](ChangeFigure& f) { f.groups[0].means[0]->mean = not_a_number; }},
      {"interval", [](ChangeFigure& f) { f.groups[0].means[0]->interval->lower = 21; }},
      {"outside", [](ChangeFigure& f) { f.groups[0].means[1]->mean = 101; }},
      {"range", [](ChangeFigure& f) { f.range = ChangeFigure::Range{100, 0}; }},
      {"band", [](ChangeFigure& f) { f.band = ValueBand{5, not_a_number, ""}; }},
      {"huge", [](ChangeFigure& f) { f.range.reset(), f.groups[0].means[1]->mean = 1e300; }},
      {"visits too far", [](ChangeFigure& f) { f.visits[1].time = 1e300; }},
      {"visits too close", [](ChangeFigure& f) { f.visits[1].time = 5e-324; }},
      {"counts", [](ChangeFigure& f) { f.groups[0].counts = {"3"}; }},
      {"prefix", [](ChangeFigure& f) { f.head.id_prefix = "1"; }}};
  for (const Refusal& c : cases) {
    CAPTURE(c.desc);
    ChangeFigure figure = tiny_figure();
    c.spoil(figure);
    const auto drawn = draw(figure);
    REQUIRE_FALSE(drawn);
    CHECK(drawn.error().code == Errc::invalid_argument);
  }
}

}  // namespace
}  // namespace kensho::report
