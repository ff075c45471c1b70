#include "storage/sqlite/database.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "storage/sqlite/checked_vfs_audit.h"
#include "storage/sqlite/database_test_support.h"

namespace kensho {
namespace {

using test::must;
using test::TemporaryFolder;

TEST_CASE("every connection has the settings that keep data safe") {
  const TemporaryFolder folder;
  const Database database = must(Database::open(folder.file("settings.db")));

  struct Row {
    std::string setting;
    std::string value;
  };
  for (const Row& row :
       {Row{"journal_mode", "wal"}, Row{"synchronous", "2"}, Row{"foreign_keys", "1"},
        Row{"secure_delete", "1"}, Row{"trusted_schema", "0"}, Row{"cell_size_check", "1"},
        Row{"temp_store", "2"}, Row{"page_size", "4096"}, Row{"encoding", "UTF-8"}}) {
    CAPTURE(row.setting);
    CHECK(test::query_text(database, "PRAGMA " + row.setting) == row.value);
  }
}

TEST_CASE("deleted content is not left in the file") {
  const TemporaryFolder folder;
  const std::string path = folder.file("delete.db");
  const auto holds_text = [&] {
    const std::vector<std::byte> bytes = test::file_bytes(path);
    constexpr std::string_view text = "erase-this-text";
    return !std::ranges::search(bytes, std::as_bytes(std::span(text))).empty();
  };
  {
    Database database = must(Database::open(path));
    must(
        database.execute("CREATE TABLE secret(value TEXT);"
                         "INSERT INTO secret VALUES('erase-this-text-please');"));
    must(database.close());
  }
  REQUIRE(holds_text());

  Database database = must(Database::open(path));
  must(database.execute("DELETE FROM secret"));
  must(database.close());

  CHECK_FALSE(holds_text());
}

TEST_CASE("a closed database stands alone") {
  const TemporaryFolder folder;
  const std::string path = folder.file("alone.db");
  Database database = must(Database::open(path));
  must(database.execute(test::sample_schema));
  must(test::insert_rows(database, 20, 300));
  CHECK(std::filesystem::file_size(path + "-wal") > 0);
  must(database.wal_checkpoint(WalCheckpoint::truncate));
  CHECK(std::filesystem::file_size(path + "-wal") == 0);
  must(test::insert_rows(database, 20, 300));

  must(database.close());

  CHECK_FALSE(std::filesystem::exists(path + "-wal"));
  CHECK_FALSE(std::filesystem::exists(path + "-shm"));
  CHECK(must(audit_pages(path)).is_whole());
}

TEST_CASE("closing one of two connections succeeds and loses nothing") {
  const TemporaryFolder folder;
  const std::string path = folder.file("two.db");
  Database first = must(Database::open(path));
  Database second = must(Database::open(path));
  must(first.execute(test::sample_schema));
  must(test::insert_rows(first, 20, 300));
  must(second.execute("BEGIN"));
  CHECK(test::query_int64(second, "SELECT count(*) FROM sample") == 20);

  must(first.close());

  CHECK(test::query_int64(second, "SELECT count(*) FROM sample") == 20);
  must(second.execute("COMMIT"));
  must(second.close());
  CHECK_FALSE(std::filesystem::exists(path + "-wal"));
}

TEST_CASE("a database is opened only as asked") {
  const TemporaryFolder folder;
  const std::string path = folder.file("modes.db");
  const auto error_of = [&](const std::string& name, OpenMode mode) {
    const Result<Database> opened = Database::open(name, {.mode = mode});
    REQUIRE_FALSE(opened);
    CHECK(opened.error().message.find(name) != std::string::npos);
    return opened.error().code;
  };

  CHECK(error_of(path, OpenMode::existing) == Errc::not_found);
  CHECK(error_of(path, OpenMode::read_only) == Errc::not_found);
  CHECK(error_of(folder.file("none/at/all.db"), OpenMode::create) == Errc::not_found);
  CHECK_FALSE(std::filesystem::exists(path));
  CHECK(Database::open("").error().code == Errc::invalid_argument);

  const std::string sub_folder = folder.file("sub");
  std::filesystem::create_directory(sub_folder);
  CHECK(error_of(sub_folder, OpenMode::create) == Errc::permission_denied);

  std::ofstream(folder.file("empty.db")).flush();
  CHECK(error_of(folder.file("empty.db"), OpenMode::existing) == Errc::corrupted);
  CHECK(Database::open(folder.file("empty.db")));

  std::ofstream(folder.file("text.db")) << std::string(9000, 'x');
  CHECK(error_of(folder.file("text.db"), OpenMode::create) == Errc::corrupted);
}

TEST_CASE("names that mean something special to SQLite are ordinary files") {
  const TemporaryFolder folder;
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder.file(""));

  for (const std::string name : {":memory:", "file:x.db?mode=memory", "検証 レジストリ.db"}) {
    Database database = must(Database::open(name));
    must(database.execute(test::sample_schema));
    must(database.close());
    CAPTURE(name);
    CHECK(std::filesystem::exists(name));
  }

  std::filesystem::current_path(before);
}

TEST_CASE("a read-only connection reads and refuses to write") {
  const TemporaryFolder folder;
  const std::string path = folder.file("sample.db");
  test::make_sample_database(path);

  Database database = must(Database::open(path, {.mode = OpenMode::read_only}));

  CHECK(test::query_int64(database, "SELECT count(*) FROM sample") == 152);
  const Status written = database.execute("DELETE FROM sample");
  CHECK(written.error().code == Errc::permission_denied);
  CHECK(written.error().message.find(path) != std::string::npos);
  must(database.close());
}

TEST_CASE("a transaction happens as a whole or not at all") {
  const TemporaryFolder folder;
  Database database = must(Database::open(folder.file("transaction.db")));
  must(database.execute(test::sample_schema));
  const auto rows = [&] { return test::query_int64(database, "SELECT count(*) FROM sample"); };

  {
    const Transaction dropped = must(Transaction::begin(database));
    must(database.execute("INSERT INTO sample(content) VALUES(x'01')"));
    CHECK(rows() == 1);
  }
  CHECK(rows() == 0);

  {
    Transaction kept = must(Transaction::begin(database));
    must(database.execute("INSERT INTO sample(content) VALUES(x'01')"));
    must(kept.commit());
  }
  CHECK(rows() == 1);

  {
    Transaction lost = must(Transaction::begin(database));
    must(database.execute("INSERT INTO sample(content) VALUES(x'01')"));
    must(database.execute("ROLLBACK"));  // as SQLite does itself after some failures
    CHECK(lost.commit().error().code == Errc::unavailable);
  }
  CHECK(rows() == 1);
}

TEST_CASE("a second writer waits for its timeout and is told to repeat") {
  const TemporaryFolder folder;
  const std::string path = folder.file("busy.db");
  Database first = must(Database::open(path));
  Database second = must(Database::open(path, {.busy_timeout_ms = 20}));
  must(first.execute(test::sample_schema));

  {
    const Transaction held = must(Transaction::begin(first));
    const Result<Transaction> refused = Transaction::begin(second);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::unavailable);
    CHECK(refused.error().message.find("busy") != std::string::npos);
  }

  CHECK(Transaction::begin(second));
}

// Writes and reads on a connection of its own; the number of transactions that failed.
int write_transactions(const std::string& path, int transactions) {
  Result<Database> database = Database::open(path, {.busy_timeout_ms = 60000});
  // A small log and cache make checkpoints and reads of the file frequent.
  if (!database || !database->execute("PRAGMA wal_autocheckpoint = 5; PRAGMA cache_size = 5;"))
    return transactions;
  int failures = 0;
  for (int i = 0; i < transactions; ++i) {
    const bool is_done = test::insert_rows(*database, 5, 900) &&
                         database->execute("SELECT sum(length(content)) FROM sample");
    failures += is_done ? 0 : 1;
  }
  return failures;
}

TEST_CASE("threads with a connection each write and read at the same time") {
  const TemporaryFolder folder;
  const std::string path = folder.file("threads.db");
  constexpr std::size_t threads = 4;
  constexpr int transactions = 15;
  {
    Database database = must(Database::open(path));
    must(database.execute(test::sample_schema));
  }

  std::array<int, threads> failures{};
  {
    std::vector<std::jthread> running;
    running.reserve(threads);
    for (int& failed : failures)
      running.emplace_back([&] { failed = write_transactions(path, transactions); });
  }

  CHECK(failures == std::array<int, threads>{});
  const Database database = must(Database::open(path));
  CHECK(test::query_int64(database, "SELECT count(*) FROM sample") == threads * transactions * 5);
  CHECK(must(audit_pages(path)).problem == "");
}

}  // namespace
}  // namespace kensho
