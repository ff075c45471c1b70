// SQLite's result codes as our errors.
#pragma once

#include <string_view>

#include "base/result.h"

struct sqlite3;

namespace kensho {

/// The error for a failed call on `connection`; `code` is what the call returned.
///
/// unavailable        busy or locked (repeat later), disk full (nothing was changed), out of
/// memory,
///                    input/output error
/// corrupted          a page without its checksum (names page and bytes), a broken structure, no
///                    database at all
/// permission_denied  the file or folder is read-only or closed to us
/// not_found          the file or its folder does not exist
/// conflict           a UNIQUE or PRIMARY KEY rule
/// invalid_argument   any other rule of the schema, a value too long, a statement SQLite refuses
Error database_error(sqlite3* connection, int code);

/// The same when opening failed and the connection does not know its file yet.
Error database_error(sqlite3* connection, int code, std::string_view path);

}  // namespace kensho
