#include "app/check_registry.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/check_entries.h"
#include "app/check_erasures.h"
#include "app/compare_log.h"
#include "base/parallel.h"
#include "ledger/checkpoint.h"
#include "ledger/log_audit.h"

namespace kensho::app {
namespace {

constexpr std::uint64_t progress_entries = 8192;

/// Whether a key of the same name signed the note, and this one did not.
bool is_of_another_key(std::string_view note, const ledger::NoteKey& key) {
  const auto parsed = ledger::parse_note(note);
  if (!parsed) return false;
  const auto has_name = [&](const auto& one) { return one.key_name == key.name(); };
  const auto is_ours = [&](const auto& one) { return has_name(one) && one.key_id == key.id(); };
  return std::ranges::any_of(parsed->signatures, has_name) &&
         std::ranges::none_of(parsed->signatures, is_ours);
}

/// One check of a registry on its way; findings gather instead of ending it.
class Check {
 public:
  Check(const Journal& journal, const CheckOptions& options)
      : journal_(journal), options_(options) {}

  CheckReport run() {
    check_files();
    const auto views = journal_.store().audit_views();  // first: from here on one state is read
    if (!views) note(Damage::file_bytes, "views", views.error());
    const auto head = journal_.store().head();
    if (!head) {
      note(Damage::file_bytes, "journal file", head.error());
    } else {
      check_journal(*head, views ? views->get() : nullptr);
      check_scrubbed();
      check_log(*head);
    }
    return std::move(report_);
  }

 private:
  void note(Damage damage, std::string place, const Error& error) {
    report_.findings.push_back(finding_of(damage, std::move(place), error.message));
  }

  void progress(std::string_view what, std::uint64_t done, std::uint64_t total) {
    if (options_.on_progress) options_.on_progress(what, done, total);
  }

  /// The files as such: the journal's and, on another thread, the log's.
  void check_files() {
    progress("files", 0, 0);
    Status bytes = ok();
    parallel_for({.count = 2, .block_size = 1, .threads = std::min(options_.threads, 2U)},
                 [&](const Block& block) {
                   if (block.index == 0) {
                     bytes = journal_.store().check_bytes();
                   } else {
                     log_ = ledger::audit_log(journal_.log(), journal_.key());
                   }
                 });
    file_is_whole_ = static_cast<bool>(bytes);
    if (!bytes) note(Damage::file_bytes, "journal file", bytes.error());
  }

  void check_journal(const storage::JournalHead& head, storage::ViewAudit* views) {
    check_all_entries(head, views);
    const bool all_are_there = lost_.is_empty() && was_read_;
    const bool all_are_sound = all_are_there && changed_.is_empty();
    for (Tally* tally : {&lost_, &changed_, &reversed_, &unreadable_})
      tally->move_to(report_.findings);
    report_.erased = erasures_.erased();
    const bool erasures_fit = !all_are_there || erasures_.move_to(report_.findings);
    check_nothing_beyond(head.size);
    if (all_are_there && head.size > 0) check_tree(head);
    // Entries that are not what was accepted make views that nobody may rebuild.
    if (all_are_sound && erasures_fit && views && feeds_views_) compare_views(*views);
  }

  /// Every entry by itself, its place in the tree, its part in the views: one pass.
  void check_all_entries(const storage::JournalHead& head, storage::ViewAudit* views) {
    const auto take = [&](EntryVerdict& verdict) {
      take_entry(verdict);
      if (views && feeds_views_) feed(*views, verdict);
      if (tree_.size() % progress_entries == 0) progress("entries", tree_.size(), head.size);
      return ok();
    };
    std::uint64_t next = 0;
    while (next < head.size) {
      const Status read = check_entries(journal_.store(), next, head.size, options_.threads, take);
      if (read) return;
      const std::uint64_t missing = tree_.size() + lost_entries_;
      if (!file_is_whole_ || missing >= head.size) {
        was_read_ = false;
        return note(Damage::file_bytes, "journal", read.error());
      }
      lost_.add(missing, read.error().message);
      ++lost_entries_;
      next = missing + 1;
    }
  }

  void feed(storage::ViewAudit& views, const EntryVerdict& verdict) {
    const Status fed = views.add(verdict.changes);
    if (fed) return;
    feeds_views_ = false;
    note(Damage::unfinished, "views", fed.error());
  }

  void take_entry(const EntryVerdict& verdict) {
    if (!verdict.changed.empty()) changed_.add(verdict.seq, verdict.changed);
    if (!verdict.unreadable.empty()) unreadable_.add(verdict.seq, verdict.unreadable);
    if (verdict.for_erasures) erasures_.take(*verdict.for_erasures);
    if (verdict.time < last_time_)
      reversed_.add(verdict.seq, "its time lies before the entry in front of it");
    last_time_ = std::max(last_time_, verdict.time);
    tree_.append(verdict.leaf_hash);
    ++report_.entries;
    if (log_ && log_->checkpoint && tree_.size() == log_->checkpoint->tree.size)
      root_of_log_size_ = tree_.root();
  }

  /// Nothing of what was erased may lie in free space of the file.
  void check_scrubbed() {
    const auto left = journal_.store().unscrubbed();
    if (!left) return note(Damage::unfinished, "journal file", left.error());
    if (*left == 0) return;
    note(Damage::erasure_unfinished, "journal file",
         {Errc::corrupted,
          fmt::format("an erasure of {} entries was broken off: its free space may hold traces of "
                      "them; overwrite it with kensho fsck --scrub",
                      *left)});
  }

  void check_nothing_beyond(std::uint64_t size) {
    const auto nothing = [](const journal::Entry&) { return ok(); };
    std::uint64_t beyond = size;
    while (journal_.store().read(beyond, beyond + 1, nothing)) ++beyond;
    if (beyond == size) return;
    Finding finding = finding_of(Damage::entry_unaccepted, place_of_entry(size),
                                 "it lies beyond the end of the journal: nobody accepted it");
    finding.first_entry = size;
    finding.further = beyond - size - 1;
    report_.findings.push_back(std::move(finding));
  }

  /// The leaves against the signed checkpoint, and the head's memory of the tree.
  void check_tree(const storage::JournalHead& head) {
    const auto signed_head = ledger::open_checkpoint(head.checkpoint, journal_.key());
    if (!signed_head) {
      const bool foreign = is_of_another_key(head.checkpoint, journal_.key());
      return note(foreign ? Damage::foreign_key : Damage::checkpoint_altered,
                  "checkpoint in the journal", signed_head.error());
    }
    if (signed_head->tree != tree_.head()) {
      return note_against_log(
          Damage::entry_replaced, "journal",
          fmt::format("the {} entries do not lead to the root that was signed for {}: an entry was "
                      "changed together with its commitment",
                      tree_.size(), signed_head->tree.size));
    }
    tree_is_signed_ = true;
    if (as_text(tree_.serialise()) == head.frontier) return;
    note(Damage::tree_edge, "journal",
         {Errc::corrupted,
          "the tree's edge in its head is not that of its entries: the next entry would be put "
          "into another tree"});
  }

  /// Names the first entry whose leaf is not the one that the public log holds.
  void note_against_log(Damage damage, std::string place, const std::string& problem) {
    Finding finding = finding_of(damage, std::move(place), problem);
    const std::uint64_t logged =
        log_ && log_->checkpoint ? std::min(log_->checkpoint->tree.size, tree_.size()) : 0;
    const auto difference = compare_log(journal_, logged);
    if (difference && difference->first) {
      finding.first_entry = difference->first;
      finding.further = difference->further;
      finding.problem +=
          fmt::format("; the public log holds another leaf of entry {}", *difference->first);
    }
    report_.findings.push_back(std::move(finding));
  }

  void compare_views(storage::ViewAudit& views) {
    progress("views", 0, 0);
    const auto differences = views.finish();
    if (!differences) return note(Damage::unfinished, "views", differences.error());
    report_.views_compared = true;
    for (const storage::ViewDifference& difference : *differences) {
      Finding finding = finding_of(Damage::view_stale, "views", storage::in_words(difference));
      finding.first_entry = difference.first_entry;
      if (difference.first_entry) finding.further = difference.lacking + difference.changed - 1;
      report_.findings.push_back(std::move(finding));
    }
  }

  void check_log(const storage::JournalHead& head) {
    if (!log_) return note(Damage::unfinished, "public log", log_.error());
    for (const ledger::AuditFinding& finding : log_->findings) note_log_file(finding);
    if (!log_->checkpoint) return;
    report_.log_entries = log_->checkpoint->tree.size;
    if (report_.log_entries > head.size) {
      Finding finding = finding_of(
          Damage::log_ahead, "journal",
          fmt::format("the public log proves {} entries, the journal holds {}: accepted entries "
                      "were lost; restore from a backup",
                      report_.log_entries, head.size));
      finding.first_entry = head.size;
      finding.further = report_.log_entries - head.size - 1;
      report_.findings.push_back(std::move(finding));
    } else if (tree_is_signed_ && root_of_log_size_ != log_->checkpoint->tree.root) {
      note_against_log(Damage::histories_differ, "public log",
                       "its checkpoint and the journal tell two different histories");
    }
  }

  void note_log_file(const ledger::AuditFinding& finding) {
    const std::string place = finding.entry
                                  ? fmt::format("log/{} entry {}", finding.file, *finding.entry)
                                  : fmt::format("log/{}", finding.file);
    report_.findings.push_back(finding_of(damage_of(finding), place, finding.problem));
  }

  Damage damage_of(const ledger::AuditFinding& finding) const {
    const auto note = journal_.log().read_checkpoint();
    if (finding.file != ledger::checkpoint_path || log_->checkpoint || !note)
      return Damage::log_file;
    return is_of_another_key(*note, journal_.key()) ? Damage::foreign_key
                                                    : Damage::checkpoint_altered;
  }

  const Journal& journal_;
  const CheckOptions& options_;
  CheckReport report_;
  Result<ledger::AuditReport> log_ = ledger::AuditReport{};
  bool file_is_whole_ = true;
  bool feeds_views_ = true;
  bool tree_is_signed_ = false;
  bool was_read_ = true;  // all entries, but for those that are lost
  std::uint64_t lost_entries_ = 0;
  ledger::TreeBuilder tree_;
  TimeUtc last_time_;
  std::optional<Hash> root_of_log_size_;
  Tally lost_{Damage::entry_lost};
  Tally changed_{Damage::entry_changed};
  Tally reversed_{Damage::time_reversed};
  Tally unreadable_{Damage::payload_unreadable};
  ErasureCheck erasures_;
};

}  // namespace

CheckReport check_registry(const Journal& journal, const CheckOptions& options) {
  return Check(journal, options).run();
}

}  // namespace kensho::app
