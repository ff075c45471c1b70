#include "storage/sqlite/statement.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "storage/sqlite/database_test_support.h"

namespace kensho {
namespace {

using test::must;
using test::TemporaryFolder;

TEST_CASE("every kind of value comes back as it was bound") {
  const TemporaryFolder folder;
  const Database database = must(Database::open(folder.file("values.db")));
  constexpr std::array blob{std::byte{0}, std::byte{255}, std::byte{7}};
  constexpr std::string_view text("a\0検証", 8);

  Statement row = must(Statement::prepare(database, "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7"));
  row.bind(1, std::numeric_limits<std::int64_t>::min()).bind(2, 0.1).bind(3, text).bind(4, blob);
  row.bind_null(5).bind(6, "").bind(7, std::span<const std::byte>());

  REQUIRE(must(row.step()));
  CHECK(row.column_int64(0) == std::numeric_limits<std::int64_t>::min());
  CHECK(row.column_double(1) == 0.1);
  CHECK(row.column_text(2) == text);
  CHECK(std::ranges::equal(row.column_blob(3), blob));
  CHECK(row.column_is_null(4));
  CHECK_FALSE(row.column_is_null(5));
  CHECK(row.column_text(5).empty());
  CHECK_FALSE(row.column_is_null(6));
  CHECK(row.column_blob(6).empty());
  CHECK_FALSE(must(row.step()));
}

TEST_CASE("a statement runs again after its last row, with new or the same values") {
  const TemporaryFolder folder;
  Database database = must(Database::open(folder.file("again.db")));
  must(database.execute("CREATE TABLE number(value INTEGER NOT NULL);"));

  Statement insert = must(Statement::prepare(database, "INSERT INTO number VALUES(?1)"));
  for (int value = 1; value <= 3; ++value) must(insert.bind(1, value).run());
  must(insert.run());

  CHECK(test::query_int64(database, "SELECT sum(value) FROM number") == 9);
}

TEST_CASE("a broken rule of the schema is an error and the statement can be used again") {
  const TemporaryFolder folder;
  Database database = must(Database::open(folder.file("rules.db")));
  must(
      database.execute("CREATE TABLE parent(id INTEGER PRIMARY KEY);"
                       "CREATE TABLE child(parent INTEGER NOT NULL UNIQUE REFERENCES parent);"
                       "INSERT INTO parent VALUES(1);"));

  Statement insert = must(Statement::prepare(database, "INSERT INTO child VALUES(?1)"));
  must(insert.bind(1, 1).run());
  const Status twice = insert.run();
  const Status orphan = insert.bind(1, 2).run();
  const Status missing = insert.bind_null(1).run();

  CHECK(twice.error().code == Errc::conflict);
  CHECK(twice.error().message.find("child.parent") != std::string::npos);
  CHECK(orphan.error().code == Errc::invalid_argument);
  CHECK(missing.error().code == Errc::invalid_argument);
  CHECK(test::query_int64(database, "SELECT count(*) FROM child") == 1);
}

TEST_CASE("only exactly one statement that SQLite accepts can be prepared") {
  const TemporaryFolder folder;
  const Database database = must(Database::open(folder.file("prepare.db")));

  CHECK(Statement::prepare(database, "SELECT 1;\n"));
  for (const char* sql : {"SELECT 1; SELECT 2", "", "  -- nothing", "SELEC 1", "SELECT x FROM y"}) {
    CAPTURE(sql);
    CHECK(Statement::prepare(database, sql).error().code == Errc::invalid_argument);
  }
}

TEST_CASE("a value that is too long is reported by the next step") {
  const TemporaryFolder folder;
  const Database database = must(Database::open(folder.file("long.db")));
  // Never read: SQLite refuses the length before it looks at the bytes.
  const char byte = 0;
  const std::string_view too_long(&byte, std::size_t{1} << 31);

  Statement row = must(Statement::prepare(database, "SELECT ?1"));
  const Result<bool> step = row.bind(1, too_long).step();

  CHECK(step.error().code == Errc::invalid_argument);
  CHECK(must(row.bind(1, "short").step()));
  CHECK(row.column_text(0) == "short");
}

}  // namespace
}  // namespace kensho
