#include "storage/sqlite/schema.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include <fmt/format.h>

#include "storage/migration.h"
#include "storage/sqlite/sql_text.h"
#include "storage/sqlite/statement.h"

namespace kensho {
namespace {

using storage::AppliedMigration;
using storage::Migration;

/// The tables that are not made from the journal.
constexpr std::array<std::string_view, 5> own_tables = {"entry", "head", "migration", "unscrubbed",
                                                        "views_version"};

/// Every table of the file with the statement that made it.
Result<std::map<std::string, std::string>> read_tables(const Database& database) {
  Statement rows = TRY(Statement::prepare(database, sql_text("read_tables")));
  std::map<std::string, std::string> tables;
  while (TRY(rows.step())) {
    tables.emplace(rows.column_text(0), rows.column_text(1));
  }
  return tables;
}

/// Version 0.1.0 kept no record of migrations: its file is known by the tables of the first one.
Result<std::vector<AppliedMigration>> adopt(const std::map<std::string, std::string>& tables,
                                            const Migration& first, std::string_view path) {
  for (const char* name : {"entry", "head"}) {
    const auto table = tables.find(name);
    if (table == tables.end() || first.text.find(table->second) == first.text.npos) {
      return Error{Errc::corrupted,
                   fmt::format("{}: its table '{}' is not the one that any version of this program "
                               "made; restore a backup",
                               path, name)};
    }
  }
  return std::vector{as_applied(first)};
}

Result<std::vector<AppliedMigration>> read_applied(const Database& database, const Migration& first,
                                                   std::string_view path) {
  const auto tables = TRY(read_tables(database));
  if (tables.empty()) return std::vector<AppliedMigration>();
  if (!tables.contains("migration")) return adopt(tables, first, path);
  Statement rows = TRY(Statement::prepare(database, sql_text("read_migrations")));
  std::vector<AppliedMigration> applied;
  while (TRY(rows.step())) {
    applied.push_back({static_cast<int>(rows.column_int64(0)), std::string(rows.column_text(1)),
                       std::string(rows.column_text(2))});
  }
  return applied;
}

Result<std::string> read_views_version(const Database& database) {
  Statement row = TRY(Statement::prepare(database, sql_text("read_views_version")));
  return TRY(row.step()) ? std::string(row.column_text(0)) : std::string();
}

Status record(const Database& database, std::span<const AppliedMigration> applied) {
  Statement insert = TRY(Statement::prepare(database, sql_text("insert_migration")));
  for (const AppliedMigration& one : applied) {
    TRY(insert.bind(1, one.number).bind(2, one.name).bind(3, one.sha256).run());
  }
  return ok();
}

}  // namespace

Result<bool> schema_is_current(const Database& database, std::string_view path) {
  const auto known = storage::migrations_of("sqlite");
  const auto applied = TRY(read_applied(database, known.front(), path));
  if (!TRY(storage::pending_migrations(known, applied, path)).empty()) return false;
  return TRY(read_views_version(database)) == storage::views_version("sqlite");
}

Status migrate_schema(Database& database, std::string_view path) {
  const auto known = storage::migrations_of("sqlite");
  const auto applied = TRY(read_applied(database, known.front(), path));
  const auto pending = TRY(storage::pending_migrations(known, applied, path));
  const bool adopts = !applied.empty() && !TRY(read_tables(database)).contains("migration");
  TRY(database.execute(std::string(sql_text("migration_schema"))));
  if (adopts) TRY(record(database, applied));
  for (const Migration& migration : pending) {
    TRY(database.execute(std::string(migration.text)));
    TRY(record(database, std::array{as_applied(migration)}));
  }
  return ok();
}

Status drop_views(Database& database) {
  for (const auto& [name, sql] : TRY(read_tables(database))) {
    if (std::ranges::find(own_tables, name) != own_tables.end()) continue;
    TRY(database.execute(fmt::format("DROP TABLE main.\"{}\"", name)));
  }
  return ok();
}

Status record_views_version(const Database& database) {
  Statement write = TRY(Statement::prepare(database, sql_text("write_views_version")));
  return write.bind(1, storage::views_version("sqlite")).run();
}

}  // namespace kensho
