#include "app/simulate_registry.h"

#include <fmt/format.h>

#include "app/import_cases.h"
#include "app/register_masters.h"
#include "app/run_study.h"
#include "app/seal_protocol.h"
#include "base/canonical_json.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/toml.h"
#include "journal/payload.h"

namespace kensho::app {
namespace {

using simulation::ActKind;
using simulation::Plan;
using simulation::PlannedAct;

/// Reports in memory as rows of a source.
class ReportSource final : public CaseSource {
 public:
  explicit ReportSource(const std::vector<CaseReport>& reports) : reports_(reports) {}

  Result<std::optional<SourcedRow>> next() override {
    if (next_ == reports_.size()) return std::optional<SourcedRow>();
    SourcedRow row{.line = next_ + 1, .report = reports_[next_]};
    ++next_;
    return std::optional(std::move(row));
  }

 private:
  const std::vector<CaseReport>& reports_;
  std::size_t next_ = 0;
};

/// The identity of a batch: what is reported and when.
Result<std::string> digest_of(const PlannedAct& act) {
  Sha256 hash;
  hash.update(as_bytes(to_iso_text(act.time)));
  for (const CaseReport& report : act.reports) {
    const std::string text = TRY(canonical_json(journal::to_json(report)));
    hash.update(as_bytes(text));
  }
  return hex_encode(hash.finish());
}

class Play {
 public:
  Play(Journal& journal, const SimulationRequest& request, const RegistryProfile& profile)
      : journal_(journal), request_(request), profile_(profile) {}

  Status take(const PlannedAct& act) {
    switch (act.kind) {
      case ActKind::report:
        return report(act);
      case ActKind::masters:
        return masters(act);
      case ActKind::seal:
        return seal(act);
      case ActKind::study:
        return study(act);
      case ActKind::publish:
        return publish();
    }
    return ok();
  }

  const SimulationReport& done() const { return done_; }

 private:
  Actor by_operator(std::string role) const { return {std::move(role), profile_.run_by.id}; }

  Status report(const PlannedAct& act) {
    ReportSource source(act.reports);
    std::string rule;
    const ImportListener listener{
        .on_problem = [&rule](const RowProblem& problem) { rule = problem.rule; },
        .on_progress = {}};
    const ImportRequest request{.actor = {"clinic-staff", act.institution},
                                .digest = TRY(digest_of(act)),
                                .file_name = act.institution + " (simulated)",
                                .reason = ""};
    const auto imported = import_cases(journal_, source, request, listener);
    if (!imported) {
      return Error{imported.error().code, fmt::format("{}; {}", imported.error().message, rule)};
    }
    ++done_.batches;
    done_.reports += imported->rows;
    return ok();
  }

  Result<std::string> file(const std::string& name) const {
    return read_file(request_.folder / name);
  }

  Status masters(const PlannedAct& act) {
    const std::string text = TRY(file(act.name));
    const Json document = TRY(parse_toml(text, act.name));
    TRY(register_masters(journal_, by_operator("registry-staff"), document, act.name));
    return ok();
  }

  Status seal(const PlannedAct& act) {
    const std::string text = TRY(file(act.name));
    TRY(seal_protocol(journal_, by_operator("statistician"), text, act.name));
    ++done_.sealed;
    return ok();
  }

  Status study(const PlannedAct& act) {
    StudyRequest request;
    request.protocol = act.name;
    request.threads = request_.threads;
    const StudyOutcome outcome = TRY(run_study(journal_, request));
    TRY(record_study(journal_, by_operator("statistician"), outcome));
    ++done_.studies;
    return ok();
  }

  Status publish() {
    const std::size_t before = TRY(journal_.registry()).publications.size();
    TRY(request_.publish(journal_));
    const std::size_t after = TRY(journal_.registry()).publications.size();
    ENSURE(after > before);  // the request's promise
    ++done_.publications;
    return ok();
  }

  Journal& journal_;
  const SimulationRequest& request_;
  const RegistryProfile& profile_;
  SimulationReport done_;
};

Status check_registry(const Registry& registry, const Plan& plan) {
  if (!registry.profile.simulated) {
    return Error{Errc::permission_denied,
                 "this registry does not say that it is simulated; invented acts are played only "
                 "where its first entry has simulated = true"};
  }
  if (!registry.participants.empty() || !registry.protocols.empty()) {
    return Error{Errc::conflict,
                 "this registry has participants or protocols already; a simulation begins with an "
                 "empty one"};
  }
  if (registry.profile.utc_offset_minutes != plan.utc_offset_minutes) {
    return Error{Errc::invalid_argument,
                 fmt::format("utc_offset_minutes is {} in the simulation and {} in the registry; "
                             "dates would shift",
                             plan.utc_offset_minutes, registry.profile.utc_offset_minutes)};
  }
  return ok();
}

}  // namespace

Result<SimulationReport> simulate_registry(Journal& journal, ManualClock& clock, const Plan& plan,
                                           const SimulationRequest& request) {
  const Registry registry = TRY(journal.registry());
  TRY(check_registry(registry, plan));
  Play play(journal, request, registry.profile);
  for (std::size_t i = 0; i < plan.acts.size(); ++i) {
    const PlannedAct& act = plan.acts[i];
    clock.set(act.time);
    const Status played = play.take(act);
    if (!played) {
      return Error{played.error().code, fmt::format("act {} at {}: {}", i + 1,
                                                    to_iso_text(act.time), played.error().message)};
    }
    if (request.on_progress) request.on_progress(i + 1, plan.acts.size());
  }
  return play.done();
}

}  // namespace kensho::app
