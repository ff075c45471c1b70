#include "storage/sqlite/checked_vfs_audit.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "storage/sqlite/checked_vfs_page.h"
#include "storage/sqlite/database_test_support.h"

namespace kensho {
namespace {

using test::must;
using test::TemporaryFolder;

constexpr std::uint64_t page_bytes = default_page_bytes;

std::byte changed(std::byte byte, std::size_t position) {
  return byte ^ static_cast<std::byte>(1U << position % 8);
}

// Reads every row, every index entry and the list of free pages.
Status read_everything(const std::string& path) {
  Database database = TRY(Database::open(path, {.mode = OpenMode::read_only}));
  for (const char* sql : {"SELECT content FROM sample NOT INDEXED",
                          "SELECT substr(content, 1, 40) FROM sample INDEXED BY sample_content"}) {
    Statement rows = TRY(Statement::prepare(database, sql));
    while (TRY(rows.step())) {
      rows.column_blob(0);
    }
  }
  Statement check = TRY(Statement::prepare(database, "PRAGMA integrity_check"));
  while (TRY(check.step())) {
    if (check.column_text(0) != "ok")
      return Error{Errc::corrupted, std::string(check.column_text(0))};
  }
  return ok();
}

TEST_CASE("a database written through the checked layer is whole") {
  const TemporaryFolder folder;
  const std::string path = folder.file("sample.db");
  test::make_sample_database(path);

  const PageAudit audit = must(audit_pages(path));

  CHECK(audit.is_whole());
  CHECK(audit.problem == "");
  CHECK(audit.page_bytes == page_bytes);
  CHECK(audit.pages * page_bytes == audit.file_bytes);
  CHECK(audit.pages > 30);
  CHECK(audit.wal.state == WalState::absent);
  Database database = must(Database::open(path));
  CHECK(test::query_int64(database, "PRAGMA freelist_count") > 5);
}

TEST_CASE("a change of any single byte of the file is found and its page named") {
  const TemporaryFolder folder;
  const std::string path = folder.file("sample.db");
  test::make_sample_database(path);
  const std::vector<std::byte> original = test::file_bytes(path);
  const int file = ::open(path.c_str(), O_RDWR);
  REQUIRE(file >= 0);

  std::size_t missed = 0;
  for (std::size_t i = 0; i < original.size(); i += test::byte_step) {
    const auto offset = static_cast<off_t>(i);
    const std::byte other = changed(original[i], i);
    REQUIRE(::pwrite(file, &other, 1, offset) == 1);
    const PageAudit audit = must(audit_pages(path));
    const bool found = !audit.is_whole() && audit.bad_pages == 1 &&
                       audit.first_bad_page == i / page_bytes + 1 && audit.first_bad_begin <= i &&
                       i < audit.first_bad_end;
    missed += found ? 0 : 1;
    REQUIRE(::pwrite(file, &original[i], 1, offset) == 1);
  }
  ::close(file);

  CHECK(missed == 0);
  CHECK(must(audit_pages(path)).is_whole());
}

TEST_CASE("reading a changed page through SQLite fails as corrupted and names the page") {
  const TemporaryFolder folder;
  const std::string path = folder.file("sample.db");
  test::make_sample_database(path);
  const std::vector<std::byte> original = test::file_bytes(path);
  REQUIRE(read_everything(path));

  std::size_t unread_pages = 0;
  for (std::size_t page = 0; page < original.size() / page_bytes; ++page) {
    for (const std::size_t in_page :
         {std::size_t{0}, std::size_t{16}, std::size_t{17}, std::size_t{18}, std::size_t{19},
          std::size_t{20}, std::size_t{24}, std::size_t{31}, std::size_t{95}, std::size_t{100},
          std::size_t{2048}, std::size_t{4095}}) {
      const std::size_t i = page * page_bytes + in_page;
      const std::byte other = changed(original[i], i);
      test::write_at(path, i, {&other, 1});
      const Status read = read_everything(path);
      test::write_at(path, i, {&original[i], 1});
      if (read) {
        ++unread_pages;
        continue;
      }
      CAPTURE(i);
      CAPTURE(read.error().message);
      CHECK(read.error().code == Errc::corrupted);
      CHECK(read.error().message.find("page " + std::to_string(page + 1)) != std::string::npos);
    }
  }

  // SQLite never reads the content of free pages; it must have failed on all the others.
  Database database = must(Database::open(path, {.mode = OpenMode::read_only}));
  const auto free_pages =
      static_cast<std::size_t>(test::query_int64(database, "PRAGMA freelist_count"));
  CHECK(unread_pages == (free_pages - 1) * 12);  // the first free page lists the others
}

TEST_CASE("a file that is cut off or too long is found") {
  const TemporaryFolder folder;
  const std::string path = folder.file("sample.db");
  test::make_sample_database(path);
  const std::uint64_t length = std::filesystem::file_size(path);
  const auto pages = static_cast<std::uint32_t>(length / page_bytes);

  struct Row {
    std::string desc;
    std::uint64_t length;
    std::uint32_t first_bad_page;
    std::uint32_t bad_pages;
  };
  for (const Row& row : {Row{"one byte short", length - 1, pages, 1},
                         Row{"one page short", length - page_bytes, pages, 1},
                         Row{"three pages short", length - 3 * page_bytes, pages - 2, 3},
                         Row{"one byte long", length + 1, pages + 1, 1},
                         Row{"two pages long", length + 2 * page_bytes, pages + 1, 2},
                         Row{"nothing but the header", 100, 1, 1}, Row{"empty", 0, 0, 0}}) {
    const std::string copy = folder.file("copy.db");
    std::filesystem::copy_file(path, copy, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(copy, row.length);
    CAPTURE(row.desc);

    const PageAudit audit = must(audit_pages(copy));
    CHECK_FALSE(audit.is_whole());
    CHECK(audit.first_bad_page == row.first_bad_page);
    CHECK(audit.bad_pages == row.bad_pages);
    const Status read = read_everything(copy);
    if (row.length >= length) continue;  // SQLite never looks behind the last page
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Errc::corrupted);
  }
}

TEST_CASE("two pages that changed places are found") {
  const TemporaryFolder folder;
  const std::string path = folder.file("sample.db");
  test::make_sample_database(path);
  const std::vector<std::byte> bytes = test::file_bytes(path);

  test::write_at(path, 4 * page_bytes, std::span(bytes).subspan(8 * page_bytes, page_bytes));
  test::write_at(path, 8 * page_bytes, std::span(bytes).subspan(4 * page_bytes, page_bytes));

  const PageAudit audit = must(audit_pages(path));
  CHECK(audit.first_bad_page == 5);
  CHECK(audit.bad_pages == 2);
  CHECK(read_everything(path).error().code == Errc::corrupted);
}

TEST_CASE("an audit inside the process that uses the database keeps its locks") {
  const TemporaryFolder folder;
  const std::string path = folder.file("sample.db");
  Database database = must(Database::open(path));
  must(database.execute(test::sample_schema));
  must(test::insert_rows(database, 10, 100));

  const PageAudit audit = must(audit_pages(path));

  CHECK(audit.is_whole());
  CHECK(audit.wal.state == WalState::whole);
  CHECK(audit.wal.committed_frames > 0);
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  const int file = ::open(path.c_str(), O_RDWR);
  // Open-file-description locks conflict with the process's own ordinary ones, so they show them.
  // The descriptor stays open: closing it would drop the locks this test is about.
  REQUIRE(::fcntl(file, F_OFD_GETLK, &lock) == 0);
  CHECK(lock.l_type == F_RDLCK);
}

TEST_CASE("pages lost from the file but held by the WAL are no damage") {
  const TemporaryFolder folder;
  const std::string path = folder.file("sample.db");
  const std::string copy = folder.file("copy.db");
  Database database = must(Database::open(path));
  must(database.execute(test::sample_schema));
  must(test::insert_rows(database, 200, 400));
  // The file still has its first page only; take both files as a crash would leave them.
  test::copy_open_file(path, copy);
  test::copy_open_file(path + "-wal", copy + "-wal");
  const std::vector<std::byte> torn(100, std::byte{0x5a});
  test::write_at(copy, 500, torn);

  const PageAudit audit = must(audit_pages(copy));

  CHECK(audit.problem == "");
  CHECK(audit.replaced_pages > 0);
  Database recovered = must(Database::open(copy));
  CHECK(test::query_int64(recovered, "SELECT count(*) FROM sample") == 200);
  must(recovered.close());
  CHECK(must(audit_pages(copy)).is_whole());
}

TEST_CASE("the page with the lock bytes at 1 GiB is skipped, and must be zeros") {
  const TemporaryFolder folder;
  const std::string path = folder.file("large.db");
  const std::uint32_t lock_page = lock_page_number(page_bytes);
  {
    Database database = must(Database::open(path));
    must(database.execute(test::sample_schema));
    must(database.close());
  }
  std::vector<std::byte> first_page = test::file_bytes(path);
  const auto first_hole = static_cast<std::uint32_t>(first_page.size() / page_bytes);
  // A hole up to just before 1 GiB takes no space; the header is made to count it as pages.
  std::filesystem::resize_file(path, std::uint64_t{lock_page - 1} * page_bytes);
  first_page.resize(page_bytes);
  for (unsigned i = 0; i < 4; ++i)
    first_page[28 + i] = static_cast<std::byte>((lock_page - 1) >> (24 - 8 * i));
  stamp_page(first_page, 1);
  test::write_at(path, 0, first_page);

  {
    Database database = must(Database::open(path));
    must(test::insert_rows(database, 100, 600));
    must(database.close());
  }
  {
    Database database = must(Database::open(path));
    CHECK(test::query_int64(database, "SELECT count(content) FROM sample") == 100);
  }

  const std::uint32_t holes = lock_page - 1 - first_hole;
  const PageAudit audit = must(audit_pages(path));
  CHECK(audit.pages > lock_page);
  CHECK(audit.first_bad_page == first_hole + 1);
  CHECK(audit.bad_pages == holes);
  const std::byte other{1};
  test::write_at(path, std::uint64_t{lock_page} * page_bytes - 1, {&other, 1});
  CHECK(must(audit_pages(path)).bad_pages == holes + 1);
}

TEST_CASE("a file that is missing is not found, and a database without checksums is named") {
  const TemporaryFolder folder;
  CHECK(audit_pages(folder.file("none.db")).error().code == Errc::not_found);

  const std::string path = folder.file("text.db");
  std::ofstream(path) << std::string(5000, 'x');
  const PageAudit audit = must(audit_pages(path));
  CHECK(audit.problem.find("does not begin like a SQLite database") != std::string::npos);
  CHECK(audit.first_bad_page == 1);
}

}  // namespace
}  // namespace kensho
