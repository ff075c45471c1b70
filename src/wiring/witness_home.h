#pragma once

#include <filesystem>
#include <memory>

#include "base/file_lock.h"
#include "witness/witness.h"

namespace kensho::wiring {

/// A witness's folder: `witness.key` (mode 0600), `logs/`, `lock`.
class WitnessHome {
 public:
  /// Makes the folder with a new key of this name; gives the key to publish.
  /// Errors: conflict: a witness is there already; invalid_argument: not a name; unavailable.
  static Result<ledger::CosignerKey> create(const std::filesystem::path& root,
                                            const std::string& name);

  /// Errors: not_found: no witness there; corrupted: the key file.
  static Result<WitnessHome> open(const std::filesystem::path& root);

  /// A log whose key is the witness's own is refused: its signatures would be one statement, not
  /// two. Errors: invalid_argument: that; else those of WatchedLogs::add; unavailable: another
  /// command changes the list of logs.
  Status add_log(const std::string& origin, const ledger::NoteKey& key);

  const ledger::CosignerKey& key() const { return cosigner_.key(); }
  witness::WatchedLogs& logs() { return logs_; }
  const std::filesystem::path& root() const { return root_; }

 private:
  WitnessHome(std::filesystem::path root, ledger::Cosigner cosigner);

  std::filesystem::path root_;
  ledger::Cosigner cosigner_;
  witness::WatchedLogs logs_;
};

/// A witness ready to cosign. One process at a time serves a folder.
struct ServedWitness {
  FileLock lock;
  std::unique_ptr<witness::Witness> witness;

  /// Errors: those of WitnessHome::open; unavailable: another process serves this folder.
  static Result<ServedWitness> open(const std::filesystem::path& root, const Clock& clock,
                                    witness::OnSplit on_split);
};

}  // namespace kensho::wiring
