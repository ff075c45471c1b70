// What a database can tell of a journal in it: its views, its tables and indexes, its settings.
#include <fmt/format.h>

#include "storage/postgres/postgres_journal.h"
#include "storage/postgres/schema.h"
#include "storage/postgres/view_rows.h"

namespace kensho {
namespace {

using postgres::Connection;
using postgres::Rows;

/// A view of the database that stands still while it is looked at.
constexpr std::string_view still = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

struct Guards {
  bool data_checksums = false;
  bool amcheck = false;   // the extension is there
  bool may_look = false;  // and this role may use it
  bool citus = false;
};

Result<Guards> read_guards(Connection& connection) {
  const Rows row = TRY(connection.run("guards"));
  return Guards{.data_checksums = row.boolean(0, 0),
                .amcheck = row.boolean(0, 1),
                .may_look = row.boolean(0, 2),
                .citus = row.boolean(0, 3)};
}

}  // namespace

Status PostgresJournal::rebuild_views() {
  const std::uint64_t size = TRY(head()).size;
  const auto database = TRY(connection());
  postgres::Transaction transaction = TRY(postgres::Transaction::begin(*database));
  TRY(postgres::make_views(*database, location_.registry, size));
  return transaction.commit();
}

Status PostgresJournal::check_views() const {
  const auto database = TRY(connection());
  const postgres::Transaction transaction = TRY(postgres::Transaction::begin(*database, still));
  const std::uint64_t size = TRY(head()).size;
  postgres::ViewRows rows;
  TRY(read_entries(*database, location_.registry, 0, size,
                   [&rows](const postgres::StoredEntry& stored) { return rows.apply(stored); }));
  for (const postgres::ViewTable& view : postgres::view_tables()) {
    const std::string difference = TRY(first_difference(*database, location_.registry, view, rows));
    if (!difference.empty()) {
      return Error{Errc::corrupted,
                   difference + ", which the journal does not lead to; rebuild the views"};
    }
  }
  return ok();
}

Status PostgresJournal::check_bytes() const {
  const auto database = TRY(connection());
  if (!TRY(read_guards(*database)).may_look) return ok();
  TRY(database->execute(postgres::sql_text("check_structure")));
  return ok();
}

Result<std::string> PostgresJournal::unchecked_bytes() const {
  const auto database = TRY(connection());
  const Guards guards = TRY(read_guards(*database));
  std::string missing;
  if (!guards.data_checksums) {
    missing += "data checksums of this PostgreSQL server are off (pg_checksums --enable); ";
  }
  if (!guards.amcheck) {
    missing += "tables and indexes were not looked into (CREATE EXTENSION amcheck); ";
  } else if (!guards.may_look) {
    missing += "this role may not use amcheck on tables and indexes (docs/postgresql.md); ";
  }
  if (guards.citus) missing += "tables on other machines of the cluster are checked there only; ";
  if (missing.empty()) return missing;
  missing.resize(missing.size() - 2);
  return "Bytes that no entry and no view holds were not all checked: " + missing + ".";
}

}  // namespace kensho
