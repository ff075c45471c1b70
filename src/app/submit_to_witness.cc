#include "app/submit_to_witness.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/json.h"
#include "base/utf8.h"
#include "ledger/add_checkpoint.h"
#include "ledger/cosignature.h"
#include "ledger/signed_note.h"
#include "ledger/tile_proof.h"

namespace kensho::app {
namespace {

constexpr int attempts_max = 4;  // somebody else may submit between two of ours

std::string submission_url(const std::string& prefix) {
  return prefix + (prefix.ends_with('/') ? "" : "/") + "add-checkpoint";
}

/// The beginning of somebody else's text, without what could steer the reader's terminal.
std::string printable(std::string text) {
  constexpr std::size_t bytes_max = 300;
  text.resize(valid_utf8_prefix(std::string_view(text).substr(0, bytes_max)).valid_bytes);
  std::ranges::replace_if(
      text, [](char c) { return is_control_character(c) || c == '\n' || c == '\r'; }, ' ');
  return text;
}

/// A refusal as a WitnessResult tells it. A Kensho witness marks one that stands on evidence.
struct Refusal {
  WitnessOutcome outcome = WitnessOutcome::refused;
  std::string message;
};
Refusal read_refusal(const WitnessReply& reply) {
  Refusal refusal{.message = fmt::format("status {}", reply.status)};
  const auto problem = parse_json(reply.body);
  if (!problem) return refusal;
  const Json* detail = problem->find("detail");
  if (detail != nullptr && detail->if_string() != nullptr)
    refusal.message += ": " + printable(*detail->if_string());
  if (problem->find("split_view") != nullptr) refusal.outcome = WitnessOutcome::stopped;
  return refusal;
}

class Visit {
 public:
  Visit(const ledger::PolicyWitness& witness, const Submission& submission, std::uint64_t held_size)
      : witness_(witness), submission_(submission) {
    visit_.result.name = witness.name;
    visit_.result.url = witness.url;
    visit_.held_size = std::min(held_size, submission.tree.size);
  }

  Result<WitnessVisit> run(const SendToWitness& send) && {
    if (witness_.url.empty()) return std::move(visit_);
    for (int attempt = 0; attempt < attempts_max && !ended_; ++attempt) {
      const std::string body = TRY(request());
      const auto reply = send(submission_url(witness_.url), body);
      reply ? take(*reply) : end(WitnessOutcome::unreachable, reply.error().message);
    }
    if (!ended_) end(WitnessOutcome::refused, "it holds another size each time it is asked");
    return std::move(visit_);
  }

 private:
  Result<std::string> request() const {
    ledger::AddCheckpoint request{visit_.held_size, {}, ledger::format_note(submission_.note)};
    if (visit_.held_size > 0) request.proof = TRY(proof_from(visit_.held_size));
    return ledger::format_add_checkpoint(request);
  }

  /// A proof that holds for our own tree: what a witness says against it is then about its tree.
  Result<ledger::Proof> proof_from(std::uint64_t size) const {
    const ledger::TreeHead older{size, TRY(ledger::root_at(submission_.tiles, size))};
    ledger::Proof proof =
        TRY(ledger::consistency_proof(submission_.tiles, size, submission_.tree.size));
    if (!ledger::verify_consistency(older, submission_.tree, proof)) {
      return Error{Errc::corrupted,
                   "the log's own tiles do not lead to its checkpoint: run kensho fsck"};
    }
    return proof;
  }

  void take(const WitnessReply& reply) {
    switch (reply.status) {
      case 200:
        return take_cosignature(reply.body);
      case 409:
        return take_size(reply.body);
      case 422:
        if (visit_.held_size > 0) return contradicted();
        break;
      default:
        break;
    }
    Refusal refusal = read_refusal(reply);
    end(refusal.outcome, std::move(refusal.message));
  }

  void take_cosignature(const std::string& body) {
    const auto lines = ledger::parse_signatures(body);
    if (!lines) return end(WitnessOutcome::unusable, lines.error().message);
    for (const ledger::NoteSignature& line : *lines) {
      const auto time_s = ledger::verify_cosignature(submission_.note.text, line, witness_.key);
      if (!time_s) continue;
      visit_.cosignature = line;
      visit_.result.time_s = *time_s;
      visit_.held_size = submission_.tree.size;
      return end(WitnessOutcome::cosigned, "");
    }
    end(WitnessOutcome::unusable, "its answer has no valid cosignature of the key in the policy");
  }

  void take_size(const std::string& body) {
    const auto size = ledger::parse_tree_size(body);
    if (!size) return end(WitnessOutcome::unusable, "it answered a conflict without a tree size");
    if (*size > submission_.tree.size) {
      return end(WitnessOutcome::ahead,
                 fmt::format("it has cosigned this log at size {}, ours has {}: this copy is old, "
                             "or it is not the only one",
                             *size, submission_.tree.size));
    }
    if (*size != visit_.held_size) {
      visit_.held_size = *size;
    } else if (*size == submission_.tree.size) {
      contradicted();  // the size is ours, so the root is not
    } else {
      end(WitnessOutcome::unusable, "it answered a conflict with the size that we named");
    }
  }

  void contradicted() {
    end(WitnessOutcome::contradicted,
        fmt::format("what it has cosigned of this log (size {}) is not the beginning of ours: two "
                    "histories are signed with this key. Ask the witness for its evidence, or run "
                    "kensho compare",
                    visit_.held_size));
  }

  void end(WitnessOutcome outcome, std::string message) {
    visit_.result.outcome = outcome;
    visit_.result.message = std::move(message);
    ended_ = true;
  }

  const ledger::PolicyWitness& witness_;
  const Submission& submission_;
  WitnessVisit visit_;
  bool ended_ = false;
};

}  // namespace

Result<WitnessVisit> submit_to_witness(const ledger::PolicyWitness& witness,
                                       const Submission& submission, std::uint64_t held_size,
                                       const SendToWitness& send) {
  return Visit(witness, submission, held_size).run(send);
}

}  // namespace kensho::app
