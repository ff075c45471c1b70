// The schema of the database: which migrations it has, which version of the views. All registries
// of a database share it.
#pragma once

#include "base/result.h"
#include "storage/postgres/connection.h"

namespace kensho::postgres {

/// What the operator knows the schema as, in messages.
inline constexpr std::string_view schema_place = "schema kensho of the database";

/// Whether the database has every migration and the views of this program; false where there is
/// none yet. Errors: conflict: a newer program made it; corrupted: a migration is not ours.
Result<bool> schema_is_current(Connection& connection);

/// Applies the migrations that are missing, makes the views of every registry anew, and hands the
/// tables to Citus where it is installed: one transaction. Contract: this connection holds the
/// schema lock. Cost: one pass over every journal of the database.
Status migrate_schema(Connection& connection);

/// Empties the views of one registry and makes them from its entries. Contract: in a transaction.
Status make_views(Connection& connection, std::int64_t registry, std::uint64_t size);

}  // namespace kensho::postgres
