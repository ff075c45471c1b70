#pragma once

#include <functional>
#include <optional>

#include "backup/check_backup.h"
#include "base/clock.h"
#include "ledger/checkpoint.h"

namespace kensho::wiring {

struct RestoreRequest {
  std::filesystem::path backup;
  const backup::BackupKey& key;
  std::filesystem::path home;  // must not exist, or be an empty folder
  /// A signed checkpoint of the log that is known from elsewhere, such as the public log's or one
  /// that a witness cosigned: the backup must hold what it speaks of.
  std::optional<std::string> known_checkpoint;
  std::function<void(std::uint64_t done, std::uint64_t all)> on_progress;  // in entries
};

struct RestoreReport {
  backup::Manifest manifest;
  ledger::Checkpoint checkpoint;  // the newest of the restored registry
};

/// Makes a registry from its backup: journal, views, public log, keys, site. It is made and checked
/// as by fsck in a folder beside its place and then moved there in one step: broken off, there is
/// none.
///
/// Errors  conflict: there is something in `home`, or the backup ends before the known checkpoint;
///         corrupted: the backup is damaged, and the message says where and what is whole;
///         those of Folder::manifest. `home` is as it was in every one of these cases.
/// Cost    About 30 microseconds of processor time an entry, half of it fsck's; memory as fsck's.
Result<RestoreReport> restore_backup(const RestoreRequest& request, const Clock& clock);

}  // namespace kensho::wiring
