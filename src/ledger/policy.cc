#include "ledger/policy.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "ledger/cosignature.h"
#include "ledger/signed_note.h"

namespace kensho::ledger {
namespace {

bool has_witnessed(const PolicyReport& report, const std::vector<bool>& groups,
                   const PolicyMember& member) {
  if (member.kind == PolicyMember::Kind::group) return groups[member.index];
  return report.witnesses[member.index].time_s.has_value();
}

// Groups refer to earlier ones only, so one pass in their order decides all.
bool is_met(const Policy& policy, const PolicyReport& report) {
  std::vector<bool> groups;
  for (const PolicyGroup& group : policy.groups) {
    const auto count = std::ranges::count_if(group.members, [&](const PolicyMember& member) {
      return has_witnessed(report, groups, member);
    });
    groups.push_back(static_cast<std::size_t>(count) >= group.threshold);
  }
  return !policy.quorum || has_witnessed(report, groups, *policy.quorum);
}

Result<NoteKey> signing_log(const Policy& policy, std::string_view note,
                            const Checkpoint& checkpoint) {
  if (policy.logs.empty()) {
    return Error{Errc::invalid_argument,
                 "the policy lists no log, so no checkpoint can be accepted by it; add a line "
                 "\"log <vkey>\""};
  }
  std::vector<NoteKey> keys;
  for (const PolicyLog& log : policy.logs) keys.push_back(log.key);
  const VerifiedNote verified = TRY(verify_note(note, keys));
  const auto own = std::ranges::find(verified.signers, checkpoint.origin, &NoteKey::name);
  if (own != verified.signers.end()) return *own;
  return Error{Errc::corrupted,
               fmt::format("the checkpoint is of the log {}, but only another log of the policy "
                           "signed it",
                           checkpoint.origin)};
}

Status note_times(const Policy& policy, const UnverifiedNote& note, PolicyReport& report) {
  for (const PolicyWitness& witness : policy.witnesses) {
    WitnessPart& part = report.witnesses.emplace_back(witness.name);
    for (const NoteSignature& signature : note.signatures) {
      if (signature.key_name != witness.key.name() || signature.key_id != witness.key.id())
        continue;
      const std::int64_t time_s = TRY(verify_cosignature(note.text, signature, witness.key));
      part.time_s = std::max(part.time_s.value_or(time_s), time_s);
    }
  }
  return ok();
}

Error quorum_missed(const Policy& policy, const PolicyReport& report) {
  std::string missing;
  for (const WitnessPart& part : report.witnesses)
    if (!part.time_s) missing += (missing.empty() ? "" : ", ") + part.name;
  const bool by_group = policy.quorum->kind == PolicyMember::Kind::group;
  const std::string& quorum = by_group ? policy.groups[policy.quorum->index].name
                                       : policy.witnesses[policy.quorum->index].name;
  return {Errc::corrupted,
          fmt::format("the checkpoint of size {} of {} does not meet the policy's quorum {}: no "
                      "cosignature of {}",
                      report.checkpoint.tree.size, report.checkpoint.origin, quorum, missing)};
}

}  // namespace

Result<PolicyReport> examine(const Policy& policy, std::string_view note) {
  const UnverifiedNote parsed = TRY(parse_note(note));
  Checkpoint checkpoint = TRY(parse_checkpoint(parsed.text));
  NoteKey log = TRY(signing_log(policy, note, checkpoint));
  PolicyReport report{std::move(log), std::move(checkpoint), {}, false};
  TRY(note_times(policy, parsed, report));
  report.quorum_met = is_met(policy, report);
  return report;
}

Result<PolicyReport> check(const Policy& policy, std::string_view note) {
  PolicyReport report = TRY(examine(policy, note));
  if (!report.quorum_met) return quorum_missed(policy, report);
  return report;
}

}  // namespace kensho::ledger
