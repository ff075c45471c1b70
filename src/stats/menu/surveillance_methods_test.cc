#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "stats/menu/method.h"

namespace kensho::stats {
namespace {

using Options = std::map<std::string, std::string>;

Result<Json> run(std::string_view name, const DataTable& table, const Options& options) {
  const Method& method = *find_method(name);
  const Arguments arguments = TRY(Arguments::make(method.options, options, table));
  return method.run(table, arguments);
}

std::string text(std::string_view name, const DataTable& table, const Options& options) {
  const auto document = run(name, table, options);
  REQUIRE_MESSAGE(document, (document ? "" : document.error().message));
  return to_json_text(document.value());
}

DataTable sites() {
  const double missing = std::numeric_limits<double>::quiet_NaN();
  return DataTable::make({{"event", {1, 0, 1, 1, 0, 0, 1, 0, missing}, {}},
                          {"time", {2.5, 1, 3, 4, 2, 7, 0.5, 6, 1}, {}},
                          {"site", {0, 0, 0, 1, 1, 1, 2, 2, 2}, {"Kyoto", "Osaka", "Kobe"}},
                          {"arm", {0, 1, 0, 1, 0, 1, 0, 1, 0}, {"control", "cells"}},
                          {"risk", {.1, .2, .3, .1, .2, .3, .4, .1, .2}, {}},
                          {"expected", {.4, .5, .3, .6, .4, .3, .5, .5, .5}, {}},
                          {"count", {3, 8, 2, 9, 1, 1, 4, 2, 1}, {}},
                          {"age", {30, 41, 52, 63, 44, 55, 36, 47, 58}, {}}})
      .value();
}

TEST_CASE("every method of safety and parametric survival answers on a table") {
  const DataTable table = sites();
  const std::map<std::string, Options> calls = {
      {"incidence_rate", {{"event", "event"}, {"time", "time"}, {"group", "site"}}},
      {"rate_ratio", {{"event", "event"}, {"time", "time"}, {"group", "arm"}}},
      {"risk_difference", {{"event", "event"}, {"group", "arm"}}},
      {"smr", {{"observed", "event"}, {"expected", "expected"}}},
      {"direct_standardisation", {{"event", "count"}, {"time", "time"}, {"standard", "age"}}},
      {"site_rates", {{"event", "count"}, {"time", "time"}, {"site", "site"}}},
      {"funnel", {{"event", "event"}, {"site", "site"}}},
      {"cusum", {{"event", "event"}, {"risk", "risk"}}},
      {"disproportionality", {{"product", "event"}, {"event", "event"}, {"reports", "count"}}},
      {"parametric_survival", {{"event", "event"}, {"time", "time"}, {"formula", "~ age + arm"}}},
  };
  for (const auto& [name, options] : calls) {
    CAPTURE(name);
    const std::string document = text(name, table, options);
    CHECK(document.find("rows_left_out") != std::string::npos);
    CHECK(document.find("nan") == std::string::npos);
  }
}

TEST_CASE("documents hold what the library computes") {
  const DataTable table = sites();
  const std::string rates =
      text("incidence_rate", table, {{"event", "event"}, {"time", "time"}, {"per", "100"}});
  CHECK(rates.find("\"events\":4") != std::string::npos);
  CHECK(rates.find("\"time\":26") != std::string::npos);
  CHECK(rates.find("\"rows_left_out\":1") != std::string::npos);
  const std::string funnel =
      text("funnel", table, {{"event", "event"}, {"site", "site"}, {"expected", "expected"}});
  CHECK(funnel.find("Kyoto") < funnel.find("Osaka"));
}

TEST_CASE("interval-censored times come from two columns, missing ends are open") {
  const double missing = std::numeric_limits<double>::quiet_NaN();
  const DataTable table = DataTable::make({{"from", {missing, 1, 2, 3, 4, 6}, {}},
                                           {"to", {1, 2, 4, missing, 4, 9}, {}}})
                              .value();
  const std::string document =
      text("parametric_survival", table, {{"time", "from"}, {"upper", "to"}});
  CHECK(document.find("\"events\":5") != std::string::npos);
  CHECK_FALSE(run("parametric_survival", table, {{"time", "from"}}));
}

TEST_CASE("adverse events come from rows of subjects and events") {
  const double none = std::numeric_limits<double>::quiet_NaN();
  std::vector<Column> columns = {{"subject", {1, 1, 2, 3, 4}, {}},
                                 {"arm", {0, 0, 0, 1, 1}, {"control", "cells"}},
                                 {"exposure", {2, 2, 3, 1, 1}, {}},
                                 {"term", {0, 0, none, 1, none}, {"fever", "rash"}}};
  const Options options = {
      {"subject", "subject"}, {"arm", "arm"}, {"exposure", "exposure"}, {"term", "term"}};
  const std::string document = text("adverse_events", DataTable::make(columns).value(), options);
  CHECK(document.find("{\"term\":\"fever\",\"arm\":\"control\",\"subjects\":2,\"affected\":1,"
                      "\"events\":2") != std::string::npos);
  columns[2].values[1] = 5;
  CHECK(run("adverse_events", DataTable::make(columns).value(), options)
            .error()
            .message.find("must agree") != std::string::npos);
}

}  // namespace
}  // namespace kensho::stats
