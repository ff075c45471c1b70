#include "storage/postgres/postgres_journal.h"

#include <fmt/format.h>

#include "storage/migration.h"
#include "storage/postgres/entries.h"
#include "storage/postgres/eraser.h"
#include "storage/postgres/postgres_writer.h"
#include "storage/postgres/schema.h"

namespace kensho {
namespace {

using postgres::Connection;
using postgres::Parameters;
using postgres::Rows;

/// A lock that was not got in time gets our words instead of PostgreSQL's.
Status lock(Connection& connection, std::string_view name, const Parameters& values,
            std::string_view who_has_it) {
  const auto locked = connection.run(name, values);
  if (locked) return ok();
  if (locked.error().code != Errc::unavailable || !connection.is_alive()) return locked.error();
  return Error{Errc::unavailable, std::string(who_has_it)};
}

Status share_schema(Connection& connection) {
  return lock(connection, "share_schema", {},
              "another process is migrating this database; wait for it to end");
}

/// Brings an older schema up to date; ends as it began, with a share of the schema's lock.
Status migrate(Connection& connection) {
  TRY(connection.run("unshare_schema"));
  TRY(lock(connection, "lock_schema", {},
           "the database has to be migrated, and other programs are using it: end all that work "
           "on registries of this database, then repeat"));
  const bool is_current = TRY(postgres::schema_is_current(connection));
  if (!is_current) TRY(postgres::migrate_schema(connection));
  TRY(connection.run("unlock_schema"));
  return share_schema(connection);
}

Parameters only(std::int64_t registry) {
  Parameters parameters;
  parameters.add(registry);
  return parameters;
}

Result<Connection> connect(const PostgresLocation& location, OpenMode mode) {
  Connection connection = TRY(Connection::open(location.url));
  const bool writing = mode != OpenMode::read_only;
  TRY(writing ? prepare_for_writing(connection, location.durability)
              : prepare_for_reading(connection));
  TRY(share_schema(connection));
  if (!TRY(postgres::schema_is_current(connection))) {
    if (!writing) return storage::needs_migration(postgres::schema_place);
    TRY(migrate(connection));
  }
  if (!writing) return connection;
  TRY(lock(connection, "lock_writer", only(location.registry),
           "another process is writing to this registry; wait for it to end"));
  return connection;
}

}  // namespace

std::int64_t new_registry_number() {
  return postgres::new_placement();
}

Result<std::unique_ptr<PostgresJournal>> PostgresJournal::open(const PostgresLocation& location,
                                                               OpenMode mode) {
  std::unique_ptr<PostgresJournal> journal(new PostgresJournal(location, mode));
  const auto opened = TRY(journal->connection());
  if (mode == OpenMode::create) return journal;
  if (!TRY(opened->run("read_head", only(location.registry))).empty()) return journal;
  return Error{
      Errc::not_found,
      fmt::format("the database holds no registry {}; is it the right one?", location.registry)};
}

/// The connection; made again where it was lost.
Result<std::shared_ptr<Connection>> PostgresJournal::connection() const {
  if (!connection_ || !connection_->is_alive()) {
    connection_.reset();  // the lost one would still hold the lock if the server does not know
    connection_ = std::make_shared<Connection>(TRY(connect(location_, mode_)));
  }
  return connection_;
}

Result<Rows> PostgresJournal::ask(std::string_view name, const Parameters& values) const {
  const auto database = TRY(connection());
  return database->run(name, values);
}

Result<storage::JournalHead> PostgresJournal::head() const {
  const Rows row = TRY(ask("read_head", only(location_.registry)));
  storage::JournalHead head;
  if (row.empty()) return head;
  head.size = static_cast<std::uint64_t>(row.int64(0, 0));
  head.last_time = {row.int64(0, 1)};
  head.frontier = row.text(0, 2);
  head.checkpoint = row.text(0, 3);
  return head;
}

Result<std::unique_ptr<storage::JournalWriter>> PostgresJournal::begin() {
  if (mode_ == OpenMode::read_only) {
    return Error{Errc::permission_denied, "the registry is open for reading only"};
  }
  return postgres::begin_batch(TRY(connection()), location_.registry);
}

Status PostgresJournal::read(std::uint64_t first, std::uint64_t last,
                             const std::function<Status(const journal::Entry&)>& visit) const {
  return read_entries(
      *TRY(connection()), location_.registry, first, last,
      [&visit](const postgres::StoredEntry& stored) { return visit(stored.entry); });
}

Result<std::optional<std::string>> PostgresJournal::newest_payload(std::string_view kind,
                                                                   std::string_view subject) const {
  Parameters asked = only(location_.registry);
  asked.add(kind).add(subject);
  const Rows row = TRY(ask("find_newest", asked));
  if (row.empty()) return std::optional<std::string>();
  return std::optional(std::string(row.text(0, 0)));
}

Result<std::vector<std::uint64_t>> PostgresJournal::entries_of(std::string_view institution,
                                                               std::string_view participant) const {
  const auto database = TRY(connection());
  return find_entries_of(*database, location_.registry, institution, participant);
}

Result<std::optional<storage::KnownImport>> PostgresJournal::import(std::string_view digest) const {
  Parameters asked = only(location_.registry);
  asked.add(digest);
  const Rows row = TRY(ask("find_import", asked));
  if (row.empty()) return std::optional<storage::KnownImport>();
  return std::optional(
      storage::KnownImport{.first_seq = static_cast<std::uint64_t>(row.int64(0, 0)),
                           .rows = static_cast<std::uint64_t>(row.int64(0, 1))});
}

}  // namespace kensho
