// The journal as the use cases see it: acts in, receipts out, the registry as of any checkpoint.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "domain/registry.h"
#include "ledger/log_directory.h"
#include "ledger/signed_note.h"
#include "ledger/tree_builder.h"
#include "storage/journal_store.h"

namespace kensho::app {

/// Who acts, and for whom.
struct Actor {
  std::string name;
  std::string organisation;
};

/// What the writer of an act holds afterwards: where it stands and the checkpoint that covers it.
struct Receipt {
  std::uint64_t first_seq = 0;
  std::uint64_t size = 0;  // of the journal: one past the last
  std::string checkpoint;
};

/// When the public log shows what a batch committed.
enum class LogUpdate : unsigned char {
  now,    // before commit() returns
  later,  // by somebody else (LogPublisher)
};

/// An act on its way into the journal.
struct Act {
  std::string_view kind;
  std::string subject;
  std::string reason;
  Json payload;
};

class Batch;

/// Borrows the store, clock and signer, which must outlive it. One thread at a time.
class Journal {
 public:
  Journal(storage::JournalStore& store, const Clock& clock, const ledger::NoteSigner& signer,
          ledger::LogDirectory log);

  const storage::JournalStore& store() const { return *store_; }
  const Clock& clock() const { return *clock_; }
  const ledger::NoteKey& key() const { return signer_->key(); }
  const ledger::LogDirectory& log() const { return log_; }

  /// The registry as the first `size` entries left it; of all entries without it.
  /// Errors: corrupted, naming the entry. Cost: one pass over the entries.
  Result<Registry> registry(std::optional<std::uint64_t> size = std::nullopt) const;
  /// The registry at the end of that calendar day.
  Result<Registry> registry_on(Date day) const;
  /// The root of the tree over the first `size` entries. Cost: one pass over their leaves.
  Result<Hash> root_at(std::uint64_t size) const;

  /// Begins a batch: all of it is accepted or nothing. One batch at a time.
  Result<Batch> begin(const Actor& actor);
  /// Accepts one act.
  Result<Receipt> append(const Actor& actor, Act act);

  /// Brings the public log up to date with the journal: after a crash it may lag behind, never
  /// lead. Errors: corrupted: the log holds what the journal does not.
  Status publish_log();

  /// Overwrites what erased entries left behind: as JournalStore::scrub.
  Status scrub() { return store_->scrub(); }

 private:
  friend class Batch;

  storage::JournalStore* store_;
  const Clock* clock_;
  const ledger::NoteSigner* signer_;
  ledger::LogDirectory log_;
};

/// Acts that are accepted together. Dropped without commit(), nothing of it ever was.
class Batch {
 public:
  /// The seq the act will have. Errors: those of the store; invalid_argument from canonical JSON.
  Result<std::uint64_t> add(Act act);
  Result<std::uint64_t> add_report(const CaseReport& report, std::string reason);
  /// Takes a report whose act and commitment are made; gives it seq, time and leaf. `submission`
  /// is that of its payload. The batch's actor does not matter: the entry names its own.
  Status add_sealed(journal::Entry& entry, const CaseReport& report,
                    const journal::SubmissionKey& submission);

  /// Tells what will be asked next: as JournalWriter::expect.
  Status expect(const storage::Expected& expected);

  /// Destroys the sealed parts of these entries: as JournalWriter::erase.
  Status erase(std::span<const std::uint64_t> seqs) { return writer_->erase(seqs); }

  /// What the views hold of a participant, this batch included.
  Result<std::optional<storage::KnownParticipant>> participant(std::string_view institution,
                                                               std::string_view id) const;
  /// The entry of a client's request, this batch included.
  Result<std::optional<std::uint64_t>> submission(const journal::SubmissionKey& submission) const;
  std::uint64_t next_seq() const { return tree_.size(); }

  /// Signs the checkpoint, makes everything durable with it, brings the public log up to date.
  Result<Receipt> commit(LogUpdate log = LogUpdate::now);

 private:
  friend class Journal;
  Batch(Journal& journal, Actor actor, std::unique_ptr<storage::JournalWriter> writer,
        ledger::TreeBuilder tree, TimeUtc time);

  Result<journal::Entry> make_entry(Act act);

  Journal* journal_;
  Actor actor_;
  std::unique_ptr<storage::JournalWriter> writer_;
  ledger::TreeBuilder tree_;
  TimeUtc time_;
  std::uint64_t first_seq_;
};

}  // namespace kensho::app
