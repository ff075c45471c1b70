// A layer between SQLite and the file system that keeps a checksum in every page of a database
// file.
#pragma once

#include <cstdint>

#include "base/result.h"

struct sqlite3;

namespace kensho {

/// The name to open a database under so that its pages are checked.
inline constexpr const char* checked_vfs_name = "kensho-checked";

/// Makes `checked_vfs_name` known to SQLite.
///
/// Main database files only: a page written gets its checksum (`page_checksum`) in its last 8
/// bytes, a page read is verified and fails with SQLITE_IOERR_DATA if it does not fit or ends
/// early. A new file must have 8 reserved bytes a page, or the first write fails; a file that has
/// them otherwise is read unchecked and never written. WAL (its frames carry checksums of their
/// own), journals and temporary files go straight to the file system. Pages are never mapped into
/// memory. The file stays readable for any SQLite; one that writes to it leaves pages without
/// checksum.
///
/// Errors  unavailable: SQLite could not be initialised.
/// Cost    Once per process, later calls do nothing; any thread.
Status register_checked_vfs();

/// A page whose read failed.
struct BadPage {
  std::uint32_t number = 0;  // from 1; 0 = none failed
  std::uint64_t offset = 0;  // of its first byte in the file
  std::uint32_t page_bytes = 0;
};

/// The page whose checksum failed last on this connection's main database; number 0 if none did.
BadPage last_bad_page(sqlite3* connection);

}  // namespace kensho
