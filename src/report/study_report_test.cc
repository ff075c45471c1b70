#include "report/study_report.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "report/analysis_view.h"

namespace kensho::report {
namespace {

constexpr const char* protocol_text = R"toml(
format = 1
id = "p"
title = { en = "Title", ja = "題" }
question = { en = "Question", ja = "問い" }
therapy = "t"
analysis_due = "2027-01-01"
sample_size = { en = "a", ja = "a" }
missing_data = { en = "a", ja = "a" }
multiplicity = { en = "a", ja = "a" }
[population]
description = { en = "a", ja = "a" }
[estimand]
treatment = { en = "a", ja = "a" }
population = { en = "a", ja = "a" }
variable = { en = "a", ja = "a" }
intercurrent_events = { en = "a", ja = "a" }
summary = { en = "a", ja = "a" }
[follow_up]
bound = 0.8
day = 365
[gate]
completeness_min = 0
[[endpoint]]
id = "e"
title = { en = "a", ja = "a" }
role = "efficacy"
type = "time_to_event"
events = ["x"]
[[endpoint]]
id = "s"
title = { en = "a", ja = "a" }
role = "safety"
type = "adverse_events"
[[analysis]]
id = "km"
method = "kaplan_meier"
endpoint = "e"
title = { en = "Curve", ja = "曲線" }
primary = true
times_days = [100]
)toml";

/// A result with one curve: `at_risk` people at day 50, one event there, the rest followed to 100.
Json result_with(int at_risk) {
  const auto text = [&](const char* format) {
    std::string out = format;
    for (auto at = out.find('#'); at != std::string::npos; at = out.find('#'))
      out.replace(at, 1, std::to_string(at_risk));
    return out;
  };
  return parse_json(
             text(
                 R"({"as_sealed":true,"blinded":false,"analyses":[{"id":"km","method":"kaplan_meier","result":{
    "groups":[{"level":"","participants":#,"events":1,"median":{"estimate":null,"lower":null,"upper":null},
    "at_times":[{"time":100,"at_risk":2,"survival":0.9,"std_error":0.1,"lower":0.5,"upper":0.98}],
    "steps":[{"time":50,"at_risk":#,"events":1,"censored":0,"survival":0.9,"lower":0.5,"upper":0.98},
             {"time":100,"at_risk":2,"events":0,"censored":2,"survival":0.9,"lower":0.5,"upper":0.98}]}],
    "warnings":[{"code":"never_heard_of","count":4}]}}]})"))
      .value();
}

std::string section_of(const Json& result) {
  static const Texts texts = Texts::load().value();
  static const study::Protocol protocol = study::parse_protocol(protocol_text, "p.toml").value();
  ShownValues shown;
  const auto made = analysis_sections(result, {protocol, Wording(texts, Language::english), shown});
  return made ? made->markup() : "error: " + made.error().message;
}

TEST_CASE("a curve ends where fewer than ten are at risk, and the page says so") {
  const std::string page = section_of(result_with(12));
  CHECK(page.find("A curve ends where fewer than 10 people are at risk") != std::string::npos);
  CHECK(page.find("<svg") != std::string::npos);
  CHECK(page.find("&lt;10") != std::string::npos);
  CHECK(page.find("nothing was heard of them after treatment: fewer than 10") != std::string::npos);
}

TEST_CASE("no curve is drawn of fewer than ten people; the table remains") {
  const std::string page = section_of(result_with(9));
  CHECK(page.find("<svg") == std::string::npos);
  CHECK(page.find("90.0%") != std::string::npos);
}

TEST_CASE("a document that does not fit the protocol is an error that names the place") {
  Json result = result_with(12);
  *result.find("analyses") =
      parse_json(R"([{"id":"other","method":"kaplan_meier","result":{}}])").value();
  CHECK(section_of(result).find("error: ") == 0);
  *result.find("analyses") =
      parse_json(R"([{"id":"km","method":"kaplan_meier","result":{}}])").value();
  CHECK(section_of(result).find("'groups'") == std::string::npos);  // a list may be empty
  *result.find("analyses") = parse_json(R"([{"id":"km","method":"kaplan_meier"}])").value();
  CHECK(section_of(result).find("error: ") == 0);
}

TEST_CASE("at risk at a time are those of the first step not before it") {
  const std::vector<RiskStep> steps{{10, 20}, {30, 12}, {40, 9}};
  CHECK(at_risk_at(steps, 0) == 20);
  CHECK(at_risk_at(steps, 10) == 20);
  CHECK(at_risk_at(steps, 11) == 12);
  CHECK(at_risk_at(steps, 41) == 0);
  CHECK(shown_until(steps) == 30);
}

}  // namespace
}  // namespace kensho::report
