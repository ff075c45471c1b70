#include "study/run.h"

#include <set>

#include <fmt/format.h>

#include "base/parallel.h"
#include "base/version.h"
#include "study/dataset.h"
#include "study/groups.h"
#include "study/methods.h"

namespace kensho::study {
namespace {

Json gate_row(std::string_view id, double value, double bound) {
  return Json::object()
      .set("id", id)
      .set("value", value)
      .set("bound", bound)
      .set("passed", value >= bound);
}

Json gate_json(const Gate& gate, const Dataset& dataset, const Completeness& follow_up) {
  Json rows = Json::array();
  rows.push(gate_row("treated", static_cast<double>(dataset.cases.size()), gate.treated_min));
  rows.push(gate_row("completeness", follow_up.share(), gate.completeness_min));
  return rows;
}

bool passed(const Json& gate) {
  for (const Json& row : gate.items()) {
    if (!*row.find("passed")->if_bool()) return false;
  }
  return true;
}

Json protocol_json(const RunRequest& request) {
  Json out = Json::object();
  out.set("id", request.protocol->id).set("version", request.protocol->version);
  out.set("therapy", request.protocol->therapy);
  if (request.sealed) {
    out.set("sha256", request.sealed->sha256).set("sealed_entry", request.sealed->entry.seq);
    out.set("sealed_at", to_iso_text(request.sealed->entry.time));
  }
  return out;
}

Json dataset_json(const Dataset& dataset) {
  std::set<std::string> institutions;
  for (const Case& participant : dataset.cases) institutions.insert(participant.institution);
  Json out = Json::object();
  out.set("sha256", dataset.sha256).set("registered", dataset.registered);
  out.set("treated", std::uint64_t{dataset.cases.size() + dataset.withdrawn.size()});
  out.set("institutions", std::uint64_t{institutions.size()});
  out.set("without_known_day", dataset.without_known_day);
  // Only where there are any: a checkpoint from before the first withdrawal gives the same bytes.
  if (!dataset.withdrawn.empty()) out.set("withdrawn", std::uint64_t{dataset.withdrawn.size()});
  if (dataset.erased > 0) out.set("erased", dataset.erased);
  return out;
}

Json follow_up_json(const Completeness& follow_up, double bound) {
  Json out = Json::object();
  out.set("due", follow_up.due).set("complete", follow_up.complete).set("bound", bound);
  if (follow_up.withdrawn > 0) out.set("withdrawn", follow_up.withdrawn);
  return out;
}

/// Entries of the checkpoint that can be read no more: the same request gave other bytes before.
void warn_of_erasures(Json& out, const Registry& registry) {
  const std::uint64_t erased = erased_since(registry);
  if (erased == 0) return;
  out.set("warnings",
          Json::array().push(Json::object().set("code", "entries_erased").set("count", erased)));
}

/// Groups too small to be shown without pointing at people.
std::vector<std::string> small_groups(const Dataset& dataset, const Analysis& analysis,
                                      int smallest) {
  std::vector<std::string> levels;
  for (const Group& group : group_cases(dataset, analysis.group_by).groups) {
    if (std::ssize(group.cases) < smallest) levels.push_back(group.level);
  }
  return levels;
}

Json analysis_head(const Analysis& analysis, const Method& method) {
  return Json::object()
      .set("id", analysis.id)
      .set("method", method.name)
      .set("method_version", method.version)
      .set("endpoint", analysis.endpoint)
      .set("group_by", analysis.group_by)
      .set("primary", analysis.primary);
}

Result<Json> run_analysis(const Dataset& dataset, const Protocol& protocol,
                          const Analysis& analysis) {
  const Method& method = *find_method(analysis.method);
  Json out = analysis_head(analysis, method);
  if (dataset.cases.empty()) return out.set("withheld", "no_participants");
  if (!small_groups(dataset, analysis, protocol.smallest_group).empty()) {
    return out.set("withheld", "group_too_small");
  }
  Result<Json> result = method.run({dataset, protocol, analysis});
  if (!result) {
    return Error{result.error().code,
                 fmt::format("analysis '{}': {}", analysis.id, result.error().message)};
  }
  return out.set("result", std::move(result).value());
}

Result<Json> run_analyses(const RunRequest& request, const Dataset& dataset) {
  const auto& analyses = request.protocol->analyses;
  std::vector<Result<Json>> done(analyses.size(), Json(nullptr));
  parallel_for({.count = analyses.size(), .block_size = 1, .threads = request.threads},
               [&](const Block& block) {
                 done[block.begin] =
                     run_analysis(dataset, *request.protocol, analyses[block.begin]);
               });
  Json out = Json::array();
  for (auto& result : done) out.push(TRY(std::move(result)));
  return out;
}

}  // namespace

Date day_of(const Registry& registry) {
  const auto day = calendar_day(registry.last_time, registry.profile.utc_offset_minutes);
  return Date::from_days_since_1970(day.time_since_epoch().count()).value_or(Date());
}

std::string engine_version() {
  return fmt::format("kensho {}", program_version);
}

Result<Json> run_study(const RunRequest& request) {
  const Dataset dataset = TRY(make_dataset(*request.registry, *request.protocol));
  const Completeness follow_up =
      follow_up_completeness(dataset, request.protocol->follow_up, day_of(*request.registry));
  const Json gate = gate_json(request.protocol->gate, dataset, follow_up);
  const bool open = passed(gate);

  Json out = Json::object();
  out.set("format", 1).set("engine", engine_version());
  out.set("protocol", protocol_json(request)).set("as_sealed", request.sealed != nullptr);
  out.set("simulated", request.registry->profile.simulated);
  out.set("checkpoint",
          Json::object().set("size", request.registry->size).set("root", request.root));
  out.set("dataset", dataset_json(dataset));
  warn_of_erasures(out, *request.registry);
  out.set("follow_up", follow_up_json(follow_up, request.protocol->follow_up.bound));
  out.set("gate", gate).set("blinded", !open);
  out.set("analyses", open ? TRY(run_analyses(request, dataset)) : Json::array());
  return out;
}

}  // namespace kensho::study
