#include "storage/sqlite/wal_checkpointer.h"

#include <sqlite3.h>

namespace kensho {

WalCheckpointer::WalCheckpointer(Database& writer, std::string path, WalLimits limits)
    : writer_(writer), path_(std::move(path)), limits_(limits) {
  sqlite3_wal_hook(writer_.connection(), on_commit, this);
}

WalCheckpointer::~WalCheckpointer() {
  sqlite3_wal_hook(writer_.connection(), nullptr, nullptr);
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

// What goes wrong in here must not be told as a failure of the commit, which has happened.
int WalCheckpointer::on_commit(void* self, sqlite3*, const char*, int pages) {
  static_cast<WalCheckpointer*>(self)->committed(pages);
  return SQLITE_OK;
}

void WalCheckpointer::committed(int pages) {
  std::unique_lock lock(mutex_);
  if (pages < copied_) {  // the WAL began anew
    copied_ = 0;
    failed_ = false;
  }
  if (pages < limits_.copy_from) return;
  if (pages >= limits_.wait_from) changed_.wait(lock, [this] { return !working_; });
  if (working_) return;
  const bool is_short = pages - copied_ <= limits_.finish_by;
  if (is_short || failed_ || pages >= limits_.wait_from) {
    copied_ = copy(writer_).value_or(copied_);
    return;
  }
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  working_ = true;
  changed_.notify_all();
}

void WalCheckpointer::run() {
  pthread_setname_np(pthread_self(), "wal-checkpoint");  // for top and perf
  std::optional<Database> database;
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || working_; });
    if (stopping_) return;
    lock.unlock();
    if (!database) {
      auto opened = Database::open(path_, {.mode = OpenMode::existing});
      if (opened) database.emplace(std::move(opened).value());
    }
    const std::optional<int> copied = database ? copy(*database) : std::nullopt;
    lock.lock();
    working_ = false;
    failed_ = !copied;
    copied_ = copied.value_or(copied_);
    changed_.notify_all();
  }
}

/// The pages of the WAL that are in the database file afterwards; empty if it failed. What another
/// connection is copying or reading at the moment is left for the next time.
std::optional<int> WalCheckpointer::copy(Database& database) {
  int in_log = 0, copied = 0;
  const int code = sqlite3_wal_checkpoint_v2(database.connection(), "main",
                                             SQLITE_CHECKPOINT_PASSIVE, &in_log, &copied);
  if (code == SQLITE_OK) return copied;
  return (code & 0xff) == SQLITE_BUSY ? std::optional(0) : std::nullopt;
}

}  // namespace kensho
