// The journal's port: what a backend must keep, and how it is asked.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/file_search.h"
#include "base/result.h"
#include "domain/registry.h"
#include "journal/entry.h"
#include "journal/submission.h"
#include "storage/view_change.h"

namespace kensho::storage {

/// The journal's end: how many entries there are, the tree over them, the last signed checkpoint.
struct JournalHead {
  std::uint64_t size = 0;
  TimeUtc last_time;
  std::string frontier;    // the tree's right edge as ledger::CompactRange serialises it
  std::string checkpoint;  // the signed note over `size`; empty while the journal is
};

/// What the views know of one participant.
struct KnownParticipant {
  std::string therapy;
  bool treated = false;    // at least one treatment that is not only planned
  bool withdrawn = false;  // their consent ended: nothing more is taken about them
  /// Erased: the registry knows nothing of them, the members above included, but that this very id
  /// is not to come back.
  bool erased = false;
};

/// An import that was accepted before, by the digest of its content.
struct KnownImport {
  std::uint64_t first_seq = 0;
  std::uint64_t rows = 0;
};

/// What a batch is going to ask for and report on.
struct Expected {
  std::vector<ParticipantKey> people;
  std::vector<journal::SubmissionKey> submissions;
};

/// One transaction: entries and views change together or not at all. Rolls back when destroyed
/// without commit(). It sees its own writes.
class JournalWriter {
 public:
  virtual ~JournalWriter() = default;

  /// Stores an entry and brings the views up to date with it. Entries come in order. An erased one,
  /// of a registry that is restored, is stored without its sealed part.
  virtual Status append(const journal::Entry& entry) = 0;
  /// The same for a case report, already decoded: spares a parse on the way of bulk imports.
  /// `submission` is what its payload says of how it was sent; null where it was not sent.
  virtual Status append_report(const journal::Entry& entry, const CaseReport& report,
                               const journal::SubmissionKey* submission) = 0;
  /// Destroys key, subject, reason and payload of these entries and what the views hold of the
  /// people they are about. Header, commitment and leaf stay.
  /// Errors: invalid_argument: an entry that is not about a person, or not all entries about one;
  /// conflict: erased before; not_found: no such entry.
  virtual Status erase(std::span<const std::uint64_t> seqs) = 0;
  /// Makes all that was appended and erased durable together with the head that covers it.
  virtual Status commit(const JournalHead& head) = 0;

  /// Tells what will be asked next, so that an engine far away can be asked for all of it at once.
  /// Changes nothing that can be seen.
  virtual Status expect(const Expected& expected) = 0;
  /// What is known of a participant; empty where the id was never reported.
  virtual Result<std::optional<KnownParticipant>> participant(
      std::string_view institution, std::string_view participant) const = 0;
  /// The entry that a client's request became, by the client's key for it.
  virtual Result<std::optional<std::uint64_t>> submission(std::string_view client,
                                                          std::string_view key) const = 0;
};

/// Where a view is not what the journal makes of it.
struct ViewDifference {
  std::string view;
  std::uint64_t lacking = 0;                 // rows that the journal makes and that are not there
  std::uint64_t extra = 0;                   // rows that no entry makes
  std::uint64_t changed = 0;                 // rows with other values
  std::optional<std::uint64_t> first_entry;  // the first whose row is lacking or changed
};

/// "view 'participant' lacks 2 rows that the journal makes".
std::string in_words(const ViewDifference& difference);

/// A comparison of every view with the journal, fed by whoever reads the entries.
class ViewAudit {
 public:
  virtual ~ViewAudit() = default;
  /// What one entry does to the views (view_changes()); entries come in order.
  virtual Status add(std::span<const ViewChange> changes) = 0;
  /// The views that differ, after the last entry. Errors: those of the store.
  virtual Result<std::vector<ViewDifference>> finish() = 0;
};

/// The journal. One writer at a time; readers see the last commit.
class JournalStore {
 public:
  virtual ~JournalStore() = default;

  virtual Result<JournalHead> head() const = 0;
  virtual Result<std::unique_ptr<JournalWriter>> begin() = 0;

  /// Calls `visit` for the entries [first, last) in order; stops at its first error.
  /// Errors: corrupted where an entry is missing.
  virtual Status read(std::uint64_t first, std::uint64_t last,
                      const std::function<Status(const journal::Entry&)>& visit) const = 0;

  /// The newest entry of a kind about a subject, as its payload; empty if there is none.
  virtual Result<std::optional<std::string>> newest_payload(std::string_view kind,
                                                            std::string_view subject) const = 0;
  virtual Result<std::optional<KnownImport>> import(std::string_view digest) const = 0;
  /// The entries about a participant, in order; empty where there are none.
  virtual Result<std::vector<std::uint64_t>> entries_of(std::string_view institution,
                                                        std::string_view participant) const = 0;

  /// Empties every view and makes it anew from the journal. No batch may be open.
  virtual Status rebuild_views() = 0;
  /// Begins a comparison of every view with the journal. Until its end this store reads one state,
  /// whatever is written meanwhile. One at a time; memory does not grow with the journal.
  virtual Result<std::unique_ptr<ViewAudit>> audit_views() const = 0;
  /// The whole comparison in one call.
  /// Errors: corrupted, naming the view, how it differs and the first entry.
  Status check_views() const;
  /// Checks the stored bytes themselves, page by page, and the database's own structure.
  /// Errors: corrupted, naming the page.
  virtual Status check_bytes() const = 0;
  /// What check_bytes() cannot see on this engine as it is set up, for the operator; empty:
  /// nothing.
  virtual Result<std::string> unchecked_bytes() const = 0;

  /// What the views store of a participant, as bytes in the store's files: found there after an
  /// erasure and a scrub, the scrub failed. Empty for a store whose files cannot be searched.
  virtual Result<std::vector<std::string>> traces_of(std::string_view institution,
                                                     std::string_view participant) const = 0;
  /// Overwrites what erased entries left in free space and in the write-ahead log.
  /// Errors: unavailable: no space for it, or another process reads; then it is still due.
  /// Cost: the store is written anew.
  virtual Status scrub() = 0;
  /// Searches the store's own files: the first place that holds one of the patterns, in words;
  /// empty where none does. Errors: unavailable: a file cannot be read.
  virtual Result<std::string> find_in_files(const BytePatterns& patterns) const = 0;
  /// The files that find_in_files() cannot search, for the operator; empty: there are none.
  virtual std::string_view unsearched_files() const = 0;
  /// Erased entries whose traces a scrub has not overwritten yet: an erasure was broken off.
  virtual Result<std::uint64_t> unscrubbed() const = 0;
};

}  // namespace kensho::storage
