#include "storage/sqlite/checked_vfs.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sqlite3.h>

#include "storage/sqlite/checked_vfs_audit.h"
#include "storage/sqlite/checked_vfs_page.h"
#include "storage/sqlite/database_test_support.h"

namespace kensho {
namespace {

using test::must;
using test::TemporaryFolder;

// A connection without our settings and, unless it is named, without the checked layer.
class PlainConnection {
 public:
  explicit PlainConnection(const std::string& path, const char* vfs = nullptr) {
    sqlite3* connection = nullptr;
    constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    ENSURE(sqlite3_open_v2(path.c_str(), &connection, flags, vfs) == SQLITE_OK);
    connection_.reset(connection);
  }
  int run(const char* sql) {
    return sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr);
  }

 private:
  struct Close {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
  };
  std::unique_ptr<sqlite3, Close> connection_;
};

sqlite3_file* file_of(const Database& database) {
  sqlite3_file* file = nullptr;
  sqlite3_file_control(database.connection(), "main", SQLITE_FCNTL_FILE_POINTER,
                       static_cast<void*>(&file));
  return file;
}

TEST_CASE(
    "every page is refused after a change, also those SQLite does not read, and parts of it") {
  const TemporaryFolder folder;
  const std::string path = folder.file("sample.db");
  test::make_sample_database(path);
  const std::uint64_t pages = std::filesystem::file_size(path) / default_page_bytes;
  const std::vector<std::byte> original = test::file_bytes(path);

  for (std::uint64_t page = 1; page < pages; ++page) {
    const std::uint64_t offset = page * default_page_bytes;
    const std::byte other = original[offset + 4000] ^ std::byte{8};
    test::write_at(path, offset + 4000, {&other, 1});
    {
      const Database database = must(Database::open(path, {.mode = OpenMode::read_only}));
      sqlite3_file* const file = file_of(database);
      std::array<std::byte, default_page_bytes> out;
      const auto whole = static_cast<sqlite3_int64>(offset);
      CHECK(file->pMethods->xRead(file, out.data(), out.size(), whole) == SQLITE_IOERR_DATA);
      CHECK(file->pMethods->xRead(file, out.data(), 100, whole + 8) == SQLITE_IOERR_DATA);
      const BadPage bad_page = last_bad_page(database.connection());
      CHECK(bad_page.number == page + 1);
      CHECK(bad_page.offset == offset);
    }
    test::write_at(path, offset + 4000, {&original[offset + 4000], 1});
  }
}

TEST_CASE("part of a page is read as it stands in the file") {
  const TemporaryFolder folder;
  const std::string path = folder.file("sample.db");
  test::make_sample_database(path);
  const std::vector<std::byte> original = test::file_bytes(path);
  const Database database = must(Database::open(path, {.mode = OpenMode::read_only}));
  sqlite3_file* const file = file_of(database);

  std::array<std::byte, 300> out;
  REQUIRE(file->pMethods->xRead(file, out.data(), out.size(), 8192 + 77) == SQLITE_OK);

  CHECK(std::ranges::equal(out, std::span(original).subspan(8192 + 77, out.size())));
}

TEST_CASE("any SQLite can read the file, and what it writes is noticed") {
  const TemporaryFolder folder;
  const std::string path = folder.file("sample.db");
  test::make_sample_database(path);

  {
    PlainConnection plain(path);
    CHECK(plain.run("SELECT sum(length(content)) FROM sample; PRAGMA integrity_check;") ==
          SQLITE_OK);
  }
  CHECK(must(audit_pages(path)).is_whole());
  {
    PlainConnection plain(path);
    CHECK(plain.run("UPDATE sample SET content = x'00' WHERE id = 1") == SQLITE_OK);
  }
  CHECK_FALSE(must(audit_pages(path)).is_whole());
}

TEST_CASE("a database without space for checksums is refused and not changed") {
  const TemporaryFolder folder;
  const std::string path = folder.file("plain.db");
  {
    PlainConnection plain(path);
    REQUIRE(plain.run("CREATE TABLE t(x); INSERT INTO t VALUES(1);") == SQLITE_OK);
  }
  const std::vector<std::byte> original = test::file_bytes(path);

  for (const OpenMode mode : {OpenMode::create, OpenMode::existing, OpenMode::read_only}) {
    const Result<Database> opened = Database::open(path, {.mode = mode});
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Errc::corrupted);
    CHECK(opened.error().message.find("keeps no page checksums") != std::string::npos);
  }
  CHECK(test::file_bytes(path) == original);
  const PageAudit audit = must(audit_pages(path));
  CHECK(audit.problem.find("0 bytes are reserved") != std::string::npos);
}

TEST_CASE("the checked layer never writes a page without space for its checksum") {
  const TemporaryFolder folder;
  const std::string path = folder.file("plain.db");
  REQUIRE(register_checked_vfs());
  REQUIRE(PlainConnection(path).run("CREATE TABLE t(x); INSERT INTO t VALUES(1);") == SQLITE_OK);
  const std::vector<std::byte> original = test::file_bytes(path);

  CHECK(PlainConnection(path, checked_vfs_name).run("SELECT * FROM t") == SQLITE_OK);
  CHECK(PlainConnection(path, checked_vfs_name).run("INSERT INTO t VALUES(2)") == SQLITE_IOERR);
  CHECK(PlainConnection(folder.file("new.db"), checked_vfs_name).run("CREATE TABLE t(x)") ==
        SQLITE_IOERR);

  CHECK(PlainConnection(path).run("SELECT * FROM t") == SQLITE_OK);  // undoes what was begun
  CHECK(test::file_bytes(path) == original);
}

TEST_CASE("VACUUM and VACUUM INTO leave checked pages") {
  const TemporaryFolder folder;
  const std::string path = folder.file("sample.db");
  const std::string copy = folder.file("copy.db");
  test::make_sample_database(path);
  const std::uint64_t before = std::filesystem::file_size(path);

  Database database = must(Database::open(path));
  must(database.execute("PRAGMA cache_size = 10; VACUUM INTO '" + copy + "'; VACUUM;"));
  must(database.close());

  CHECK(std::filesystem::file_size(path) < before);
  CHECK(must(audit_pages(path)).is_whole());
  CHECK(must(audit_pages(copy)).is_whole());
  const Database reopened = must(Database::open(copy, {.mode = OpenMode::existing}));
  CHECK(test::query_int64(reopened, "SELECT count(*) FROM sample") == 152);
}

TEST_CASE("temporary tables and sorting need no checksums") {
  const TemporaryFolder folder;
  Database database = must(Database::open(folder.file("temporary.db")));
  must(
      database.execute("PRAGMA temp_store = FILE; PRAGMA temp.cache_size = 5;"
                       "CREATE TEMP TABLE t(x);"
                       "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000)"
                       "INSERT INTO t SELECT randomblob(500) FROM n;"));
  CHECK(test::query_int64(database, "SELECT count(DISTINCT x) FROM t") == 2000);
}

TEST_CASE("pages stay checked through a long mixed life") {
  const TemporaryFolder folder;
  const std::string path = folder.file("life.db");
  std::uint32_t random = 12345;
  const auto below = [&](std::uint32_t bound) {
    random = random * 1664525 + 1013904223;
    return static_cast<std::size_t>((random >> 8) % bound);
  };
  for (int life = 0; life < 6; ++life) {
    Database database = must(Database::open(path));
    must(
        database.execute("CREATE TABLE IF NOT EXISTS sample(id INTEGER PRIMARY KEY, content BLOB);"
                         "PRAGMA cache_size = 20; PRAGMA wal_autocheckpoint = 30;"));
    for (int step = 0; step < 25; ++step) {
      must(test::insert_rows(database, static_cast<int>(below(20)) + 1, below(9000)));
      must(database.execute("DELETE FROM sample WHERE id % 7 = " + std::to_string(below(7))));
      must(
          database.execute("SAVEPOINT s; INSERT INTO sample(content) VALUES(zeroblob(70000));"
                           "DELETE FROM sample WHERE id % 3 = 1; ROLLBACK TO s; RELEASE s;"));
    }
    CHECK(must(audit_pages(path)).problem == "");
    must(database.close());
    const PageAudit audit = must(audit_pages(path));
    CHECK(audit.problem == "");
    CHECK(audit.wal.state == WalState::absent);
  }
}

}  // namespace
}  // namespace kensho
