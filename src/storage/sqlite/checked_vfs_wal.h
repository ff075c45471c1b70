// The write-ahead log (WAL) beside a database, read and verified as bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace kensho {

/// How far a WAL can be trusted. SQLite uses what lies before the first frame that does not verify
/// and drops the rest without a word, so a changed byte there loses confirmed transactions.
enum class WalState : unsigned char {
  absent,           // no file, or an empty one: the database stands alone
  whole,            // every frame belongs to a committed transaction
  unfinished_tail,  // as it is after a crash or a rollback: an uncommitted rest, to be ignored
  doubtful_end,     // the last transaction is complete but does not verify: it was being written
                    // when power failed and never confirmed, or stored bytes were changed
  corrupted,        // a frame was valid once (a later transaction follows it) and is not any more
};

/// What the frames of a WAL say.
struct WalAudit {
  WalState state = WalState::absent;
  std::uint64_t file_bytes = 0;
  std::uint64_t committed_frames = 0;  // up to the last valid commit
  std::uint64_t later_frames = 0;      // frames of the same generation behind it
  std::uint32_t database_pages = 0;    // size of the database after that commit
  std::string problem;                 // names frame and bytes; empty if there is none
  std::vector<bool> replaces;          // [page number]: a committed frame replaces that page
};

/// Verifies salts and cumulative checksums of all frames of the WAL file at `path`.
///
/// Errors  permission_denied, unavailable. A damaged WAL is no error but the answer.
/// Cost    Reads the file once and its frame headers twice; one bit of memory a page.
/// Source  https://www.sqlite.org/fileformat2.html#the_write_ahead_log
Result<WalAudit> audit_wal(const std::string& path);

}  // namespace kensho
