// What other processes, a full disk and kill -9 do to a database.
#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/sqlite/checked_vfs_audit.h"
#include "storage/sqlite/database.h"
#include "storage/sqlite/database_test_support.h"

namespace kensho {
namespace {

using test::must;
using test::TemporaryFolder;

constexpr int exit_skipped = 77;

// Runs `work` in a new process; its answer is the exit code, 0 = as expected.
pid_t start_child(const std::function<int()>& work) {
  std::fflush(nullptr);  // or the child would print it again
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work());
  REQUIRE(child > 0);
  return child;
}

int exit_code_of(pid_t child) {
  int state = 0;
  ENSURE(::waitpid(child, &state, 0) == child);
  return WIFEXITED(state) ? WEXITSTATUS(state) : -1;
}

std::int64_t row_count(const Database& database) {
  Result<Statement> rows = Statement::prepare(database, "SELECT count(*) FROM sample");
  if (!rows || !rows->step()) return -1;
  return rows->column_int64(0);
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// Creates the database if it is the first, and writes to it; 0 = as expected.
int create_and_write(const std::string& path, int transactions) {
  Result<Database> database = Database::open(path, {.busy_timeout_ms = 60000});
  if (!database) return 1;
  if (!database->execute("CREATE TABLE IF NOT EXISTS sample(id INTEGER PRIMARY KEY, content);"))
    return 2;
  for (int i = 0; i < transactions; ++i)
    if (!test::insert_rows(*database, 3, 2000)) return 3;
  return database->close() ? 0 : 4;
}

TEST_CASE("processes that create and write one database at the same time all succeed") {
  const TemporaryFolder folder;
  constexpr std::size_t processes = 6;
  constexpr int transactions = 2;

  for (int round = 0; round < 12; ++round) {  // creation at the same moment is rare
    const std::string path = folder.file("shared" + std::to_string(round) + ".db");
    std::array<pid_t, processes> children{};
    for (pid_t& child : children)
      child = start_child([&] { return create_and_write(path, transactions); });
    for (const pid_t child : children) CHECK(exit_code_of(child) == 0);

    CHECK(must(audit_pages(path)).problem == "");
    const Database database = must(Database::open(path));
    CHECK(row_count(database) == processes * transactions * 3);
  }
}

// Commits without end and tells the parent the number of rows after each commit.
int write_until_killed(const std::string& path, int acknowledge) {
  Result<Database> database = Database::open(path);
  if (!database) return 1;
  if (!database->execute("PRAGMA wal_autocheckpoint = 20;"
                         "CREATE TABLE IF NOT EXISTS sample(id INTEGER PRIMARY KEY, content);"))
    return 2;
  for (int i = 0;; ++i) {
    if (!test::insert_rows(*database, 1 + i % 9, 3000)) return 3;
    const std::int64_t rows = row_count(*database);
    if (::write(acknowledge, &rows, sizeof rows) != sizeof rows) return 4;
  }
}

// Kills such a process after a while; the rows it had confirmed, 0 if it came to none.
std::int64_t kill_a_writer(const std::string& path, std::chrono::microseconds after) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = start_child([&] { return write_until_killed(path, ends[1]); });
  ::close(ends[1]);
  std::this_thread::sleep_for(after);
  ::kill(child, SIGKILL);
  CHECK(exit_code_of(child) == -1);
  std::int64_t confirmed = 0;
  for (std::int64_t rows = 0; ::read(ends[0], &rows, sizeof rows) == sizeof rows;) confirmed = rows;
  ::close(ends[0]);
  return confirmed;
}

TEST_CASE("kill -9 at any moment loses nothing confirmed and damages nothing") {
  const TemporaryFolder folder;
  const std::string path = folder.file("killed.db");
  std::uint32_t random = 2025;
  std::int64_t confirmed = 0;

  for (int round = 0; round < 50; ++round) {
    if (round % 10 == 0) {  // also kill the creation
      for (const char* end : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(path + end);
      confirmed = 0;
    }
    random = random * 1664525 + 1013904223;
    const std::chrono::microseconds after(random % 30000);
    CAPTURE(round);
    CAPTURE(after.count());

    confirmed = std::max(confirmed, kill_a_writer(path, after));

    const Result<PageAudit> before_opening = audit_pages(path);
    if (confirmed > 0) CHECK(must(before_opening).problem == "");
    Database database = must(Database::open(path));
    must(database.execute("CREATE TABLE IF NOT EXISTS sample(id INTEGER PRIMARY KEY, content);"));
    CHECK(row_count(database) >= confirmed);
    CHECK(test::query_text(database, "PRAGMA integrity_check") == "ok");
    confirmed = row_count(database);
    must(database.close());
    CHECK(must(audit_pages(path)).problem == "");
  }
  CHECK(confirmed > 0);
}

// Fills the disk inside a transaction, sees it refused, makes space and goes on. 0 = as expected.
int fill_disk(const std::string& path, const std::function<void()>& make_space) {
  Result<Database> database = Database::open(path);
  if (!database || !database->execute(test::sample_schema)) return 1;
  if (!test::insert_rows(*database, 10, 1000)) return 2;
  const Status full = test::insert_rows(*database, 2000, 3000);
  if (full || full.error().code != Errc::unavailable) return 3;
  if (!ends_with(full.error().message, "disk full: free space and repeat; nothing was changed"))
    return 4;
  if (row_count(*database) != 10) return 5;
  make_space();
  if (!test::insert_rows(*database, 2000, 3000)) return 6;
  if (row_count(*database) != 2010) return 7;
  if (!database->close()) return 8;
  const Result<PageAudit> audit = audit_pages(path);
  return audit && audit->is_whole() ? 0 : 9;
}

TEST_CASE("a file that may not grow is reported as a full disk and nothing changes") {
  const TemporaryFolder folder;

  const pid_t child = start_child([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    const rlim_t unlimited = limit.rlim_cur;
    limit.rlim_cur = 1 << 20;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    return fill_disk(folder.file("limited.db"), [&] {
      limit.rlim_cur = unlimited;
      ::setrlimit(RLIMIT_FSIZE, &limit);
    });
  });

  CHECK(exit_code_of(child) == 0);
}

TEST_CASE("a full disk is reported and nothing changes") {
  const TemporaryFolder folder;

  const pid_t child = start_child([&] {
    // The small disk exists in a mount namespace of this child only and goes away with it.
    const std::string disk = folder.file("");
    if (::unshare(CLONE_NEWNS) != 0) return exit_skipped;
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return exit_skipped;
    if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=2m") != 0) return exit_skipped;
    return fill_disk(disk + "full.db",
                     [&] { ::mount("tmpfs", disk.c_str(), "tmpfs", MS_REMOUNT, "size=64m"); });
  });

  const int answer = exit_code_of(child);
  if (answer == exit_skipped) {
    MESSAGE("skipped: a small disk can be mounted by root only");
  } else {
    CHECK(answer == 0);
  }
}

}  // namespace
}  // namespace kensho
