#include "report/table.h"

#include <doctest/doctest.h>

#include "report/testing/markup_checker.h"

namespace kensho::report {
namespace {

Table sample_table() {
  return {.caption = "Adverse events <all>",
          .columns = {{"Event"}, {"People", ColumnKind::numbers}},
          .rows = {{"Pain & swelling", "61"}, {element("em", {}, {"Fever"}), "11"}}};
}

TEST_CASE("A table names its rows and columns for readers, screens and phones") {
  const std::string markup = table(sample_table()).markup();

  CHECK(testing::check_markup(markup).problem == "");
  CHECK(markup ==
        "<div class=\"table\"><table class=\"data cards\" role=\"table\">"
        "<caption>Adverse events &lt;all&gt;</caption>"
        "<thead role=\"rowgroup\"><tr role=\"row\">"
        "<th role=\"columnheader\" scope=\"col\">Event</th>"
        "<th role=\"columnheader\" class=\"number\" scope=\"col\">People</th></tr></thead>"
        "<tbody role=\"rowgroup\">"
        "<tr role=\"row\"><th role=\"rowheader\" scope=\"row\">Pain &amp; swelling</th>"
        "<td role=\"cell\" class=\"number\" data-label=\"People\">61</td></tr>"
        "<tr role=\"row\"><th role=\"rowheader\" scope=\"row\"><em>Fever</em></th>"
        "<td role=\"cell\" class=\"number\" data-label=\"People\">11</td></tr>"
        "</tbody></table></div>");
}

TEST_CASE("A matrix scrolls sideways in a named region that the keyboard reaches") {
  Table wide = sample_table();
  wide.narrow_form = NarrowForm::scroll;

  const std::string markup = table(wide).markup();

  CHECK(
      markup.starts_with("<div class=\"table scroll\" tabindex=\"0\" role=\"region\" "
                         "aria-label=\"Adverse events &lt;all&gt;\"><table class=\"data\""));
}

TEST_CASE("A table without rows keeps its head") {
  Table empty = sample_table();
  empty.rows.clear();

  CHECK(table(empty).markup().ends_with("<tbody role=\"rowgroup\"></tbody></table></div>"));
}

}  // namespace
}  // namespace kensho::report
