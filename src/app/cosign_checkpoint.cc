#include "app/cosign_checkpoint.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/submit_to_witness.h"
#include "base/file.h"
#include "ledger/signed_note.h"

namespace kensho::app {
namespace {

using ledger::NoteSignature;
using ledger::UnverifiedNote;

bool is_of_same_key(const NoteSignature& a, const NoteSignature& b) {
  return a.key_name == b.key_name && a.key_id == b.key_id;
}

/// Puts a signature in the place of an older one of the same key, or at the end.
void add_signature(UnverifiedNote& note, const NoteSignature& signature) {
  const auto older = std::ranges::find_if(note.signatures, [&](const NoteSignature& other) {
    return is_of_same_key(other, signature);
  });
  if (older == note.signatures.end()) {
    note.signatures.push_back(signature);
  } else {
    *older = signature;
  }
}

}  // namespace

std::string_view name_of(WitnessOutcome outcome) {
  switch (outcome) {
    case WitnessOutcome::cosigned:
      return "cosigned";
    case WitnessOutcome::without_url:
      return "without_url";
    case WitnessOutcome::unreachable:
      return "unreachable";
    case WitnessOutcome::refused:
      return "refused";
    case WitnessOutcome::ahead:
      return "ahead";
    case WitnessOutcome::contradicted:
      return "contradicted";
    case WitnessOutcome::stopped:
      return "stopped";
    case WitnessOutcome::unusable:
      return "unusable";
  }
  ENSURE(false);
}

bool CosigningReport::is_split() const {
  return std::ranges::any_of(witnesses, [](const WitnessResult& witness) {
    return witness.outcome == WitnessOutcome::contradicted ||
           witness.outcome == WitnessOutcome::stopped;
  });
}

CheckpointCosigning::CheckpointCosigning(ledger::Policy policy, ledger::NoteKey log,
                                         SendToWitness send)
    : policy_(std::move(policy)), log_(std::move(log)), send_(std::move(send)) {}

Result<CheckpointCosigning> CheckpointCosigning::make(ledger::Policy policy, ledger::NoteKey log,
                                                      SendToWitness send) {
  const auto is_ours = [&](const ledger::PolicyLog& listed) { return listed.key == log; };
  if (!policy.logs.empty() && std::ranges::none_of(policy.logs, is_ours)) {
    return Error{
        Errc::invalid_argument,
        fmt::format("the policy does not list this log; add the line \"log {}\"", log.text())};
  }
  policy.logs = {{log, ""}};  // what another log signs is no concern of ours
  return CheckpointCosigning(std::move(policy), std::move(log), std::move(send));
}

Result<CosigningReport> CheckpointCosigning::run(const ledger::LogDirectory& log) {
  return store(log, TRY(collect(log)));
}

Result<CheckpointCosigning::Collected> CheckpointCosigning::collect(
    const ledger::LogDirectory& log) {
  const std::string published = TRY(log.read_checkpoint());
  Collected collected;
  collected.report.checkpoint = TRY(ledger::open_checkpoint(published, log_));
  const UnverifiedNote note = TRY(ledger::keep_trusted(published, {&log_, 1}));
  collected.text = note.text;
  const ledger::TileReader tiles = log.tiles();
  const Submission submission{note, collected.report.checkpoint.tree, tiles};
  for (const ledger::PolicyWitness& witness : policy_.witnesses) {
    std::uint64_t& held_size = held_sizes_[witness.name];
    WitnessVisit visit = TRY(submit_to_witness(witness, submission, held_size, send_));
    held_size = visit.held_size;
    if (visit.cosignature) collected.cosignatures.push_back(std::move(*visit.cosignature));
    collected.report.witnesses.push_back(std::move(visit.result));
  }
  return collected;
}

Result<CosigningReport> CheckpointCosigning::store(const ledger::LogDirectory& log,
                                                   Collected collected) const {
  CosigningReport report = std::move(collected.report);
  const std::string published = TRY(log.read_checkpoint());
  UnverifiedNote note = TRY(ledger::parse_note(published));
  if (note.text != collected.text) return report;  // a newer one; these cosignatures are not its
  for (const NoteSignature& cosignature : collected.cosignatures) add_signature(note, cosignature);
  const std::string cosigned = ledger::format_note(note);
  report.quorum_met = TRY(ledger::examine(policy_, cosigned)).quorum_met;
  if (collected.cosignatures.empty()) return report;
  TRY(write_file_durably(log.file(ledger::checkpoint_path), cosigned));
  report.stored = true;
  return report;
}

}  // namespace kensho::app
