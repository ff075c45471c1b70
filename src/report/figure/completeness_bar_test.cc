#include "report/figure/completeness_bar.h"

#include <cmath>

#include <doctest/doctest.h>

#include "report/testing/golden.h"
#include "report/testing/markup_checker.h"
#include "report/testing/text_boxes.h"

namespace kensho::report {
namespace {

using testing::check_markup;

CompletenessBar sample_bar() {
  return {.head = {.id_prefix = "bar", .title = "Follow-up", .description = "75%; 80% needed."},
          .label = "Followed up: 150 of 200 (75%)",
          .fraction = 0.75,
          .bound = CompletenessBar::Bound{0.8, "Lower bound 80%"}};
}

TEST_CASE("The bar and its mark are as long as their fractions") {
  const std::string markup = draw(sample_bar()).value().markup();
  const auto checked = check_markup(markup);

  // 480 wide with 4 free at each side: 472 for 100%; 0.75 of it is 354, the mark 4 + 377.6.
  CHECK(checked.problem == "");
  CHECK(checked.all("rect")[2].attributes.at("width") == "354");
  CHECK(checked.all("path")[1].attributes.at("d").starts_with("M381.6,"));
  CHECK(checked.elements[0].attributes.at("class") == "bar");
}

TEST_CASE("Words under the bar keep apart wherever the bound is") {
  for (int percent = 0; percent <= 100; percent += 5) {
    for (const double width : {280.0, 480.0}) {
      CompletenessBar bar = sample_bar();
      bar.bound = CompletenessBar::Bound{percent / 100.0, "下限 " + std::to_string(percent) + "%"};
      bar.head.width = width;
      CAPTURE(percent);
      CHECK(testing::badly_placed_text(draw(bar).value().markup()) == "");
    }
  }
}

TEST_CASE("The bar looks as accepted") {
  CHECK(testing::matches_golden("figures/completeness.svg", draw(sample_bar()).value().markup()));
}

TEST_CASE("A bar may have no label and no bound; no bar shows what is not a fraction") {
  CompletenessBar bar = sample_bar();
  bar.label.clear();
  bar.bound.reset();
  CHECK(check_markup(draw(bar).value().markup()).all("text").size() == 2);

  for (const double wrong : {-0.1, 1.1, std::nan("")}) {
    bar.fraction = wrong;
    CHECK(draw(bar).error().code == Errc::invalid_argument);
  }
  bar.fraction = 1;
  bar.bound = CompletenessBar::Bound{std::nan(""), ""};
  CHECK(draw(bar).error().code == Errc::invalid_argument);
}

}  // namespace
}  // namespace kensho::report
