// PostgreSQL's failures as our errors.
#pragma once

#include <string_view>

#include "base/result.h"

struct pg_conn;
struct pg_result;

namespace kensho::postgres {

/// What a class of failures means to us, by its SQLSTATE.
///
/// unavailable        no connection, busy, a lock not got in time, disk full, shutting down: repeat
/// corrupted          PostgreSQL found damaged bytes
/// permission_denied  the role may not, or the server takes no writes
/// not_found          no such database
/// conflict           a UNIQUE or PRIMARY KEY rule
/// invalid_argument   any other rule of the schema, a value or a statement PostgreSQL refuses
Errc meaning_of(std::string_view sqlstate);

/// The error of a failed statement. Never quotes a value: PostgreSQL's details, and its messages
/// about values, stay out.
Error statement_error(const pg_conn* connection, const pg_result* result);

/// The error of a connection that could not be made or was lost.
Error connection_error(const pg_conn* connection);

}  // namespace kensho::postgres
