#include "storage/postgres/schema.h"

#include <vector>

#include <fmt/format.h>

#include "storage/migration.h"
#include "storage/postgres/entries.h"
#include "storage/postgres/view_rows.h"

namespace kensho::postgres {
namespace {

using storage::AppliedMigration;
using storage::Migration;

constexpr std::size_t rows_at_once = 10'000;

Result<std::vector<AppliedMigration>> read_applied(Connection& connection) {
  std::vector<AppliedMigration> applied;
  if (!TRY(connection.run("has_migrations")).boolean(0, 0)) return applied;
  const Rows rows = TRY(connection.run("read_migrations"));
  for (int row = 0; row < rows.size(); ++row) {
    applied.push_back({static_cast<int>(rows.int64(row, 0)), std::string(rows.text(row, 1)),
                       std::string(rows.text(row, 2))});
  }
  return applied;
}

Status apply(Connection& connection, const Migration& migration) {
  TRY(connection.execute(migration.text));
  Parameters record;
  record.add(std::int64_t{migration.number}).add(migration.name).add(migration.sha256);
  TRY(connection.run("insert_migration", record));
  return ok();
}

Status make_all_views(Connection& connection) {
  TRY(connection.execute(sql_text("drop_views")));
  TRY(connection.execute(sql_text("views_schema")));
  if (TRY(connection.run("has_citus")).boolean(0, 0)) {
    TRY(connection.execute(sql_text("distribute")));
  }
  const Rows registries = TRY(connection.run("list_registries"));
  for (int row = 0; row < registries.size(); ++row) {
    TRY(make_views(connection, registries.int64(row, 0),
                   static_cast<std::uint64_t>(registries.int64(row, 1))));
  }
  Parameters version;
  version.add(storage::views_version("postgres"));
  TRY(connection.run("write_views_version", version));
  return ok();
}

}  // namespace

Result<bool> schema_is_current(Connection& connection) {
  const auto known = storage::migrations_of("postgres");
  const auto applied = TRY(read_applied(connection));
  if (!TRY(storage::pending_migrations(known, applied, schema_place)).empty()) return false;
  const Rows version = TRY(connection.run("read_views_version"));
  return !version.empty() && version.text(0, 0) == storage::views_version("postgres");
}

Status migrate_schema(Connection& connection) {
  Transaction transaction = TRY(Transaction::begin(connection));
  const auto known = storage::migrations_of("postgres");
  const auto applied = TRY(read_applied(connection));
  const auto pending = TRY(storage::pending_migrations(known, applied, schema_place));
  TRY(connection.execute(sql_text("migration_schema")));
  for (const Migration& migration : pending) TRY(apply(connection, migration));
  TRY(make_all_views(connection));
  return transaction.commit();
}

Status make_views(Connection& connection, std::int64_t registry, std::uint64_t size) {
  Parameters parameters;
  parameters.add(registry);
  for (const ViewTable& view : view_tables()) {
    TRY(connection.run(fmt::format("clear_{}", view.name), parameters));
  }
  ViewRows rows;
  const auto take = [&](const StoredEntry& stored) -> Status {
    TRY(rows.apply(stored));
    return rows.size() < rows_at_once ? ok() : merge(connection, registry, rows);
  };
  TRY(read_entries(connection, registry, 0, size, take));
  return merge(connection, registry, rows);
}

}  // namespace kensho::postgres
