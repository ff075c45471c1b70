#include "report/figure/survival_figure.h"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "report/testing/golden.h"
#include "report/testing/markup_checker.h"
#include "report/testing/reference_curves.h"
#include "report/testing/text_boxes.h"

namespace kensho::report {
namespace {

using testing::check_markup;
using testing::matches_golden;

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

SurvivalFigure tiny_figure() {
  SurvivalFigure figure;
  figure.head = {.id_prefix = "tiny", .title = "Tiny", .description = "One event of two people."};
  figure.x_max = 4;
  figure.curves = {
      {.label = "", .steps = {{1, 0.5, ProbabilityInterval{0.25, 0.75}}}, .censor_times = {2}}};
  return figure;
}

SurvivalFigure one_curve() {
  const auto set = testing::reference_curves("one");
  SurvivalFigure figure;
  figure.head = {.id_prefix = "one", .title = "One group", .description = "60 people."};
  figure.words = {.x_label = "Months since treatment", .y_label = "Free of the event"};
  figure.x_max = 60;
  figure.curves = set.curves;
  figure.at_risk = testing::count_table(set, "Number at risk", {0, 12, 24, 36, 48, 60});
  figure.reference_lines = {{ReferenceLine::Along::probability, 0.5, "half"},
                            {ReferenceLine::Along::time, 24, "primary analysis"}};
  return figure;
}

SurvivalFigure three_curves() {
  const auto set = testing::reference_curves("three");
  SurvivalFigure figure;
  figure.head = {.id_prefix = "three", .title = "Three groups", .description = "137 people."};
  figure.words = {.x_label = "Days since treatment",
                  .y_label = "Disease-free survival",
                  .note = "band: 95% confidence interval; tick: end of follow-up"};
  figure.x_max = 2600;
  figure.curves = set.curves;
  figure.curves[0].label = "standard";
  figure.curves[1].label = "low dose";
  figure.curves[2].label = "higher dose";
  figure.at_risk = testing::count_table(set, "Number at risk", {0, 500, 1000, 1500, 2000, 2500});
  return figure;
}

SurvivalFigure five_curves_in_japanese() {
  const auto set = testing::reference_curves("five");
  SurvivalFigure figure;
  figure.head = {.id_prefix = "five", .title = "五群の無イベント生存割合", .description = "150名"};
  figure.words = {.x_label = "治療後の月数",
                  .y_label = "主要な出来事が起きていない人の割合",
                  .note = "帯：95％信頼区間、縦線：追跡終了（打ち切り）"};
  figure.x_max = 72;
  figure.curves = set.curves;
  const char* labels[] = {"自家細胞を投与した群", "同種細胞を投与した群（冷凍）",
                          "血漿だけの群（PRP）", "標準治療", "登録前の通常診療"};
  for (std::size_t i = 0; i < 5; ++i) figure.curves[i].label = labels[i];
  figure.at_risk = testing::count_table(set, "追跡中の人数", {0, 12, 24, 36, 48, 60, 72});
  figure.show_confidence = false;
  return figure;
}

std::string markup_of(const SurvivalFigure& figure) {
  return draw(figure).value().markup();
}

TEST_CASE("A tiny curve is drawn at the coordinates worked out by hand") {
  // Width 480: the plot is round(480 * 0.56) = 269 high. Left: 4 + ("100%" = 3 * 0.58 + 0.92 em
  // = 2.66 em * 16 = 42.56) + 8 = 54.56, up to 55. Right: the tick label "4" needs 4.64, less
  // than the gap of 10, so 480 - 4 - 10 = 466. Top: round(4 + 10.5 + 3) = 18; bottom 287.
  // x: 55 + t / 4 * 411; y: 287 - p * 269.
  const std::string markup = markup_of(tiny_figure());

  CHECK(markup.find("d=\"M55,18H157.8V152.5H260.5\" fill=\"none\" stroke=\"#0060a8\"") !=
        markup.npos);
  CHECK(markup.find("d=\"M55,18H157.8V85.3H260.5V219.8H157.8V18H55Z\"") != markup.npos);
  CHECK(markup.find("d=\"M260.5,147.5V157.5\"") != markup.npos);
  CHECK(markup.find("viewBox=\"0 0 480 ") != markup.npos);
}

TEST_CASE("A figure is well-formed, named by its prefix and free of non-numbers") {
  for (const SurvivalFigure& figure :
       {tiny_figure(), one_curve(), three_curves(), five_curves_in_japanese()}) {
    const std::string markup = markup_of(figure);
    const auto checked = check_markup(markup);
    CAPTURE(figure.head.id_prefix);
    CHECK(checked.problem == "");
    CHECK(markup.find("nan") == markup.npos);
    CHECK(markup.find("inf") == markup.npos);
    const auto& root = checked.elements.front().attributes;
    CHECK(root.at("role") == "img");
    CHECK(root.at("aria-labelledby") ==
          figure.head.id_prefix + "-title " + figure.head.id_prefix + "-desc");
    CHECK(checked.all("title").front().text == figure.head.title);
    for (const auto& element : checked.elements) {
      if (!element.attributes.contains("id")) continue;
      CHECK(element.attributes.at("id").starts_with(figure.head.id_prefix + "-"));
    }
  }
}

TEST_CASE("Figures look as accepted") {
  CHECK(matches_golden("figures/survival_one.svg", markup_of(one_curve())));
  CHECK(matches_golden("figures/survival_three.svg", markup_of(three_curves())));
  CHECK(matches_golden("figures/survival_five_ja.svg", markup_of(five_curves_in_japanese())));
  SurvivalFigure direct = three_curves();
  direct.head.id_prefix = "direct";
  direct.x_max = 1500;
  direct.at_risk->times.resize(4);
  for (auto& row : direct.at_risk->rows) row.resize(4);
  CHECK(matches_golden("figures/survival_direct.svg", markup_of(direct)));
  SurvivalFigure wide = three_curves();
  wide.head.width = 760;
  wide.head.id_prefix = "wide";
  CHECK(matches_golden("figures/survival_wide.svg", markup_of(wide)));
}

TEST_CASE("No word covers another or leaves the drawing, at any width and in both languages") {
  for (SurvivalFigure figure : {one_curve(), three_curves(), five_curves_in_japanese()}) {
    for (const double width : {280.0, 360.0, 480.0, 640.0, 900.0}) {
      figure.head.width = width;
      CAPTURE(width);
      CHECK(testing::badly_placed_text(markup_of(figure)) == "");
    }
  }
}

TEST_CASE("Names longer than the drawing are broken into lines") {
  SurvivalFigure figure = three_curves();
  for (auto& curve : figure.curves) {
    curve.label = "再生医療等製品を用いた検証型診療として登録された治療を受けた人（両膝、重症）";
  }
  CHECK(testing::badly_placed_text(markup_of(figure)) == "");
}

TEST_CASE("Names stand beside curves that reach the edge, above curves that end early") {
  SurvivalFigure figure = tiny_figure();
  figure.curves.push_back({.label = "B", .steps = {{1, 0.8, {}}}, .censor_times = {4}});
  figure.curves[0].label = "A";
  figure.curves[0].censor_times = {3.9};
  CHECK(markup_of(figure).find("class=\"labels\"") != std::string::npos);

  figure.curves[0].censor_times = {2};
  CHECK(markup_of(figure).find("class=\"legend\"") != std::string::npos);

  figure.curves[0].censor_times = {3.9};
  figure.curves[0].steps[0] = {1, 0.8, {}};  // both end at one place
  CHECK(markup_of(figure).find("class=\"legend\"") != std::string::npos);
}

TEST_CASE("The same figure is the same bytes, whatever the order of the censor times") {
  SurvivalFigure figure = three_curves();
  const std::string first = markup_of(figure);
  for (auto& curve : figure.curves) {
    std::reverse(curve.censor_times.begin(), curve.censor_times.end());
  }
  CHECK(markup_of(figure) == first);
}

TEST_CASE("Labels are escaped") {
  SurvivalFigure figure = three_curves();
  figure.curves[0].label = "<b>&\"'";
  figure.words.y_label = "a < b";
  figure.head.title = "</title><script>";

  const std::string markup = markup_of(figure);

  CHECK(check_markup(markup).problem == "");
  CHECK(markup.find("<script") == markup.npos);
  CHECK(markup.find("<b>") == markup.npos);
}

TEST_CASE("A gap in the intervals is a gap in the band") {
  SurvivalFigure figure = tiny_figure();
  figure.curves[0].steps = {{1, 0.75, ProbabilityInterval{0.5, 1.0}},
                            {2, 0.5, {}},
                            {3, 0.25, ProbabilityInterval{0.0, 0.5}}};
  figure.curves[0].censor_times = {4};

  const std::string markup = markup_of(figure);

  // x: 55, 157.75, 260.5, 363.25, 466; y of 1, .75, .5, .25, 0: 18, 85.3, 152.5, 219.8, 287.
  CHECK(markup.find("d=\"M55,18H260.5V152.5H157.8V18H55Z\"") != markup.npos);
  CHECK(markup.find("d=\"M363.3,152.5H466V287H363.3Z\"") != markup.npos);
}

TEST_CASE("A curve is cut at the end of the axis") {
  SurvivalFigure figure = tiny_figure();
  figure.curves[0].steps.push_back({5, 0.25, {}});
  figure.curves[0].censor_times = {2, 9};

  const std::string markup = markup_of(figure);

  CHECK(markup.find("d=\"M55,18H157.8V152.5H466\"") != markup.npos);
}

TEST_CASE("A curve with very many steps is drawn no finer than it can be seen") {
  SurvivalFigure figure = tiny_figure();
  figure.curves[0].steps.clear();
  figure.curves[0].censor_times.clear();
  for (int i = 1; i <= 200000; ++i) {
    figure.curves[0].steps.push_back({i / 50000.0, 1 - i / 200001.0, {}});
    figure.curves[0].censor_times.push_back(i / 50000.0);
  }
  CHECK(markup_of(figure).size() < 200000);
}

struct Refusal {
  const char* desc;
  void (*spoil)(SurvivalFigure&);
};

TEST_CASE("What cannot be drawn truthfully is refused") {
  const Refusal cases[] = {
      {"no curve", [](SurvivalFigure& f) { f.curves.clear(); }},
      {"seven curves", [](SurvivalFigure& f) { f.curves.resize(7); }},
      {"no axis", [](SurvivalFigure& f) { f.x_max = 0; }},
      {"tiny axis", [](SurvivalFigure& f) { f.x_max = 5e-324; }},
      {"huge axis", [](SurvivalFigure& f) { f.x_max = 1e300; }},
      {"infinite axis", [](SurvivalFigure& f) { f.x_max = HUGE_VAL; }},
      {"bad prefix", [](SurvivalFigure& f) { f.head.id_prefix = "a b"; }},
      {"empty prefix", [](SurvivalFigure& f) { f.head.id_prefix = ""; }},
      {"no title", [](SurvivalFigure& f) { f.head.title = ""; }},
      {"width", [](SurvivalFigure& f) { f.head.width = not_a_number; }},
      {"time", [](SurvivalFigure& f) { f.curves[0].steps[0].time = not_a_number; }},
      {"negative time", [](SurvivalFigure& f) { f.curves[0].steps[0].time = -1; }},
      {"tied times", [](SurvivalFigure& f) { f.curves[0].steps.push_back({1, 0.4, {}}); }},
      {"estimate", [](SurvivalFigure& f) { f.curves[0].steps[0].estimate = not_a_number; }},
      {"estimate above 1", [](SurvivalFigure& f) { f.curves[0].steps[0].estimate = 1.1; }},
      {"interval", [](SurvivalFigure& f) { f.curves[0].steps[0].interval->lower = not_a_number; }},
      {"swapped", [](SurvivalFigure& f) { f.curves[0].steps[0].interval->lower = 0.9; }},
      {"censor", [](SurvivalFigure& f) { f.curves[0].censor_times = {not_a_number}; }},
      {"reference", [](SurvivalFigure& f) { f.reference_lines = {{{}, not_a_number, ""}}; }},
      {"rows", [](SurvivalFigure& f) { f.at_risk = CountTable{.times = {0}}; }},
      {"row", [](SurvivalFigure& f) { f.at_risk = CountTable{.times = {0}, .rows = {{}}}; }},
      {"count times",
       [](SurvivalFigure& f) { f.at_risk = CountTable{.times = {0, 9}, .rows = {{"1", "0"}}}; }}};
  for (const Refusal& c : cases) {
    CAPTURE(c.desc);
    SurvivalFigure figure = tiny_figure();
    c.spoil(figure);
    const auto drawn = draw(figure);
    REQUIRE_FALSE(drawn);
    CHECK(drawn.error().code == Errc::invalid_argument);
  }
}

TEST_CASE("A curve without steps is a line at one") {
  SurvivalFigure figure = tiny_figure();
  figure.curves[0] = {.label = "", .steps = {}, .censor_times = {4}};

  CHECK(markup_of(figure).find("d=\"M55,18H466\"") != std::string::npos);
}

}  // namespace
}  // namespace kensho::report
