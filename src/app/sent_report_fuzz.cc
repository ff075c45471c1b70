// Reports as clients send them: an accepted one is a report that the journal keeps as it is.
#include "app/sent_report.h"
#include "base/testing/fuzz_target.h"
#include "catalog/variables.h"
#include "domain/identifier.h"
#include "journal/payload.h"

namespace kensho::app {
namespace {

bool has_one_moment(const When& when) {
  return when.date.has_value() != when.study_day.has_value();
}

KENSHO_FUZZ(sent_report) {
  static const VariableTable variables = catalog::load_variables().value();
  const auto report = read_sent_report(input, variables);
  if (!report) {
    ENSURE(report.error().code == Errc::invalid_argument);
    return;
  }
  for (const std::string& id : {report->therapy, report->institution, report->participant})
    ENSURE(is_identifier(id));
  for (const Assessment& assessment : report->assessments) ENSURE(has_one_moment(assessment.when));
  for (const Event& event : report->events) ENSURE(has_one_moment(event.when));
  if (report->last_contact) ENSURE(has_one_moment(*report->last_contact));
  if (report->treatment)
    ENSURE(report->treatment->date.has_value() == report->treatment->date_unknown_reason.empty());
  const std::string payload = to_json_text(journal::to_json(*report));
  ENSURE(read_sent_report(payload, variables).value() == *report);
  ENSURE(journal::read_case_report(parse_json(payload).value(), "payload").value() == *report);
}

}  // namespace
}  // namespace kensho::app
