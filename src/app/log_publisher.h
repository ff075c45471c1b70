// LogPublisher: brings the public log up to date behind the journal's back, many batches at once.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "ledger/log_directory.h"
#include "ledger/log_writer.h"

namespace kensho::app {

struct PublisherOptions {
  std::chrono::milliseconds delay{500};         // between two publications; how far the log lags
  std::chrono::milliseconds retry_delay{1000};  // after one that failed
  std::size_t lag_max = 65'536;                 // entries; beyond it wait_for_room() waits
  std::function<void(std::uint64_t size)> on_published = nullptr;  // the publisher's thread
  std::function<void(const Error& error)> on_problem = nullptr;    // the same
};

/// Writes the public log on a thread of its own. The log may lag behind the journal, never lead:
/// only what is committed is given to add(). A publication that fails (disk full) is tried again;
/// what is missing at the end is published when the registry is opened next
/// (Journal::publish_log).
///
/// Cost  32 bytes an entry that waits; one disk flush a publication.
class LogPublisher {
 public:
  /// The directory must hold the log up to `size`, the journal's size now.
  LogPublisher(ledger::LogDirectory log, ledger::NoteKey key, std::uint64_t size,
               PublisherOptions options);
  LogPublisher(const LogPublisher&) = delete;
  LogPublisher& operator=(const LogPublisher&) = delete;
  /// As stop().
  ~LogPublisher();

  /// Takes the leaves of a committed batch and the checkpoint that covers them. Never waits.
  void add(std::span<const Hash> leaves, std::string checkpoint);

  /// Whether the log lags by less than lag_max; waits that long for it.
  bool wait_for_room(std::chrono::milliseconds time_max);

  /// Publishes what is left, with one attempt, and ends. Errors: that attempt's.
  Status stop();

 private:
  void run();
  Status publish();

  ledger::LogDirectory log_;
  ledger::NoteKey key_;
  PublisherOptions options_;
  std::optional<ledger::LogWriter> writer_;  // the publisher's thread only

  std::mutex mutex_;  // of everything below
  std::condition_variable changed_;
  std::vector<Hash> waiting_;  // leaf data from entry first_ on
  std::uint64_t first_;
  std::string checkpoint_;
  bool stopping_ = false;
  Status last_ = ok();

  std::thread thread_;
};

}  // namespace kensho::app
