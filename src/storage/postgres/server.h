// What the program asks of a PostgreSQL server before it trusts it with a journal.
#pragma once

#include "base/result.h"
#include "storage/postgres/connection.h"

namespace kensho::postgres {

/// Whether a server may keep a journal although it can lose what it has acknowledged.
enum class Durability : unsigned char { required, waived };

/// Makes every commit of this connection durable, and checks that the server is one on which that
/// means something. Errors: invalid_argument: too old, not UTF-8, or set to lose data (fsync or
/// full_page_writes off) where that is not waived; permission_denied: a standby.
Status prepare_for_writing(Connection& connection, Durability durability);

/// The same for reading: version and encoding.
Status prepare_for_reading(Connection& connection);

}  // namespace kensho::postgres
