#include "app/check_registry.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/check_erasures.h"
#include "journal/commitment.h"
#include "ledger/checkpoint.h"
#include "ledger/log_audit.h"

namespace kensho::app {
namespace {

/// One check of a registry on its way; findings gather instead of ending it.
class Check {
 public:
  explicit Check(const Journal& journal) : journal_(journal) {}

  CheckReport run() {
    note("journal file", journal_.store().check_bytes());
    const auto head = journal_.store().head();
    if (!head) {
      note("journal file", head.error());
    } else {
      entries(*head);
      note("views", journal_.store().check_views());
      check_scrubbed();
      log(*head);
    }
    return std::move(report_);
  }

 private:
  void note(std::string place, const Error& error) {
    report_.findings.push_back({std::move(place), error.message});
  }
  void note(std::string place, const Status& status) {
    if (!status) note(std::move(place), status.error());
  }

  /// Every entry against its commitment, and all leaves against the signed checkpoint.
  void entries(const storage::JournalHead& head) {
    ledger::TreeBuilder tree;
    ErasureCheck erasures;
    TimeUtc last;
    const Status read = journal_.store().read(0, head.size, [&](const journal::Entry& entry) {
      note(fmt::format("entry {}", entry.seq), journal::check_sealed(entry));
      erasures.take(entry);
      if (entry.time < last) {
        note(fmt::format("entry {}", entry.seq),
             Error{Errc::corrupted, "its time lies before the entry in front of it"});
      }
      last = std::max(last, entry.time);
      tree.append(ledger::leaf_hash(entry.leaf));
      return ok();
    });
    note("journal", read);
    report_.entries = tree.size();
    report_.erased = erasures.erased();
    if (head.size == 0 || !read) return;
    for (Finding& finding : erasures.findings()) report_.findings.push_back(std::move(finding));
    check_end(head, tree);
    const auto signed_head = ledger::open_checkpoint(head.checkpoint, journal_.key());
    if (!signed_head) return note("checkpoint in the journal", signed_head.error());
    if (signed_head->tree != tree.head()) {
      note("journal",
           Error{Errc::corrupted,
                 fmt::format("the {} entries do not lead to the root that was signed for "
                             "{}: an entry was changed together with its commitment",
                             tree.size(), signed_head->tree.size)});
    }
  }

  /// Nothing of what was erased may lie in free space of the file.
  void check_scrubbed() {
    const auto left = journal_.store().unscrubbed();
    if (!left) return note("journal file", left.error());
    if (*left == 0) return;
    note(
        "journal file",
        Error{Errc::corrupted,
              fmt::format("an erasure of {} entries was broken off: its free space may hold traces "
                          "of them; overwrite it with kensho fsck --scrub",
                          *left)});
  }

  /// Nothing lies beyond the head, and the head's memory of the tree is the tree.
  void check_end(const storage::JournalHead& head, const ledger::TreeBuilder& tree) {
    const auto nothing = [](const journal::Entry&) { return ok(); };
    if (journal_.store().read(head.size, head.size + 1, nothing)) {
      note(fmt::format("entry {}", head.size),
           Error{Errc::corrupted, "it lies beyond the end of the journal: nobody accepted it"});
    }
    if (as_text(tree.serialise()) != head.frontier) {
      note("journal",
           Error{Errc::corrupted,
                 "the tree's edge in its head is not that of its entries: the next entry "
                 "would be put into another tree"});
    }
  }

  void log(const storage::JournalHead& head) {
    const auto audit = ledger::audit_log(journal_.log(), journal_.key());
    if (!audit) return note("public log", audit.error());
    for (const ledger::AuditFinding& finding : audit->findings) {
      const std::string place = finding.entry
                                    ? fmt::format("log/{} entry {}", finding.file, *finding.entry)
                                    : fmt::format("log/{}", finding.file);
      report_.findings.push_back({place, finding.problem});
    }
    const std::optional<ledger::Checkpoint>& proven = audit->checkpoint;
    if (!proven) return;
    report_.log_entries = proven->tree.size;
    if (report_.log_entries > head.size) {
      note("journal", Error{Errc::corrupted,
                            fmt::format("the public log proves {} entries, the journal holds {}: "
                                        "accepted entries were lost; restore from a backup",
                                        report_.log_entries, head.size)});
      return;
    }
    compare_with_journal(*proven);
  }

  /// The log's root against the same number of entries of the journal.
  void compare_with_journal(const ledger::Checkpoint& checkpoint) {
    const auto root = journal_.root_at(checkpoint.tree.size);
    if (!root) return note("journal", root.error());
    if (*root == checkpoint.tree.root) return;
    note("public log",
         Error{Errc::corrupted, "its checkpoint and the journal tell two different histories"});
  }

  const Journal& journal_;
  CheckReport report_;
};

}  // namespace

CheckReport check_registry(const Journal& journal) {
  return Check(journal).run();
}

}  // namespace kensho::app
