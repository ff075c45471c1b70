// Sequencer: the one writer of a journal that many clients write to at the same time.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "app/case_rules.h"
#include "app/journal.h"
#include "app/log_publisher.h"
#include "app/sealed_report.h"
#include "ledger/proven_tree.h"

namespace kensho::app {

/// What a client holds of an accepted report.
struct Accepted {
  std::uint64_t seq = 0;
  std::uint64_t checkpoint_size = 0;
  bool repeated = false;  // the client had sent this before; the entry is the one of then
  std::string receipt;    // .tlog-proof
};

/// How much may wait, and how much is committed at once.
struct SequencerLimits {
  std::size_t waiting_max = 4096;
  std::size_t waiting_bytes_max = 64u << 20;
  std::size_t batch_max = 1024;
};

/// Takes reports from any number of threads and commits what has gathered as one transaction with
/// one signed checkpoint and one disk flush. While one batch is on its way to the disk the next
/// gathers.
///
/// A report is answered only after the transaction with its entry, its views and the checkpoint is
/// durable. One that breaks a rule is answered with the rule; it changes nothing and the others of
/// its batch go on, because it is decided before anything is appended. If the store fails (disk
/// full), the whole batch is undone and answered `unavailable`, and the next batch begins anew from
/// what the store holds; if the store is found damaged, the sequencer takes nothing any more.
///
/// The same client and key again: the same content gets its first entry with a receipt of today,
/// other content `conflict`.
///
/// Threads  submit() and stop() from any; the journal and its store belong to the sequencer's own
///          thread from construction to stop(), and answers are given on it.
class Sequencer {
 public:
  /// Errors  unavailable: not taken or not stored, repeat it. conflict: the key was used for
  ///         another report. invalid_argument: a rule of the registry is broken. corrupted: the
  ///         journal is damaged.
  using Answer = std::function<void(Result<Accepted>)>;

  /// Borrows all three until stop(). The public log must hold all of the journal.
  Sequencer(Journal& journal, ledger::ProvenTree& tree, LogPublisher& publisher,
            SequencerLimits limits = {});
  Sequencer(const Sequencer&) = delete;
  Sequencer& operator=(const Sequencer&) = delete;
  /// As stop().
  ~Sequencer();

  /// Queues a report; `answer` is called once, later, if this succeeds, else never. Never waits.
  /// Errors: unavailable: the queue is full, or the sequencer has stopped.
  Status submit(SealedReport report, Answer answer);

  /// Commits and answers what is queued, then ends. Nothing is taken any more.
  void stop();

 private:
  struct Waiting {
    SealedReport report;
    Answer answer;
  };
  using WaitingList = std::vector<Waiting>;
  struct Decision;
  class Round;

  void run();
  WaitingList take();
  Result<std::vector<Decision>> commit(WaitingList& batch);
  Status catch_up();
  void show(const std::vector<Hash>& leaves, std::uint64_t size, const std::string& checkpoint);
  Result<Accepted> accepted(Decision& decision);
  void answer_all(WaitingList& batch, std::vector<Decision>& decisions);
  void fail_all(WaitingList& batch, const Error& error);

  Journal& journal_;
  ledger::ProvenTree& tree_;
  LogPublisher& publisher_;
  const SequencerLimits limits_;
  CaseRules rules_;

  std::mutex mutex_;  // of everything below
  std::condition_variable changed_;
  std::deque<Waiting> queue_;
  std::size_t queue_bytes_ = 0;
  bool stopping_ = false;
  std::string damage_;  // why nothing is taken any more

  std::thread thread_;
};

}  // namespace kensho::app
