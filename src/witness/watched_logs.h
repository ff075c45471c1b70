// WatchedLogs: what a witness remembers, as small files that an operator can read.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "ledger/split_view.h"
#include "witness/decision.h"

namespace kensho::witness {

/// A folder `logs/` with a folder for each log, named by a hash of its origin:
///   log.json         its origin and keys
///   checkpoint       the note the witness holds; a line that says so before the first
///   split-view.json  only if the log contradicted itself: the evidence; nothing is cosigned then
///   split-view-<time>.json  evidence that an operator has acted on
///
/// Every file is written durably and in one step; what is read is verified again. A checkpoint file
/// that is missing or damaged is an error, never a beginning: a witness that forgot would vouch for
/// a second history. Whoever changes what is held does so one at a time.
class WatchedLogs {
 public:
  explicit WatchedLogs(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// The name of a log's folder: the first 32 digits of its origin's SHA-256.
  static std::string id_of(std::string_view origin);

  /// Watches a log, or adds a key to one that is watched.
  /// Errors: conflict: it has this key already; invalid_argument: the origin is not one line of
  /// text; corrupted: something was cosigned of it, but its log.json is gone; unavailable.
  Status add(const std::string& origin, const ledger::NoteKey& key);

  /// The ids of all logs, sorted. Errors: unavailable.
  Result<std::vector<std::string>> ids() const;
  /// Errors: not_found: no such log; corrupted, naming the file.
  Result<WatchedLog> log(const std::string& id) const;
  /// Errors: corrupted, naming the file: missing, or not signed by the log for its origin.
  Result<Held> held(const std::string& id, const WatchedLog& log) const;
  /// Makes this what is held; on the disk when it returns. Errors: unavailable.
  Status hold(const std::string& id, const Held& next);

  /// The evidence against a log, if there is any that no operator has acted on.
  /// Errors: corrupted, naming the file; unavailable.
  Result<std::optional<ledger::SplitView>> split(const std::string& id) const;
  /// Keeps evidence: the log is not cosigned until `resume`. Errors: unavailable.
  Status keep_split(const std::string& id, const ledger::SplitView& view);
  /// An operator has acted: the evidence is put aside under this time, and the log is cosigned
  /// again, on the history that is held. Errors: not_found: there is nothing to act on;
  /// unavailable.
  Status resume(const std::string& id, TimeUtc time);

  std::filesystem::path split_file(const std::string& id) const;
  /// All evidence against a log, old and new, sorted by name.
  std::vector<std::filesystem::path> evidence_files(const std::string& id) const;

 private:
  Status begin(const std::string& id) const;
  std::filesystem::path file(const std::string& id, const char* name) const;

  std::filesystem::path folder_;
};

}  // namespace kensho::witness
