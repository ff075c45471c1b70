#include "app/sequencer.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pthread.h>

#include "journal/commitment.h"
#include "journal/receipt.h"

namespace kensho::app {
namespace {

constexpr std::chrono::milliseconds room_poll{50};  // how soon a stop is seen while the log lags

Error not_taken(std::string_view why) {
  return {Errc::unavailable, fmt::format("{}; nothing was stored, repeat the request", why)};
}

}  // namespace

/// What became of one report of a batch.
struct Sequencer::Decision {
  std::optional<Error> refusal;
  journal::Entry entry;  // the new one, or that of the first time
  bool repeated = false;
};

/// The reports of one batch, decided one after the other and committed together.
class Sequencer::Round {
 public:
  Round(Sequencer& sequencer, Batch batch)
      : sequencer_(sequencer), batch_(std::move(batch)), first_seq_(batch_.next_seq()) {}

  /// Tells the store what the whole round will ask. Errors: those of the store.
  Status expect(const WaitingList& waiting) {
    storage::Expected expected;
    for (const Waiting& one : waiting) {
      const SealedReport& report = one.report;
      expected.people.emplace_back(report.report.institution, report.report.participant);
      expected.submissions.push_back(report.submission);
    }
    return batch_.expect(expected);
  }

  /// Errors: those of the store, which end the whole round.
  Status decide(SealedReport& report) {
    const auto seq = TRY(batch_.submission(report.submission));
    if (seq) return take_repeated(*seq, report);
    const auto broken = TRY(sequencer_.rules_.broken_by(report.report, batch_));
    if (!broken.empty()) {
      decisions_.push_back(
          {.refusal = Error{Errc::invalid_argument, fmt::format("{}", fmt::join(broken, "; "))}});
      return ok();
    }
    TRY(batch_.add_sealed(report.entry, report.report, report.submission));
    leaves_.push_back(report.entry.leaf);
    decisions_.push_back({.entry = std::move(report.entry)});
    return ok();
  }

  /// Makes all of it durable. Errors: those of the store; then nothing of it is stored.
  Result<std::vector<Decision>> commit() {
    if (!leaves_.empty()) {
      const Receipt receipt = TRY(batch_.commit(LogUpdate::later));
      sequencer_.show(leaves_, receipt.size, receipt.checkpoint);
    }
    return std::move(decisions_);
  }

 private:
  /// The content is compared through the first entry's own commitment: no digest is kept of it.
  Status take_repeated(std::uint64_t seq, const SealedReport& report) {
    Decision decision{.repeated = true};
    decision.entry = TRY(entry_of(seq));
    if (!journal::commits_to(decision.entry, report.entry.act)) {
      decision.refusal = Error{Errc::conflict,
                               "this Idempotency-Key was used for another report; use a new key "
                               "for each report"};
    }
    decisions_.push_back(std::move(decision));
    return ok();
  }

  /// An entry of an earlier batch comes from the store, one of this batch from memory.
  Result<journal::Entry> entry_of(std::uint64_t seq) {
    if (seq >= first_seq_) {
      const auto found = std::ranges::find_if(decisions_, [seq](const Decision& decision) {
        return !decision.refusal && decision.entry.seq == seq;
      });
      ENSURE(found != decisions_.end());
      return found->entry;
    }
    journal::Entry entry;
    TRY(sequencer_.journal_.store().read(seq, seq + 1, [&entry](const journal::Entry& stored) {
      entry = stored;
      return ok();
    }));
    return entry;
  }

  Sequencer& sequencer_;
  Batch batch_;
  std::uint64_t first_seq_;
  std::vector<Decision> decisions_;
  std::vector<Hash> leaves_;
};

Sequencer::Sequencer(Journal& journal, ledger::ProvenTree& tree, LogPublisher& publisher,
                     SequencerLimits limits)
    : journal_(journal),
      tree_(tree),
      publisher_(publisher),
      limits_(limits),
      rules_(journal.store()),
      thread_([this] { run(); }) {}

Sequencer::~Sequencer() {
  stop();
}

Status Sequencer::submit(SealedReport report, Answer answer) {
  const std::size_t bytes = report.bytes();
  const std::lock_guard lock(mutex_);
  if (!damage_.empty()) return not_taken(damage_);
  if (stopping_) return not_taken("the server is stopping");
  if (queue_.size() >= limits_.waiting_max || queue_bytes_ + bytes > limits_.waiting_bytes_max)
    return not_taken("too many reports are waiting");
  queue_bytes_ += bytes;
  queue_.push_back({std::move(report), std::move(answer)});
  if (queue_.size() == 1) changed_.notify_one();
  return ok();
}

void Sequencer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

/// The next batch; empty at the end.
Sequencer::WaitingList Sequencer::take() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
  // Back-pressure: while the public log lags too far nothing is committed, the queue fills up and
  // submit() refuses. A stop does not wait for it.
  while (!stopping_) {
    lock.unlock();
    const bool has_room = publisher_.wait_for_room(room_poll);
    lock.lock();
    if (has_room) break;
  }
  WaitingList batch;
  while (!queue_.empty() && batch.size() < limits_.batch_max) {
    queue_bytes_ -= queue_.front().report.bytes();
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return batch;
}

void Sequencer::run() {
  pthread_setname_np(pthread_self(), "sequencer");  // for top and perf
  for (WaitingList batch = take(); !batch.empty(); batch = take()) {
    Result<std::vector<Decision>> decisions = commit(batch);
    if (decisions) {
      answer_all(batch, *decisions);
    } else {
      fail_all(batch, decisions.error());
    }
  }
}

Result<std::vector<Sequencer::Decision>> Sequencer::commit(WaitingList& batch) {
  TRY(catch_up());
  Round round(*this, TRY(journal_.begin({})));
  TRY(round.expect(batch));
  for (Waiting& waiting : batch) TRY(round.decide(waiting.report));
  return round.commit();
}

/// A store that lost its connection in the middle of a commit says that it failed, and may have
/// committed all the same: then what it holds is shown before anything is put behind it.
Status Sequencer::catch_up() {
  const std::uint64_t shown = tree_.newest().size;
  const storage::JournalHead head = TRY(journal_.store().head());
  if (head.size == shown) return ok();
  if (head.size < shown)
    return Error{Errc::corrupted, "the journal lost entries that were acknowledged"};
  std::vector<Hash> leaves;
  TRY(journal_.store().read(shown, head.size, [&leaves](const journal::Entry& entry) {
    leaves.push_back(entry.leaf);
    return ok();
  }));
  show(leaves, head.size, head.checkpoint);
  return ok();
}

/// Makes committed leaves provable, and gives them to the public log.
void Sequencer::show(const std::vector<Hash>& leaves, std::uint64_t size,
                     const std::string& checkpoint) {
  std::vector<Hash> hashes;
  hashes.reserve(leaves.size());
  for (const Hash& leaf : leaves) hashes.push_back(ledger::leaf_hash(leaf));
  tree_.extend(hashes, {size, checkpoint});
  publisher_.add(leaves, checkpoint);
}

void Sequencer::answer_all(WaitingList& batch, std::vector<Decision>& decisions) {
  for (std::size_t i = 0; i < batch.size(); ++i) batch[i].answer(accepted(decisions[i]));
}

Result<Accepted> Sequencer::accepted(Decision& decision) {
  if (decision.refusal) return *std::move(decision.refusal);
  auto proof = tree_.proof(decision.entry.seq);
  if (!proof) {
    return Error{
        Errc::unavailable,
        fmt::format("the report is stored, but its receipt cannot be made now ({}); repeat "
                    "the request with the same Idempotency-Key",
                    proof.error().message)};
  }
  return Accepted{.seq = decision.entry.seq,
                  .checkpoint_size = tree_.newest().size,
                  .repeated = decision.repeated,
                  .receipt = journal::format_receipt(decision.entry, std::move(proof).value())};
}

void Sequencer::fail_all(WaitingList& batch, const Error& error) {
  if (error.code == Errc::corrupted) {
    const std::lock_guard lock(mutex_);
    damage_ = "the journal is damaged and takes nothing";
  }
  const Error told = error.code == Errc::corrupted ? error : not_taken(error.message);
  for (Waiting& waiting : batch) waiting.answer(told);
}

}  // namespace kensho::app
