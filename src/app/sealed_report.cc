#include "app/sealed_report.h"

#include "base/canonical_json.h"
#include "journal/commitment.h"
#include "journal/payload.h"

namespace kensho::app {
namespace {

constexpr std::size_t fixed_bytes = 1024;  // of the entry, the decoded report's nodes, the answer

}  // namespace

std::size_t SealedReport::bytes() const {
  return fixed_bytes + 3 * entry.act.payload.size();  // the payload, and decoded about twice it
}

Result<SealedReport> seal_report(const Actor& sender, const std::string& key, CaseReport report) {
  SealedReport sealed;
  sealed.submission = {sender.name, key};
  Json payload = journal::to_json(report);
  payload.set("submission", journal::to_json(sealed.submission));
  journal::NewEntry& act = sealed.entry.act;
  act.actor = sender.name;
  act.organisation = sender.organisation;
  act.kind = journal::kind::case_reported;
  act.subject = report.participant;
  act.payload = TRY(canonical_json(payload));
  journal::commit_to_contents(sealed.entry);
  sealed.report = std::move(report);
  return sealed;
}

}  // namespace kensho::app
