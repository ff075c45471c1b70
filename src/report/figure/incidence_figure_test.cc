#include "report/figure/incidence_figure.h"

#include <limits>
#include <sstream>

#include <doctest/doctest.h>

#include "report/testing/golden.h"
#include "report/testing/markup_checker.h"
#include "report/testing/text_boxes.h"

namespace kensho::report {
namespace {

using testing::check_markup;
using testing::matches_golden;

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

IncidenceFigure tiny_figure() {
  IncidenceFigure figure;
  figure.head = {.id_prefix = "tiny", .title = "Tiny", .description = "Two causes."};
  figure.x_max = 4;
  figure.causes = {"A", "B"};
  figure.event_free_label = "none";
  figure.steps = {{1, {0.25, 0}}, {2, {0.25, 0.25}}};
  figure.end_time = 4;
  return figure;
}

// Incidences and numbers at risk from R, tests/reference/report/incidence.csv.
IncidenceFigure reference_figure() {
  IncidenceFigure figure = tiny_figure();
  figure.head = {.id_prefix = "first", .title = "What came first", .description = "214 people."};
  figure.words = {.x_label = "Months since treatment", .y_label = "Share of people"};
  figure.x_max = 24;
  figure.end_time = 24;
  figure.causes = {"Surgery on the joint", "Second course", "Other surgery"};
  figure.event_free_label = "None of these";
  figure.at_risk = CountTable{"Number at risk", {0, 6, 12, 18, 24}, {{"", "", "", "", ""}}};
  figure.steps.clear();
  std::istringstream file(testing::read_whole_file(std::string(KENSHO_SOURCE_DIR) +
                                                   "/tests/reference/report/incidence.csv"));
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::vector<double> cells;
    std::istringstream cut(line);
    for (std::string cell; std::getline(cut, cell, ',');) cells.push_back(std::stod(cell));
    figure.steps.push_back({cells[0], {cells[1], cells[2], cells[3]}});
    for (std::size_t i = 0; i < 5; ++i) {
      std::string& count = figure.at_risk->rows[0][i];
      if (count.empty() && cells[0] >= figure.at_risk->times[i]) {
        count = std::to_string(static_cast<int>(cells[4]));
      }
    }
  }
  return figure;
}

IncidenceFigure japanese_figure() {
  IncidenceFigure figure = reference_figure();
  figure.head.id_prefix = "ja";
  figure.words = {.x_label = "治療後の月数", .y_label = "人数の割合"};
  figure.causes = {"関節に対する手術", "二回目の投与", "そのほかの手術"};
  figure.event_free_label = "いずれもなし";
  figure.at_risk->heading = "追跡中の人数";
  return figure;
}

std::string markup_of(const IncidenceFigure& figure) {
  return draw(figure).value().markup();
}

TEST_CASE("Areas are stacked at the coordinates worked out by hand") {
  // The plot of 480 wide: left 55 as for every percent axis, top 18, height 269. Labels A, B and
  // "none" (2.32 em = 37.12) stand beside it: 480 - (37.12 + 24 + 4) = 414.88, down to 414.
  // x: 55 + t / 4 * 359; y: 287 - p * 269.
  const std::string markup = markup_of(tiny_figure());

  CHECK(markup.find("d=\"M55,287H144.8V219.8H414V287H55Z\" fill=\"url(#tiny-area-1)\"") !=
        markup.npos);
  CHECK(markup.find("d=\"M55,287H144.8V219.8H234.5V152.5H414V219.8H144.8V287H55Z\" "
                    "fill=\"url(#tiny-area-2)\"") != markup.npos);
}

TEST_CASE("An incidence figure is well-formed and its words keep apart at any width") {
  for (IncidenceFigure figure : {tiny_figure(), reference_figure(), japanese_figure()}) {
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

TEST_CASE("Incidence figures look as accepted") {
  CHECK(matches_golden("figures/incidence.svg", markup_of(reference_figure())));
  CHECK(matches_golden("figures/incidence_ja.svg", markup_of(japanese_figure())));
}

TEST_CASE("An incidence figure without a step is all event-free") {
  IncidenceFigure figure = tiny_figure();
  figure.steps.clear();

  CHECK(check_markup(markup_of(figure)).problem == "");
}

TEST_CASE("Incidences that cannot be are refused") {
  struct Refusal {
    const char* desc;
    void (*spoil)(IncidenceFigure&);
  };
  const Refusal cases[] = {
      {"sum", [](IncidenceFigure& f) { f.steps[1].by_cause = {0.6, 0.5}; }},
      {"negative", [](IncidenceFigure& f) { f.steps[1].by_cause = {-0.1, 0.5}; }},
      {"not a number", [](IncidenceFigure& f) { f.steps[1].by_cause = {not_a_number, 0.5}; }},
      {"shape", [](IncidenceFigure& f) { f.steps[1].by_cause = {0.5}; }},
      {"tied times", [](IncidenceFigure& f) { f.steps[1].time = 1; }},
      {"time", [](IncidenceFigure& f) { f.steps[0].time = not_a_number; }},
      {"no cause", [](IncidenceFigure& f) { f.causes.clear(); }},
      {"axis", [](IncidenceFigure& f) { f.x_max = not_a_number; }},
      {"end", [](IncidenceFigure& f) { f.end_time = not_a_number; }},
      {"counts", [](IncidenceFigure& f) { f.at_risk = CountTable{}; }},
      {"prefix", [](IncidenceFigure& f) { f.head.id_prefix = "\""; }}};
  for (const Refusal& c : cases) {
    CAPTURE(c.desc);
    IncidenceFigure figure = tiny_figure();
    c.spoil(figure);
    const auto drawn = draw(figure);
    REQUIRE_FALSE(drawn);
    CHECK(drawn.error().code == Errc::invalid_argument);
  }
}

}  // namespace
}  // namespace kensho::report
