#include "app/sent_report.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "catalog/variables.h"

namespace kensho::app {
namespace {

const VariableTable& variables() {
  static const VariableTable table{
      {"score", {.id = "score", .name = {}, .unit = {}, .min = 0, .max = 100}}};
  return table;
}

/// A whole report with `more` members at the end.
std::string body(const std::string& more = "") {
  return R"({"therapy":"t","institution":"i","participant":"p","registers":true)" +
         (more.empty() ? more : "," + more) + "}";
}

std::string refusal(const std::string& json) {
  const auto report = read_sent_report(json, variables());
  REQUIRE_FALSE(report);
  CHECK(report.error().code == Errc::invalid_argument);
  return report.error().message;
}

TEST_CASE("a report is read as it was sent") {
  const CaseReport report = read_sent_report(body(R"("baseline":{"score":"12.50","sex":"f"},
        "treatment":{"number":"1","date":"2026-01-05"},
        "assessments":[{"variable":"score","value":"99","day":-3}],
        "events":[{"kind":"fever","date":"2026-01-06","adverse":true,"grade":"2"}],
        "last_contact":{"day":90})"),
                                             variables())
                                .value();
  CHECK(report.registers);
  CHECK(report.baseline == std::map<std::string, std::string>{{"score", "12.50"}, {"sex", "f"}});
  CHECK(report.treatment->date->iso() == "2026-01-05");
  REQUIRE(report.assessments.size() == 1);
  CHECK(report.assessments[0].when.study_day == -3);
  REQUIRE(report.events.size() == 1);
  CHECK(report.events[0].adverse);
  CHECK(report.last_contact->study_day == 90);
}

std::string many_members(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += fmt::format("{}\"v{}\":\"1\"", i == 0 ? "" : ",", i);
  return text;
}

TEST_CASE("each rule names its field") {
  struct Row {
    std::string json;
    std::string_view says;
  };
  const Row rows[] = {
      {"", "a value is missing"},
      {"[]", "must be a JSON object"},
      {R"({"therapy":"t"})", "'institution' is missing"},
      {body(R"("registerd":true)"), "'registerd' is not known here"},
      {body(R"("submission":{"client":"c","key":"k"})"), "'submission' is not known here"},
      {body(R"("baseline":{"a b":"1"})"), "a variable must be an id"},
      {body(R"("baseline":{"sex":""})"), "'sex' must not be empty"},
      {body(R"("baseline":{"score":"100.5"})"), "'score' must not be above 100"},
      {body(R"("baseline":{"score":"-1"})"), "'score' must not be below 0"},
      {body(R"("baseline":{"score":"1e1"})"), "'score' must be a number as text"},
      {body(R"("baseline":{"score":"nan"})"), "'score' must be a number as text"},
      {body(R"("baseline":{"score":" 1"})"), "'score' must be a number as text"},
      {body(R"("treatment":{"number":"1"})"), "'date', or 'date_unknown'"},
      {body(R"("treatment":{"number":"1","date":"2026-01-05","date_unknown":"x"})"), "one of them"},
      {body(R"("treatment":{"number":"","date":"2026-01-05"})"), "'number' must not be empty"},
      {body(R"("assessments":[{"variable":"v","value":"1","day":1,"date":"2026-01-05"}])"),
       "one of them"},
      {body(R"("assessments":[{"variable":"score","value":"101","day":1}])"), "must not be above"},
      {body(R"("assessments":{})"), "'assessments' must be a list"},
      {body(R"("events":[{"kind":"k"}])"), "one of them"},
      {body(R"("events":[{"kind":"k","day":73001}])"), "'day' must be from -73000 to 73000"},
      {body(R"("events":[{"kind":"k","day":-9223372036854775808}])"), "'day' must be from"},
      {body("\"baseline\":{" + many_members(1001) + "}"), "must not have more than 1000 members"},
      {body(R"("events":[{"kind":"k","day":1.5}])"), "'day' must be a whole number"},
      {body(R"("last_contact":{})"), "one of them"},
      {body(R"("treatment":{"number":"1","date":"2026-01-05"},)"
            R"("events":[{"kind":"k","date":"2026-01-04"}])"),
       "lies before the treatment"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.json);
    CHECK(refusal(row.json).find(row.says) != std::string::npos);
  }
}

TEST_CASE("a text has a longest length, and no message repeats a value") {
  const std::string secret(4001, 's');
  const std::string message = refusal(body(R"("baseline":{"note":")" + secret + R"("})"));
  CHECK(message.find("'note' must not be longer than 4000 bytes") != std::string::npos);
  CHECK(message.find("sss") == std::string::npos);
}

}  // namespace
}  // namespace kensho::app
