// Whether the schema can be spread by Citus as it is. Citus is not in Debian, so its rules for
// hash-distributed and reference tables are held against the catalogue of a plain server on which
// its functions only note what they are told; where Citus is installed the same runs on it.
#include <cctype>
#include <string>
#include <utility>

#include "base/embedded.h"
#include "journal/commitment.h"
#include "storage/postgres/postgres_journal.h"
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

/// Citus as far as distribute.sql sees it: an extension of that name, its list of tables, and the
/// two functions that add to it.
constexpr const char* noting_citus = R"(
  SET allow_system_table_mods = on;
  INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
    VALUES (999999, 'citus', 10, 11, false, '0');
  CREATE TABLE pg_catalog.pg_dist_partition (logicalrelid regclass, partkey text, colocated text);
  CREATE FUNCTION pg_catalog.create_distributed_table(name regclass, part text, colocate_with text DEFAULT 'default')
    RETURNS void LANGUAGE sql AS 'INSERT INTO pg_catalog.pg_dist_partition VALUES (name, part, colocate_with)';
  CREATE FUNCTION pg_catalog.create_reference_table(name regclass)
    RETURNS void LANGUAGE sql AS 'INSERT INTO pg_catalog.pg_dist_partition VALUES (name, NULL, NULL)';
)";

/// An error that tells what Citus would refuse, or what would not fit together, one line each.
constexpr const char* lint_statement = R"(DO $lint$ DECLARE problems text := (
  SELECT string_agg(problem, E'\n' ORDER BY problem) FROM (
    SELECT format('%s is in no list: a table that only the coordinator has', class.oid::regclass)
      FROM pg_class AS class WHERE relnamespace = 'kensho'::regnamespace AND relkind IN ('r', 'p')
      AND NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = class.oid)
    UNION ALL SELECT format('%s is listed twice', logicalrelid) FROM pg_dist_partition
      GROUP BY logicalrelid HAVING count(*) > 1
    UNION ALL SELECT format('%s: its distribution column %s is not there, or may be NULL', logicalrelid, partkey)
      FROM pg_dist_partition WHERE partkey IS NOT NULL AND NOT EXISTS (SELECT 1 FROM pg_attribute
        WHERE attrelid = logicalrelid AND attname = partkey AND attnotnull)
    UNION ALL SELECT format('unique index %s lacks the column %s', indexrelid::regclass, needed)
      FROM pg_index JOIN pg_class AS class ON class.oid = indrelid AND relnamespace = 'kensho'::regnamespace
      LEFT JOIN pg_dist_partition ON logicalrelid = indrelid
      CROSS JOIN LATERAL (VALUES (partkey), (CASE WHEN relname NOT IN ('migration', 'views_version')
        THEN 'registry' END)) AS rule (needed)
      WHERE indisunique AND needed IS NOT NULL AND NOT EXISTS (SELECT 1 FROM pg_attribute
        WHERE attrelid = indrelid AND attname = needed AND attnum = ANY (indkey))
    UNION ALL SELECT format('%s lies with %s, whose distribution column has another type', with_it.logicalrelid,
        with_it.colocated)
      FROM pg_dist_partition AS with_it JOIN pg_dist_partition AS first ON first.logicalrelid::text = with_it.colocated
      JOIN pg_attribute AS ours ON ours.attrelid = with_it.logicalrelid AND ours.attname = with_it.partkey
      JOIN pg_attribute AS theirs ON theirs.attrelid = first.logicalrelid AND theirs.attname = first.partkey
      WHERE ours.atttypid <> theirs.atttypid
    UNION ALL SELECT format('%s has the constraint %s of kind %s', conrelid::regclass, conname, contype)
      FROM pg_constraint WHERE connamespace = 'kensho'::regnamespace AND contype NOT IN ('p', 'u', 'c', 'n')
    UNION ALL SELECT format('%s has the trigger %s', tgrelid::regclass, tgname) FROM pg_trigger
      JOIN pg_class AS class ON class.oid = tgrelid WHERE relnamespace = 'kensho'::regnamespace
    UNION ALL SELECT format('%s.%s has a default or is an identity', attrelid::regclass, attname) FROM pg_attribute
      JOIN pg_class AS class ON class.oid = attrelid WHERE relnamespace = 'kensho'::regnamespace
      AND relkind IN ('r', 'p') AND (atthasdef OR attidentity <> '')
  ) AS found (problem));
BEGIN
  IF problems IS NOT NULL THEN RAISE EXCEPTION '%', problems; END IF;
END $lint$;)";

/// A database with the noting Citus, in which a registry was made.
std::string new_spread_database(const char* also = "SELECT 1") {
  const std::string url = PostgresServer::shared().new_database();
  Connection administrator = must(Connection::open(url));
  must(administrator.execute(noting_citus));
  must(PostgresJournal::open({.url = url, .registry = new_registry_number()}, OpenMode::create));
  must(administrator.execute(also));
  return url;
}

/// The broken rules; empty where there are none.
std::string lint(const std::string& url) {
  Connection connection = must(Connection::open(url));
  const auto linted = connection.execute(lint_statement);
  return linted ? "" : linted.error().message;
}

TEST_CASE("every table is placed, once, and breaks no rule of Citus") {
  const std::string url = new_spread_database();
  CHECK(lint(url) == "");

  Connection administrator = must(Connection::open(url));
  must(administrator.execute(postgres::sql_text("distribute")));
  CHECK(lint(url) == "");
}

TEST_CASE("tables made anew are placed anew") {
  const std::string url = new_spread_database(
      "DELETE FROM pg_dist_partition WHERE logicalrelid NOT IN ('kensho.entry'::regclass, "
      "'kensho.head'::regclass, 'kensho.unscrubbed'::regclass, 'kensho.migration'::regclass, "
      "'kensho.views_version'::regclass);"
      "UPDATE kensho.views_version SET sha256 = 'older'");

  must(PostgresJournal::open({.url = url, .registry = new_registry_number()}, OpenMode::create));

  CHECK(lint(url) == "");
}

TEST_CASE("the rules find what breaks them") {
  const std::pair<const char*, const char*> faults[] = {
      {"CREATE TABLE kensho.more (registry bigint)", "only the coordinator has"},
      {"CREATE UNIQUE INDEX bad ON kensho.entry (registry, seq)", "lacks the column placement"},
      {"CREATE UNIQUE INDEX bad ON kensho.entry (placement)", "lacks the column registry"},
      {"CREATE UNIQUE INDEX bad ON kensho.newest (kind, subject)", "lacks the column registry"},
      {"ALTER TABLE kensho.newest ADD FOREIGN KEY (registry) REFERENCES kensho.head", "of kind f"},
      {"ALTER TABLE kensho.submission DROP CONSTRAINT submission_pkey, ALTER COLUMN key DROP NOT "
       "NULL",
       "may be NULL"},
      {"ALTER TABLE kensho.withdrawn ALTER COLUMN placement TYPE integer", "another type"},
      {"CREATE SEQUENCE numbers; ALTER TABLE kensho.entry ALTER seq SET DEFAULT nextval('numbers')",
       "default"},
      {"CREATE TRIGGER t BEFORE UPDATE ON kensho.entry FOR EACH ROW EXECUTE FUNCTION "
       "suppress_redundant_updates_trigger()",
       "trigger"}};
  const std::string url = new_spread_database();
  Connection administrator = must(Connection::open(url));
  for (const auto& [fault, told] : faults) {
    CAPTURE(fault);
    must(administrator.execute("SET search_path = public"));
    must(administrator.execute("BEGIN"));
    must(administrator.execute(fault));
    const auto linted = administrator.execute(lint_statement);
    REQUIRE_FALSE(linted);
    CHECK(linted.error().message.find(told) != std::string::npos);
    must(administrator.execute("ROLLBACK"));
  }
}

TEST_CASE("no statement is of a kind that Citus refuses") {
  // MERGE, locks over many machines, groupings and recursion without a key, volatile defaults.
  for (const EmbeddedFile& file : embedded_files("sql/postgres/")) {
    CAPTURE(file.path);
    std::string text;
    bool in_comment = false;
    for (std::size_t i = 0; i < file.content.size(); ++i) {
      if (file.content.substr(i, 2) == "--") in_comment = true;
      if (file.content[i] == '\n') in_comment = false;
      if (!in_comment) text += static_cast<char>(std::toupper(file.content[i]));
    }
    for (const char* refused :
         {"MERGE INTO", "FOR UPDATE", "GROUPING SETS", "ROLLUP", "RECURSIVE", "NEXTVAL", "SERIAL",
          "TRIGGER", "REFERENCES", "RANDOM()", "NOW()", "LATERAL", "SET PLACEMENT ="}) {
      CAPTURE(refused);
      CHECK(text.find(refused) == std::string::npos);
    }
  }
}

journal::Entry entry_at(std::uint64_t seq, std::string subject) {
  journal::Entry entry;
  entry.seq = seq;
  entry.act = {.kind = "k", .subject = std::move(subject), .payload = "{}"};
  journal::seal(entry);
  return entry;
}

TEST_CASE("on a real Citus, where one is installed, a registry lives as elsewhere") {
  {
    Connection connection = must(Connection::open(PostgresServer::shared().url()));
    if (!connection.execute(
            "DO $$ BEGIN ASSERT EXISTS (SELECT 1 FROM pg_available_extensions WHERE "
            "name = 'citus'); END $$")) {
      MESSAGE("Citus is not installed: only its rules were checked");
      return;
    }
  }
  PostgresServer server({"shared_preload_libraries=citus"});
  must(must(Connection::open(server.url())).execute("CREATE EXTENSION citus"));
  const PostgresLocation location{.url = server.url(), .registry = new_registry_number()};
  const auto store = must(PostgresJournal::open(location, OpenMode::create));
  auto writer = must(store->begin());
  for (std::uint64_t seq = 0; seq < 600; ++seq) must(writer->append(entry_at(seq, "s")));
  must(writer->commit({.size = 600}));
  writer.reset();

  CHECK(store->read(0, 600, [](const auto&) { return ok(); }));
  CHECK(must(store->newest_payload("k", "s")));
  CHECK(store->check_views());
  must(store->rebuild_views());
  CHECK(store->check_views());
}

}  // namespace
}  // namespace kensho
