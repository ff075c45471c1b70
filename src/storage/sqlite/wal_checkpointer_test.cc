#include "storage/sqlite/wal_checkpointer.h"

#include <chrono>
#include <filesystem>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "storage/sqlite/database_test_support.h"
#include "storage/sqlite/statement.h"

namespace kensho {
namespace {

using test::must;
using test::TemporaryFolder;

/// Commits `count` transactions of some pages each.
void write(Database& database, int count) {
  Statement insert =
      must(Statement::prepare(database, "INSERT INTO data(value) VALUES(zeroblob(?1))"));
  for (int i = 0; i < count; ++i) {
    Transaction transaction = must(Transaction::begin(database));
    must(insert.bind(1, 100'000).run());
    must(transaction.commit());
  }
}

std::uintmax_t wal_pages(const std::string& path) {
  return std::filesystem::file_size(path + "-wal") / 4096;
}

TEST_CASE("the WAL stays bounded under steady writing, and nothing is lost") {
  const TemporaryFolder folder;
  const std::string path = folder.file("journal.db");
  {
    Database database = must(Database::open(path));
    must(database.execute("CREATE TABLE data(value BLOB NOT NULL);"));
    const WalCheckpointer checkpointer(database, path,
                                       {.copy_from = 200, .finish_by = 100, .wait_from = 2000});
    write(database, 600);  // 15,000 pages
    CHECK(wal_pages(path) < 2100);
  }
  Database database = must(Database::open(path));
  CHECK(test::query_int64(database, "SELECT count(*) FROM data") == 600);
  CHECK(test::query_int64(database, "SELECT sum(length(value)) FROM data") == 600 * 100'000);
}

TEST_CASE("where the thread cannot open the file, the writer copies by itself") {
  const TemporaryFolder folder;
  const std::string path = folder.file("journal.db");
  Database database = must(Database::open(path));
  must(database.execute("CREATE TABLE data(value BLOB NOT NULL);"));
  const WalCheckpointer checkpointer(database, folder.file("elsewhere.db"),
                                     {.copy_from = 50, .finish_by = 10, .wait_from = 1'000'000});
  write(database, 200);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  write(database, 200);
  CHECK(wal_pages(path) < 9000);
}

TEST_CASE("a reader of old pages holds the WAL back only as long as it reads") {
  const TemporaryFolder folder;
  const std::string path = folder.file("journal.db");
  Database database = must(Database::open(path));
  must(database.execute("CREATE TABLE data(value BLOB NOT NULL);"));
  write(database, 1);
  const WalCheckpointer checkpointer(database, path,
                                     {.copy_from = 50, .finish_by = 40, .wait_from = 400});
  Database other = must(Database::open(path, {.mode = OpenMode::read_only}));
  {
    Statement reading = must(Statement::prepare(other, "SELECT length(value) FROM data"));
    REQUIRE(must(reading.step()));
    write(database, 60);
    CHECK(must(reading.step()) == false);  // its own moment, whatever was written since
  }
  const auto held_back = wal_pages(path);
  write(database, 60);
  CHECK(wal_pages(path) <= held_back + 700);
  CHECK(test::query_int64(other, "SELECT count(*) FROM data") == 121);
}

}  // namespace
}  // namespace kensho
