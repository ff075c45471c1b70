// Audit of a log directory: every file against every other and against the signed root.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/checkpoint.h"
#include "ledger/log_directory.h"
#include "ledger/signed_note.h"

namespace kensho::ledger {

/// One thing that is wrong in a log directory.
struct AuditFinding {
  std::string file;                    // path below the log's directory
  std::optional<std::uint32_t> entry;  // the entry or hash at fault in the file, from 0
  std::string problem;

  friend bool operator==(const AuditFinding&, const AuditFinding&) = default;
};

struct AuditReport {
  std::optional<Checkpoint> checkpoint;  // none: missing or not signed, and nothing else was read
  std::uint64_t files_read = 0;
  std::vector<AuditFinding> findings;  // empty: every entry is the one the checkpoint commits to
  bool stopped_early = false;          // after `max_audit_findings`
};

inline constexpr std::size_t max_audit_findings = 1000;

/// Recomputes the whole tree from the entries and compares every tile and the signed root with it.
///
/// Where two files contradict each other, the tile above both (and at the right edge the signed
/// root) tells which of them changed; only if that decides nothing are both named. Files that the
/// checkpoint does not need (older partial tiles, what a crash left beyond it) are not looked at.
///
/// Errors  unavailable: the system cannot read a file that exists.
/// Cost    One leaf hash and one node hash an entry; a few tiles a tile level in memory.
Result<AuditReport> audit_log(const LogDirectory& log, const NoteKey& key);

}  // namespace kensho::ledger
