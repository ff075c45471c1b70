#include "app/case_rules.h"

#include <fmt/format.h>

#include "app/consent_rules.h"
#include "app/register_masters.h"
#include "journal/entry.h"

namespace kensho::app {

Result<std::vector<std::string>> CaseRules::broken_by(const CaseReport& report,
                                                      const Batch& batch) {
  std::vector<std::string> broken;
  if (!TRY(is_offered(report.therapy, report.institution))) {
    broken.push_back(
        fmt::format("therapy '{}' is not registered as offered at institution '{}'; register the "
                    "offer first",
                    report.therapy, report.institution));
    return broken;
  }
  const auto known = TRY(batch.participant(report.institution, report.participant));
  if (const auto rule = consent_rule_broken_by_report(known)) {
    broken.push_back(*rule);
    return broken;
  }
  if (report.registers && known) {
    broken.push_back(
        "this participant id is registered already at this institution; each id stands for one "
        "person");
  }
  if (!report.registers && !known) {
    broken.push_back(
        "this participant id is not registered at this institution; register the participant "
        "first");
  }
  if (!report.registers && known && known->therapy != report.therapy) {
    broken.push_back(
        fmt::format("this participant is registered for therapy '{}'", known->therapy));
  }
  return broken;
}

Result<bool> CaseRules::is_offered(const std::string& therapy, const std::string& institution) {
  const std::string subject = offer_subject(therapy, institution);
  if (offered_.contains(subject)) return true;
  if (!TRY(store_->newest_payload(journal::kind::offer_registered, subject))) return false;
  offered_.insert(subject);
  return true;
}

}  // namespace kensho::app
