#include "app/log_publisher.h"

#include <pthread.h>

namespace kensho::app {

LogPublisher::LogPublisher(ledger::LogDirectory log, ledger::NoteKey key, std::uint64_t size,
                           PublisherOptions options)
    : log_(std::move(log)),
      key_(std::move(key)),
      options_(std::move(options)),
      first_(size),
      thread_([this] { run(); }) {}

LogPublisher::~LogPublisher() {
  (void)stop();  // what failed was told to on_problem
}

void LogPublisher::add(std::span<const Hash> leaves, std::string checkpoint) {
  const std::lock_guard lock(mutex_);
  waiting_.insert(waiting_.end(), leaves.begin(), leaves.end());
  checkpoint_ = std::move(checkpoint);
  changed_.notify_all();
}

bool LogPublisher::wait_for_room(std::chrono::milliseconds time_max) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, time_max, [this] { return waiting_.size() < options_.lag_max; });
}

Status LogPublisher::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  return last_;
}

void LogPublisher::run() {
  pthread_setname_np(pthread_self(), "log-publisher");  // for top and perf
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    const auto pause = last_ ? options_.delay : options_.retry_delay;
    changed_.wait_for(lock, pause, [this] { return stopping_; });
    const bool is_end = stopping_;
    lock.unlock();
    Status published = publish();
    if (!published && options_.on_problem) options_.on_problem(published.error());
    lock.lock();
    last_ = std::move(published);
    if (is_end) return;
  }
}

// The leaves stay in `waiting_` until they are published: a writer that failed is thrown away and
// the next one goes on from the directory's own checkpoint.
Status LogPublisher::publish() {
  if (!writer_) writer_.emplace(TRY(ledger::LogWriter::open(log_, key_)));
  std::vector<Hash> leaves;
  std::string checkpoint;
  std::uint64_t first = 0;
  {
    const std::lock_guard lock(mutex_);
    leaves = waiting_;
    checkpoint = checkpoint_;
    first = first_;
  }
  if (leaves.empty()) return ok();
  const auto write = [&]() -> Status {
    if (writer_->size() < first || writer_->size() > first + leaves.size())
      return Error{Errc::corrupted, "the public log was changed by somebody else"};
    for (std::uint64_t at = writer_->size() - first; at < leaves.size(); ++at)
      TRY(writer_->append(leaves[at]));
    TRY(writer_->flush());
    return writer_->publish(checkpoint);
  };
  Status written = write();
  if (!written) {
    writer_.reset();
    return written;
  }
  {
    const std::lock_guard lock(mutex_);
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(leaves.size()));
    first_ += leaves.size();
    changed_.notify_all();
  }
  if (options_.on_published) options_.on_published(first + leaves.size());
  return ok();
}

}  // namespace kensho::app
