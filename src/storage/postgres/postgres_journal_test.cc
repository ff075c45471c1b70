// What is PostgreSQL's own: locks, lost connections, servers that cannot be trusted, migrations.
// What every engine must do is in wiring/journal_conformance_test.cc.
#include "storage/postgres/postgres_journal.h"

#include "journal/commitment.h"
#include "storage/migration.h"
#include "storage/postgres/schema.h"
#include "storage/postgres/server_test_support.h"

namespace kensho {
namespace {

using postgres::Connection;
using test::PostgresServer;

template <class T>
T must(Result<T> result) {
  if (!result) FAIL(result.error().message);
  return std::move(result).value();
}

PostgresLocation new_registry(std::string url) {
  return {.url = std::move(url), .registry = new_registry_number()};
}

/// What an administrator does, on a connection of their own.
std::string as_administrator(const std::string& url, const std::string& sql) {
  Connection connection = must(Connection::open(url));
  return must(connection.execute(sql));
}

journal::Entry entry_at(std::uint64_t seq) {
  journal::Entry entry;
  entry.seq = seq;
  entry.act = {.kind = "k", .subject = "s", .payload = "{}"};
  journal::seal(entry);
  return entry;
}

Status append(storage::JournalStore& store, std::uint64_t seq) {
  auto writer = TRY(store.begin());
  TRY(writer->append(entry_at(seq)));
  return writer->commit({.size = seq + 1});
}

TEST_CASE("one process writes to a registry, wherever it runs; other registries are free") {
  const std::string& url = PostgresServer::shared().url();
  const PostgresLocation first = new_registry(url);
  auto held = must(PostgresJournal::open(first, OpenMode::create));
  must(append(*held, 0));

  const auto refused = PostgresJournal::open(first, OpenMode::existing);

  CHECK(refused.error().code == Errc::unavailable);
  CHECK(refused.error().message.find("another process is writing") != std::string::npos);
  CHECK(PostgresJournal::open(first, OpenMode::read_only));
  CHECK(PostgresJournal::open(new_registry(url), OpenMode::create));
  held.reset();
  CHECK(PostgresJournal::open(first, OpenMode::existing));
}

TEST_CASE("registries of one database do not see each other") {
  const std::string& url = PostgresServer::shared().url();
  const auto one = must(PostgresJournal::open(new_registry(url), OpenMode::create));
  const auto other = must(PostgresJournal::open(new_registry(url), OpenMode::create));
  must(append(*one, 0));
  must(append(*one, 1));
  must(append(*other, 0));

  CHECK(must(one->head()).size == 2);
  CHECK(must(other->head()).size == 1);
  must(one->rebuild_views());
  CHECK(one->check_views());
  CHECK(other->check_views());
  const auto unknown = PostgresJournal::open(new_registry(url), OpenMode::existing);
  CHECK(unknown.error().code == Errc::not_found);
}

TEST_CASE("a batch whose connection is lost fails; the next one goes on") {
  const std::string& url = PostgresServer::shared().url();
  const auto store = must(PostgresJournal::open(new_registry(url), OpenMode::create));
  must(append(*store, 0));
  auto writer = must(store->begin());
  must(writer->append(entry_at(1)));

  as_administrator(url,
                   "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name "
                   "= 'kensho' AND pid <> pg_backend_pid() AND state = 'idle in transaction'");

  CHECK(writer->commit({.size = 2}).error().code == Errc::unavailable);
  CHECK(must(store->head()).size == 1);
  CHECK(writer->append(entry_at(1)));  // only gathers
  CHECK(writer->commit({.size = 2}).error().code == Errc::unavailable);
  writer.reset();
  must(append(*store, 1));
  CHECK(must(store->head()).size == 2);
}

TEST_CASE("an entry that was erased elsewhere is stored without its sealed part") {
  const auto store =
      must(PostgresJournal::open(new_registry(PostgresServer::shared().url()), OpenMode::create));
  journal::Entry erased = entry_at(0);
  erased.act.kind = journal::kind::case_reported;
  journal::seal(erased);
  erased.erased = true;
  erased.act.subject = erased.act.payload = "";
  auto writer = must(store->begin());
  must(writer->append(erased));
  must(writer->commit({.size = 1}));
  writer.reset();

  must(store->read(0, 1, [&](const journal::Entry& entry) {
    CHECK(entry.erased);
    return journal::check_sealed(entry);
  }));
  CHECK(store->check_views());
  must(store->rebuild_views());
}

TEST_CASE("a batch on top of another one's entries is refused") {
  const std::string& url = PostgresServer::shared().url();
  const PostgresLocation location = new_registry(url);
  const auto store = must(PostgresJournal::open(location, OpenMode::create));
  must(append(*store, 0));
  auto writer = must(store->begin());
  must(writer->append(entry_at(1)));

  as_administrator(
      url, fmt::format("UPDATE kensho.head SET size = 7 WHERE registry = {}", location.registry));

  CHECK(writer->commit({.size = 2}).error().code == Errc::conflict);
}

TEST_CASE("a changed row of a view is found and its table named") {
  const std::string& url = PostgresServer::shared().url();
  const PostgresLocation location = new_registry(url);
  const auto store = must(PostgresJournal::open(location, OpenMode::create));
  must(append(*store, 0));
  for (const char* change : {"UPDATE kensho.newest SET seq = 5 WHERE registry = {}",
                             "DELETE FROM kensho.newest WHERE registry = {}",
                             "INSERT INTO kensho.import_file (registry, digest, first_seq, rows) "
                             "VALUES ({}, 'd', 0, 0)"}) {
    CAPTURE(change);
    must(store->rebuild_views());
    CHECK(store->check_views());
    as_administrator(url, fmt::format(fmt::runtime(change), location.registry));
    const Status checked = store->check_views();
    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == Errc::corrupted);
    CHECK(checked.error().message.find("view '") != std::string::npos);
  }
}

TEST_CASE("an entry that is gone or there twice is found") {
  const std::string& url = PostgresServer::shared().url();
  const PostgresLocation location = new_registry(url);
  const auto store = must(PostgresJournal::open(location, OpenMode::create));
  for (std::uint64_t seq = 0; seq < 4; ++seq) must(append(*store, seq));
  const auto read = [&] { return store->read(0, 4, [](const auto&) { return ok(); }); };
  REQUIRE(read());

  as_administrator(
      url, fmt::format("INSERT INTO kensho.entry (registry, placement, seq, time_us, actor, "
                       "organisation, kind, commitment, leaf) SELECT registry, 5, seq, time_us, "
                       "actor, organisation, kind, commitment, leaf FROM kensho.entry "
                       "WHERE registry = {} AND seq = 2",
                       location.registry));
  CHECK(read().error().message == "entry 2 is in the journal twice");
  as_administrator(url, fmt::format("DELETE FROM kensho.entry WHERE registry = {} AND seq = 2",
                                    location.registry));
  CHECK(read().error().message == "entry 2 is missing in the journal");
}

TEST_CASE("a server that can lose what it acknowledged is refused, unless told otherwise") {
  PostgresServer careless({"fsync=off"});
  PostgresLocation location = new_registry(careless.url());

  const auto refused = PostgresJournal::open(location, OpenMode::create);
  CHECK(refused.error().code == Errc::invalid_argument);
  CHECK(refused.error().message.find("fsync is off") != std::string::npos);
  location.durability = postgres::Durability::waived;
  CHECK(PostgresJournal::open(location, OpenMode::create));
}

TEST_CASE("commits are durable whatever the role's settings say") {
  const std::string url = PostgresServer::shared().new_database();
  as_administrator(url, "ALTER ROLE kensho SET synchronous_commit = off");
  Connection connection = must(Connection::open(url));

  must(prepare_for_writing(connection, postgres::Durability::required));

  const auto setting = must(connection.run("commit_durably"));
  CHECK(setting.text(0, 0) == "on");
  as_administrator(url, "ALTER ROLE kensho RESET synchronous_commit");
}

TEST_CASE("what cannot be connected to is told without the password") {
  for (const char* url :
       {"postgresql://someone:s3cret@127.0.0.1:1/none", "postgresql://someone:s3cret@[::1/none",
        "postgresql://someone:s3cret@/none?host=%2Fnowhere&wrong", "host=x password=s3cret",
        "mysql://someone:s3cret@host/none"}) {
    CAPTURE(url);
    const auto refused = Connection::open(url);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("s3cret") == std::string::npos);
    CHECK(refused.error().message.starts_with("PostgreSQL:") ==
          (refused.error().code == Errc::unavailable));
  }
}

TEST_CASE("a database in another encoding is refused") {
  const std::string url = PostgresServer::shared().url();
  as_administrator(url, "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'");
  std::string latin = url;
  latin.replace(latin.find("/postgres?"), 10, "/latin?");

  const auto refused = PostgresJournal::open(new_registry(latin), OpenMode::create);

  CHECK(refused.error().code == Errc::invalid_argument);
  CHECK(refused.error().message.find("UTF8") != std::string::npos);
}

TEST_CASE("a migration that is unknown or was altered is refused by readers and writers") {
  const std::string url = PostgresServer::shared().new_database();
  const PostgresLocation location = new_registry(url);
  must(append(*must(PostgresJournal::open(location, OpenMode::create)), 0));
  const auto refused = [&](OpenMode mode) { return PostgresJournal::open(location, mode).error(); };

  as_administrator(url, "INSERT INTO kensho.migration VALUES (99, '0099_future', 'ff')");
  for (const OpenMode mode : {OpenMode::read_only, OpenMode::existing}) {
    CHECK(refused(mode).code == Errc::conflict);
    CHECK(refused(mode).message.find("0099_future") != std::string::npos);
  }
  as_administrator(url,
                   "DELETE FROM kensho.migration WHERE number = 99;"
                   "UPDATE kensho.migration SET sha256 = 'ff' WHERE number = 1");
  for (const OpenMode mode : {OpenMode::read_only, OpenMode::existing}) {
    CHECK(refused(mode).code == Errc::corrupted);
    CHECK(refused(mode).message.find("migration 1") != std::string::npos);
  }
}

TEST_CASE("views of another version are made anew for every registry, when nobody else is there") {
  const std::string url = PostgresServer::shared().new_database();
  const PostgresLocation first = new_registry(url), second = new_registry(url);
  for (const PostgresLocation& location : {first, second}) {
    must(append(*must(PostgresJournal::open(location, OpenMode::create)), 0));
  }
  auto other = must(PostgresJournal::open(second, OpenMode::read_only));
  as_administrator(url,
                   "UPDATE kensho.views_version SET sha256 = 'older'; DROP TABLE kensho.newest;"
                   "CREATE TABLE kensho.of_an_older_version (registry bigint)");

  const auto reading = PostgresJournal::open(first, OpenMode::read_only);
  CHECK(reading.error().code == Errc::conflict);
  CHECK(reading.error().message.find("kensho migrate") != std::string::npos);
  const auto busy = PostgresJournal::open(first, OpenMode::existing);
  CHECK(busy.error().code == Errc::unavailable);
  CHECK(busy.error().message.find("other programs are using it") != std::string::npos);

  other.reset();
  auto migrated = must(PostgresJournal::open(first, OpenMode::existing));
  CHECK(migrated->check_views());
  CHECK(must(PostgresJournal::open(second, OpenMode::read_only))->check_views());
  CHECK(must(migrated->newest_payload("k", "s")));
  CHECK_FALSE(Connection::open(url)->execute("SELECT FROM kensho.of_an_older_version"));
}

TEST_CASE("what nobody can check in the bytes is said") {
  const std::string url = PostgresServer::shared().new_database();
  const auto store = must(PostgresJournal::open(new_registry(url), OpenMode::create));
  must(append(*store, 0));
  CHECK(must(store->unchecked_bytes()).find("amcheck") != std::string::npos);

  as_administrator(url, "CREATE EXTENSION amcheck");

  CHECK(must(store->unchecked_bytes()).empty());
  CHECK(store->check_bytes());
}

}  // namespace
}  // namespace kensho
