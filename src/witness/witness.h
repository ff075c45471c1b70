// Witness: vouches that the logs it watches only grow, and says so in cosignatures.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "ledger/cosignature.h"
#include "witness/watched_logs.h"

namespace kensho::witness {

/// How a request ended. Source of all but `stopped`: c2sp.org/tlog-witness.
enum class Outcome : unsigned char {
  cosigned,          // `body`: the signature lines
  malformed,         // `body` says why
  unknown_log,       // no such origin
  not_signed,        // by no key trusted for the origin
  old_size_too_big,  // above the checkpoint's own
  other_size,        // `body`: the size that is held; also for the held size with another root
  bad_proof,         // the proof does not verify
  stopped,           // to be cosigned, had the log not contradicted itself; `body`: the log's id
};

struct Answer {
  Outcome outcome = Outcome::malformed;
  std::string body;
};

/// What a witness says of one log.
struct LogState {
  std::string id;
  std::string origin;
  std::uint64_t size = 0;  // of the tree it holds
  bool split = false;      // evidence that no operator has acted on
  std::string problem;     // not empty: what it holds cannot be read, so nothing is cosigned
};

/// Told once for every contradiction found, after its evidence is on the disk.
using OnSplit = std::function<void(const std::string& origin, const std::filesystem::path& file)>;

/// One witness. Safe from any number of threads; two objects on one folder are not.
///
/// The order of writing is the safety: the new state is on the disk before the cosignature exists,
/// so that no crash lets a second history be cosigned.
class Witness {
 public:
  Witness(ledger::Cosigner cosigner, WatchedLogs logs, const Clock& clock, OnSplit on_split);

  const ledger::CosignerKey& key() const { return cosigner_.key(); }

  /// Answers a request of c2sp.org/tlog-witness, add-checkpoint. Errors: corrupted, unavailable:
  /// our own state cannot be read or written; nothing was cosigned.
  /// Cost: two signature checks, one signature, and a durable write unless nothing is new.
  Result<Answer> add_checkpoint(std::string_view body);

  /// Every log, sorted by origin. Errors: unavailable.
  Result<std::vector<LogState>> state() const;
  /// The note that is held of a log. Errors: not_found: no such log, nothing held; corrupted.
  Result<std::string> held_note(const std::string& id) const;
  /// The evidence against a log. Errors: not_found; corrupted.
  Result<std::string> evidence(const std::string& id) const;

 private:
  Result<Answer> answer(const ledger::AddCheckpoint& request, const std::string& id,
                        const WatchedLog& log);
  Result<Answer> cosign(const std::string& id, const Held& held, const Held& next);

  ledger::Cosigner cosigner_;
  WatchedLogs logs_;
  const Clock* clock_;
  OnSplit on_split_;
  std::mutex one_at_a_time_;  // from the look at what is held to the write of what comes next
};

}  // namespace kensho::witness
