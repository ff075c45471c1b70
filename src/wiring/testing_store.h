// For tests: a journal's store that can be made to wait or to fail at a commit.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "storage/journal_store.h"

namespace kensho::wiring::testing {

/// Whoever passes waits while it is shut.
class Gate {
 public:
  void shut() {
    const std::lock_guard lock(mutex_);
    open_ = false;
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  /// Waits until that many have come in all.
  void wait_for_arrivals(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return arrived_ >= count; });
  }
  int arrived() {
    const std::lock_guard lock(mutex_);
    return arrived_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
  int arrived_ = 0;
};

/// What the next commit does.
enum class Fault : unsigned char { none, before_commit, after_commit, damaged };

class FaultyWriter final : public storage::JournalWriter {
 public:
  FaultyWriter(std::unique_ptr<storage::JournalWriter> real, Fault fault)
      : real_(std::move(real)), fault_(fault) {}

  Status append(const journal::Entry& entry) override { return real_->append(entry); }
  Status append_report(const journal::Entry& entry, const CaseReport& report,
                       const journal::SubmissionKey* submission) override {
    return real_->append_report(entry, report, submission);
  }
  Status erase(std::span<const std::uint64_t> seqs) override { return real_->erase(seqs); }
  Status expect(const storage::Expected& expected) override { return real_->expect(expected); }
  Status commit(const storage::JournalHead& head) override {
    if (fault_ == Fault::before_commit) return Error{Errc::unavailable, "disk full"};
    if (fault_ == Fault::damaged) return Error{Errc::corrupted, "page 7 does not fit"};
    Status committed = real_->commit(head);
    if (fault_ == Fault::after_commit) return Error{Errc::unavailable, "connection lost"};
    return committed;
  }
  Result<std::optional<storage::KnownParticipant>> participant(
      std::string_view institution, std::string_view participant) const override {
    return real_->participant(institution, participant);
  }
  Result<std::optional<std::uint64_t>> submission(std::string_view client,
                                                  std::string_view key) const override {
    return real_->submission(client, key);
  }

 private:
  std::unique_ptr<storage::JournalWriter> real_;
  Fault fault_;
};

/// The real store behind it, a gate before each transaction, a fault for the next one.
class FaultyStore final : public storage::JournalStore {
 public:
  explicit FaultyStore(storage::JournalStore& real) : real_(real) {}

  Gate gate;
  std::atomic<Fault> next = Fault::none;

  Result<std::unique_ptr<storage::JournalWriter>> begin() override {
    gate.pass();
    auto writer = TRY(real_.begin());
    return std::unique_ptr<storage::JournalWriter>(
        new FaultyWriter(std::move(writer), next.exchange(Fault::none)));
  }
  Result<storage::JournalHead> head() const override { return real_.head(); }
  Status read(std::uint64_t first, std::uint64_t last,
              const std::function<Status(const journal::Entry&)>& visit) const override {
    return real_.read(first, last, visit);
  }
  Result<std::optional<std::string>> newest_payload(std::string_view kind,
                                                    std::string_view subject) const override {
    return real_.newest_payload(kind, subject);
  }
  Result<std::optional<storage::KnownImport>> import(std::string_view digest) const override {
    return real_.import(digest);
  }
  Result<std::vector<std::uint64_t>> entries_of(std::string_view institution,
                                                std::string_view participant) const override {
    return real_.entries_of(institution, participant);
  }
  Status rebuild_views() override { return real_.rebuild_views(); }
  Result<std::unique_ptr<storage::ViewAudit>> audit_views() const override {
    return real_.audit_views();
  }
  Status check_bytes() const override { return real_.check_bytes(); }
  Result<std::string> unchecked_bytes() const override { return real_.unchecked_bytes(); }
  Result<std::vector<std::string>> traces_of(std::string_view institution,
                                             std::string_view participant) const override {
    return real_.traces_of(institution, participant);
  }
  Status scrub() override { return real_.scrub(); }
  Result<std::string> find_in_files(const BytePatterns& patterns) const override {
    return real_.find_in_files(patterns);
  }
  std::string_view unsearched_files() const override { return real_.unsearched_files(); }
  Result<std::uint64_t> unscrubbed() const override { return real_.unscrubbed(); }

 private:
  storage::JournalStore& real_;
};

}  // namespace kensho::wiring::testing
