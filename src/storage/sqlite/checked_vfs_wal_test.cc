#include "storage/sqlite/checked_vfs_wal.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "storage/sqlite/checked_vfs_audit.h"
#include "storage/sqlite/database_test_support.h"

namespace kensho {
namespace {

using test::must;
using test::TemporaryFolder;

constexpr std::size_t frame_bytes = 24 + 4096;
constexpr std::size_t header_bytes = 32;

// A WAL as a crash leaves it, with three transactions; returns where the last one begins.
std::size_t make_wal(const TemporaryFolder& folder, const std::string& wal) {
  const std::string path = folder.file("origin.db");
  Database database = must(Database::open(path));
  must(database.execute(test::sample_schema));
  must(database.wal_checkpoint(WalCheckpoint::truncate));
  must(test::insert_rows(database, 10, 600));
  must(test::insert_rows(database, 10, 600));
  const std::size_t last_begin = std::filesystem::file_size(path + "-wal");
  must(test::insert_rows(database, 10, 600));
  test::copy_open_file(path + "-wal", wal);
  return last_begin;
}

TEST_CASE("a WAL with committed transactions only is whole") {
  const TemporaryFolder folder;
  const std::string wal = folder.file("copy.db-wal");
  make_wal(folder, wal);

  const WalAudit audit = must(audit_wal(wal));

  CHECK(audit.state == WalState::whole);
  CHECK(audit.problem == "");
  CHECK(audit.committed_frames == (audit.file_bytes - header_bytes) / frame_bytes);
  CHECK(audit.later_frames == 0);
  CHECK(audit.database_pages > 4);
  CHECK(must(audit_wal(folder.file("none-wal"))).state == WalState::absent);
}

TEST_CASE("a change of any byte of a WAL is found, but for the frame that commits last") {
  const TemporaryFolder folder;
  const std::string wal = folder.file("copy.db-wal");
  const std::size_t last_begin = make_wal(folder, wal);
  const std::vector<std::byte> original = test::file_bytes(wal);
  const std::size_t last_frame = original.size() - frame_bytes;
  REQUIRE(last_begin < last_frame);
  const int file = ::open(wal.c_str(), O_RDWR);

  std::size_t wrong = 0;
  std::size_t certain = 0;
  for (std::size_t i = 0; i < original.size(); i += test::byte_step) {
    const auto offset = static_cast<off_t>(i);
    const std::byte other = original[i] ^ static_cast<std::byte>(1U << i % 8);
    REQUIRE(::pwrite(file, &other, 1, offset) == 1);
    const WalAudit audit = must(audit_wal(wal));
    REQUIRE(::pwrite(file, &original[i], 1, offset) == 1);
    const bool is_found =
        audit.state == WalState::corrupted || audit.state == WalState::doubtful_end;
    // SQLite cannot tell it from a transaction that was being written, and nor can we.
    const bool is_tail = audit.state == WalState::unfinished_tail && audit.problem.empty();
    const bool is_right = i < last_frame ? is_found && !audit.problem.empty() : is_tail;
    wrong += is_right ? 0 : 1;
    certain += audit.state == WalState::corrupted ? 1 : 0;
  }
  ::close(file);

  CHECK(wrong == 0);
  // All but the 24 bytes of a frame header can be proven in every transaction but the last.
  CHECK(certain >= (last_begin - 24) / test::byte_step);
}

TEST_CASE("a WAL that ends anywhere is a normal crash, and names what still counts") {
  const TemporaryFolder folder;
  const std::string wal = folder.file("copy.db-wal");
  const std::size_t last_begin = make_wal(folder, wal);
  const std::size_t length = std::filesystem::file_size(wal);

  for (const std::size_t cut : {length - 1, length - frame_bytes, last_begin + 1, header_bytes + 1,
                                header_bytes, header_bytes - 1}) {
    std::filesystem::resize_file(wal, cut);
    CAPTURE(cut);

    const WalAudit audit = must(audit_wal(wal));

    const bool is_frameless = cut == header_bytes;
    CHECK(audit.state == (is_frameless ? WalState::whole : WalState::unfinished_tail));
    CHECK(audit.problem == "");
    if (cut > last_begin)
      CHECK(audit.committed_frames == (last_begin - header_bytes) / frame_bytes);
  }
}

TEST_CASE("what a large rolled back transaction leaves in the WAL is no damage") {
  const TemporaryFolder folder;
  const std::string path = folder.file("rolled-back.db");
  Database database = must(Database::open(path));
  must(database.execute(test::sample_schema));
  must(database.execute("PRAGMA cache_size = 10;"));  // pages go to the WAL before the commit
  must(test::insert_rows(database, 5, 600));
  must(database.execute("BEGIN"));
  for (int i = 0; i < 100; ++i)
    must(database.execute("INSERT INTO sample(content) VALUES(zeroblob(3000))"));
  must(database.execute("ROLLBACK"));
  must(test::insert_rows(database, 1, 600));

  const PageAudit audit = must(audit_pages(path));

  CHECK(audit.problem == "");
  CHECK(audit.wal.state == WalState::unfinished_tail);
  CHECK(audit.wal.later_frames > 20);
}

TEST_CASE("a damaged WAL makes the audit of the database fail") {
  const TemporaryFolder folder;
  const std::string path = folder.file("origin.db");
  const std::string copy = folder.file("copy.db");
  make_wal(folder, copy + "-wal");
  std::filesystem::copy_file(path, copy);
  REQUIRE(must(audit_pages(copy)).is_whole());

  const std::byte other{0x5a};
  test::write_at(copy + "-wal", header_bytes + frame_bytes + 1000, {&other, 1});

  const PageAudit audit = must(audit_pages(copy));
  CHECK_FALSE(audit.is_whole());
  CHECK(audit.wal.state == WalState::corrupted);
  CHECK(audit.problem.find("WAL frame 2 ") != std::string::npos);
}

}  // namespace
}  // namespace kensho
