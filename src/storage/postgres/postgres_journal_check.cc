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

/// Makes the views anew from the stored entries, which know more than a change does (who is placed
/// where), and compares at the end, in a snapshot of its own that holds entries and views.
class Audit final : public storage::ViewAudit {
 public:
  Audit(std::shared_ptr<Connection> connection, std::int64_t registry, std::uint64_t size)
      : connection_(std::move(connection)), registry_(registry), size_(size) {}

  Status add(std::span<const storage::ViewChange>) override { return ok(); }

  Result<std::vector<storage::ViewDifference>> finish() override {
    const postgres::Transaction transaction =
        TRY(postgres::Transaction::begin(*connection_, still));
    postgres::ViewRows rows;
    TRY(read_entries(*connection_, registry_, 0, size_,
                     [&rows](const postgres::StoredEntry& stored) { return rows.apply(stored); }));
    std::vector<storage::ViewDifference> differences;
    for (const postgres::ViewTable& view : postgres::view_tables()) {
      if (auto found = TRY(compare(*connection_, registry_, view, rows))) {
        differences.push_back(*std::move(found));
      }
    }
    return differences;
  }

 private:
  std::shared_ptr<Connection> connection_;
  std::int64_t registry_;
  std::uint64_t size_;
};

}  // namespace

Status PostgresJournal::rebuild_views() {
  const std::uint64_t size = TRY(head()).size;
  const auto database = TRY(connection());
  postgres::Transaction transaction = TRY(postgres::Transaction::begin(*database));
  TRY(postgres::make_views(*database, location_.registry, size));
  return transaction.commit();
}

Result<std::unique_ptr<storage::ViewAudit>> PostgresJournal::audit_views() const {
  return std::unique_ptr<storage::ViewAudit>(
      new Audit(TRY(connection()), location_.registry, TRY(head()).size));
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
