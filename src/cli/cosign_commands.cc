// key, cosign and compare: what a registry and whoever watches it do with witnesses.
#include <fmt/format.h>

#include "app/compare_logs.h"
#include "app/cosign_checkpoint.h"
#include "base/file.h"
#include "cli/console.h"
#include "cli/session.h"
#include "cli/witness_commands.h"
#include "wiring/shown_log.h"

namespace kensho::cli {
namespace {

Status show_key(const KeyOptions& options) {
  Session session = TRY(Session::open(options.home, wiring::Purpose::reading));
  print(session.journal().key().text() + "\n");
  return ok();
}

Json report_json(const app::CosigningReport& report) {
  Json witnesses = Json::array();
  for (const app::WitnessResult& witness : report.witnesses) {
    Json json = Json::object();
    json.set("name", witness.name).set("outcome", app::name_of(witness.outcome));
    if (witness.time_s) json.set("time", *witness.time_s);
    if (!witness.message.empty()) json.set("message", witness.message);
    witnesses.push(std::move(json));
  }
  return Json::object()
      .set("origin", report.checkpoint.origin)
      .set("size", report.checkpoint.tree.size)
      .set("witnesses", std::move(witnesses))
      .set("stored", report.stored)
      .set("quorum_met", report.quorum_met);
}

void print_report(const app::CosigningReport& report) {
  for (const app::WitnessResult& witness : report.witnesses) {
    print(fmt::format("{:<12} {}{}{}\n", app::name_of(witness.outcome), witness.name,
                      witness.message.empty() ? "" : ": ", witness.message));
  }
}

Result<int> cosign(const CosignOptions& options) {
  const std::string policy_text = TRY(read_file(options.policy, ledger::max_policy_bytes));
  ledger::Policy policy = TRY(ledger::parse_policy(policy_text, options.policy));
  Session session = TRY(Session::open(options.home, wiring::Purpose::writing));
  auto cosigning = TRY(app::CheckpointCosigning::make(std::move(policy), session.journal().key(),
                                                      wiring::send_over_http()));
  const auto report = TRY(cosigning.run(session.journal().log()));
  options.json ? print_json(report_json(report)) : print_report(report);
  if (report.is_split()) {
    return fail(
        {Errc::corrupted,
         fmt::format("SPLIT VIEW: a witness says that two histories of {} are signed; find out "
                     "which copy is the registry before anything else is written",
                     report.checkpoint.origin)});
  }
  if (!report.quorum_met) {
    return fail({Errc::unavailable,
                 fmt::format("the checkpoint of size {} does not meet the policy's quorum",
                             report.checkpoint.tree.size)});
  }
  if (!options.json) {
    print(fmt::format("The checkpoint of size {} meets the policy's quorum.\n",
                      report.checkpoint.tree.size));
  }
  return exit_done;
}

std::string_view name_of(app::Comparison comparison) {
  switch (comparison) {
    case app::Comparison::consistent:
      return "consistent";
    case app::Comparison::split:
      return "split";
    case app::Comparison::cannot_tell:
      return "cannot_tell";
  }
  ENSURE(false);
}

int end_compare(const CompareOptions& options, const app::ComparisonReport& report) {
  switch (report.comparison) {
    case app::Comparison::consistent:
      if (!options.json) {
        print(fmt::format("Consistent: one history fulfils both, of sizes {} and {}.\n",
                          report.first.tree.size, report.second.tree.size));
      }
      return exit_done;
    case app::Comparison::split:
      return fail(
          {Errc::corrupted,
           fmt::format("SPLIT VIEW: {} signed two histories (sizes {} and {}); the evidence "
                       "is in {}",
                       report.first.origin, report.first.tree.size, report.second.tree.size,
                       options.evidence)});
    case app::Comparison::cannot_tell:
      return fail({Errc::unavailable, fmt::format("cannot tell: {}", report.why)});
  }
  ENSURE(false);
}

Result<int> compare(const CompareOptions& options) {
  const auto key = TRY(ledger::NoteKey::parse(options.key));
  const app::ShownLog first = TRY(wiring::show_log(options.first));
  const app::ShownLog second = TRY(wiring::show_log(options.second));
  const auto report = TRY(app::compare_logs(first, second, key));
  if (report.split)
    TRY(write_file_durably(options.evidence, ledger::format_split_view(*report.split)));
  if (options.json) {
    Json json = Json::object();
    json.set("verdict", name_of(report.comparison)).set("origin", report.first.origin);
    json.set("first_size", report.first.tree.size).set("second_size", report.second.tree.size);
    if (report.split) json.set("evidence", options.evidence);
    if (!report.why.empty()) json.set("why", report.why);
    print_json(json);
  }
  return end_compare(options, report);
}

int exit_code_of(const Result<int>& result) {
  return result ? *result : fail(result.error());
}

}  // namespace

int run_key(const KeyOptions& options) {
  return exit_code_of(show_key(options));
}
int run_cosign(const CosignOptions& options) {
  return exit_code_of(cosign(options));
}
int run_compare(const CompareOptions& options) {
  return exit_code_of(compare(options));
}

}  // namespace kensho::cli
