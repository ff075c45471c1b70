// WalCheckpointer: copies the write-ahead log into the database file beside the writer, not in its
// way.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "storage/sqlite/database.h"

namespace kensho {

/// How large the WAL grows, in pages.
struct WalLimits {
  int copy_from = 4'000;   // begin to copy: 16 MB
  int finish_by = 1'000;   // so little is left that the writer copies it, which empties the WAL
  int wait_from = 64'000;  // the thread does not keep up: the writer copies all (256 MB)
};

/// Takes the place of SQLite's own checkpoints, which stop the writer for a disk flush of the whole
/// database file each time. A thread with a connection of its own copies while the writer goes on;
/// what came meanwhile is copied in the next rounds, until so little is left that the writer's stop
/// is short. The thread starts when the WAL first grows so far. If it cannot work, the writer
/// checkpoints as SQLite does.
class WalCheckpointer {
 public:
  /// Watches the commits of a writing connection to the file `path`, which must outlive it.
  WalCheckpointer(Database& writer, std::string path, WalLimits limits = {});
  WalCheckpointer(const WalCheckpointer&) = delete;
  WalCheckpointer& operator=(const WalCheckpointer&) = delete;
  /// Ends the thread; the WAL stays as it is.
  ~WalCheckpointer();

 private:
  static int on_commit(void* self, sqlite3* connection, const char* name, int pages);
  void committed(int pages);
  void run();
  static std::optional<int> copy(Database& database);

  Database& writer_;
  std::string path_;
  WalLimits limits_;

  std::mutex mutex_;  // of everything below
  std::condition_variable changed_;
  int copied_ = 0;        // pages of the WAL that are in the database file already
  bool working_ = false;  // the thread has been asked to copy
  bool failed_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace kensho
