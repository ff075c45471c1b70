// The schema of the journal's file: which migrations it has, which version of the views.
#pragma once

#include <string_view>

#include "base/result.h"
#include "storage/sqlite/database.h"

namespace kensho {

/// Whether the file has every migration and the views of this program; false for an empty one.
/// Errors: conflict: a newer program made it; corrupted: one of its migrations is not ours.
Result<bool> schema_is_current(const Database& database, std::string_view path);

/// Applies the migrations that are missing and records each. Contract: within a transaction; the
/// views must be made anew afterwards. Errors: those of schema_is_current.
Status migrate_schema(Database& database, std::string_view path);

/// Drops every table that is not the journal's own: the views, of whatever version.
Status drop_views(Database& database);

/// Records that the views in the file are those of this program.
Status record_views_version(const Database& database);

}  // namespace kensho
