// Is every byte of a database file what was written? Answered from the bytes alone.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "storage/sqlite/checked_vfs_wal.h"

namespace kensho {

/// What the bytes of a database file and its WAL say.
struct PageAudit {
  std::uint64_t file_bytes = 0;
  std::uint32_t page_bytes = 0;
  std::uint32_t pages = 0;            // in the file; one that is cut off counts
  std::uint32_t bad_pages = 0;        // wrong checksum, cut off, missing, or too many
  std::uint32_t replaced_pages = 0;   // wrong in the file but whole in the WAL, as a crash leaves
                                      // them; SQLite reads the one in the WAL
  std::uint32_t first_bad_page = 0;   // from 1; 0 = none
  std::uint64_t first_bad_begin = 0;  // its bytes in the file, from ...
  std::uint64_t first_bad_end = 0;    // ... up to but not including
  std::string problem;                // the first thing wrong, in words; empty if nothing is
  WalAudit wal;

  bool is_whole() const { return problem.empty(); }
};

/// Verifies header, length and the checksum of every page of the database file at `path`, and the
/// frames of the WAL beside it.
///
/// A changed byte anywhere in the database file is always found (see `page_checksum`). While
/// another connection checkpoints, a page may be read half written and the length be in motion:
/// pages are read again before they are called bad, but for a final answer audit when nobody
/// writes. Errors  not_found, permission_denied, unavailable (input/output error). Damage is no
/// error but
///         the answer.
/// Cost    Reads the file once; 1 MiB of memory and one bit a page of the WAL. Takes no lock.
/// Checked against every single-byte change of a small database, checked_vfs_audit_test.cc
Result<PageAudit> audit_pages(const std::string& path);

}  // namespace kensho
