// Getting a log's published checkpoint cosigned by the witnesses of a policy.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ledger/log_directory.h"
#include "ledger/policy.h"

namespace kensho::app {

/// What a witness's server answered, whatever its status.
struct WitnessReply {
  int status = 0;
  std::string body;
};

/// The port to witnesses: sends a body to a URL with POST. Errors: unavailable: nobody answers.
using SendToWitness =
    std::function<Result<WitnessReply>(const std::string& url, const std::string& body)>;

enum class WitnessOutcome : unsigned char {
  cosigned,
  without_url,  // the policy names no place to send to
  unreachable,
  refused,       // an error that is not about the tree: unknown log, key not trusted
  ahead,         // it has cosigned a larger tree of this log than ours: ours is old, or not alone
  contradicted,  // what it has cosigned is not the beginning of our tree: a split view
  stopped,       // it has evidence that the log signed two histories and cosigns nothing
  unusable,      // its answer is no valid cosignature of the checkpoint
};

/// The word for an outcome: "cosigned", "without_url", ...
std::string_view name_of(WitnessOutcome outcome);

/// What happened with one witness.
struct WitnessResult {
  std::string name;  // within the policy
  std::string url;
  WitnessOutcome outcome = WitnessOutcome::without_url;
  std::optional<std::int64_t> time_s;  // of the cosignature
  std::string message;                 // what went wrong
};

struct CosigningReport {
  ledger::Checkpoint checkpoint;
  std::vector<WitnessResult> witnesses;  // in the order of the policy
  bool stored = false;      // false: nothing new, or a newer checkpoint was published meanwhile
  bool quorum_met = false;  // by the checkpoint with all its cosignatures, old and new

  /// Whether a witness says that the log signed two histories.
  bool is_split() const;
};

/// Submits checkpoints to the witnesses of a policy, again and again over a log's life. It
/// remembers what each witness holds, which saves one request each time. One thread at a time.
class CheckpointCosigning {
 public:
  /// Errors: invalid_argument: the policy lists logs, but not this one.
  static Result<CheckpointCosigning> make(ledger::Policy policy, ledger::NoteKey log,
                                          SendToWitness send);

  /// Collects cosignatures of the published checkpoint and writes them below the log's own
  /// signature in `log/checkpoint`. A witness that fails fails alone; every cosignature is verified
  /// before it is kept. Witnesses are asked one after the other.
  ///
  /// Nothing may publish a checkpoint of this log at the same moment: the caller holds the
  /// registry's writer lock, or runs this on the thread that publishes. Where that takes too long,
  /// `collect` may run beside the publisher and `store` on its thread.
  ///
  /// Errors: not_found: nothing is published; corrupted: the checkpoint is not the log's;
  /// unavailable: it cannot be written.
  Result<CosigningReport> run(const ledger::LogDirectory& log);

  /// Cosignatures on their way into the log.
  struct Collected {
    std::string text;                                 // of the checkpoint
    std::vector<ledger::NoteSignature> cosignatures;  // verified
    CosigningReport report;
  };
  /// The first half of `run`: asks the witnesses, changes nothing.
  Result<Collected> collect(const ledger::LogDirectory& log);
  /// The second half: adds the cosignatures, unless another checkpoint was published meanwhile.
  Result<CosigningReport> store(const ledger::LogDirectory& log, Collected collected) const;

 private:
  CheckpointCosigning(ledger::Policy policy, ledger::NoteKey log, SendToWitness send);

  ledger::Policy policy_;
  ledger::NoteKey log_;
  SendToWitness send_;
  std::map<std::string, std::uint64_t> held_sizes_;  // by the witness's name in the policy
};

}  // namespace kensho::app
