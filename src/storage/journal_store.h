// The journal's port: what a backend must keep, and how it is asked.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "base/result.h"
#include "domain/registry.h"
#include "journal/entry.h"

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
  bool treated = false;  // at least one treatment that is not only planned
};

/// An import that was accepted before, by the digest of its content.
struct KnownImport {
  std::uint64_t first_seq = 0;
  std::uint64_t rows = 0;
};

/// One transaction: entries and views change together or not at all. Rolls back when destroyed
/// without commit(). It sees its own writes.
class JournalWriter {
 public:
  virtual ~JournalWriter() = default;

  /// Stores an entry and brings the views up to date with it. Entries come in order.
  virtual Status append(const journal::Entry& entry) = 0;
  /// The same for a case report, already decoded: spares a parse on the way of bulk imports.
  virtual Status append_report(const journal::Entry& entry, const CaseReport& report) = 0;
  /// Makes all appended entries durable together with the head that covers them.
  virtual Status commit(const JournalHead& head) = 0;

  /// Tells which participants will be asked for and reported on next, so that an engine far away
  /// can be asked for all of them at once. Changes nothing that can be seen.
  virtual Status expect(std::span<const ParticipantKey> people) = 0;
  virtual Result<std::optional<KnownParticipant>> participant(
      std::string_view institution, std::string_view participant) const = 0;
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

  /// Empties every view and makes it anew from the journal. No batch may be open.
  virtual Status rebuild_views() = 0;
  /// Compares every view with what the journal makes of it. No batch may be open.
  /// Errors: corrupted, naming the view and the first row that differs.
  virtual Status check_views() const = 0;
  /// Checks the stored bytes themselves, page by page, and the database's own structure.
  /// Errors: corrupted, naming the page.
  virtual Status check_bytes() const = 0;
  /// What check_bytes() cannot see on this engine as it is set up, for the operator; empty:
  /// nothing.
  virtual Result<std::string> unchecked_bytes() const = 0;
};

}  // namespace kensho::storage
