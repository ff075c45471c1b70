#include "app/damage.h"

#include <array>
#include <utility>

#include <fmt/format.h>

namespace kensho::app {
namespace {

// In the order of Damage.
constexpr std::array<DamageText, 19> texts{{
    {"file_bytes",
     "The file is not as this program wrote it: the disk is failing, the file was copied "
     "while it was written to, or another program wrote into it.",
     "Check the disk, then restore the journal from a backup."},
    {"entry_lost", "An accepted entry was lost: it was taken out of the journal.",
     "Restore the journal from a backup that holds the entry."},
    {"entry_changed",
     "The entry was changed after it was accepted. What it says now is not what was "
     "signed for.",
     "Restore the journal from a backup, and find out who can write to the file."},
    {"entry_replaced",
     "The entry was changed after it was accepted, together with its commitment: somebody "
     "wrote it anew who knows how entries are made, but has not the signing key.",
     "Restore the journal from a backup, and find out who can write to the file."},
    {"entry_unaccepted", "The entry was added without acceptance: no signed checkpoint covers it.",
     "Restore the journal from a backup, and find out who can write to the file."},
    {"time_reversed",
     "Entries stand in the order in which they were accepted, so one of the two times is "
     "not the time of acceptance.",
     "If the entry or its neighbour is named by another finding, mend that one. If not, "
     "it was accepted so: report it to the makers of the program."},
    {"payload_unreadable",
     "The entry is as it was accepted, but this program cannot read what it says: a newer "
     "version of the program wrote it.",
     "Use the version of the program that wrote it, or a newer one."},
    {"content_missing", "What the entry said was destroyed without an erasure: it was lost.",
     "Restore the journal from a backup that holds it."},
    {"erasure_undone",
     "The entry was erased, and what it said is there again: an older copy was put in its "
     "place. The person's data must not be there.",
     "Restore the newest backup, or erase the participant again."},
    {"erasure_repeated",
     "An entry is erased once. The second erasure destroyed nothing and says so of "
     "another person's entry, or of the same one twice.",
     "The erasure was accepted so: report it to the makers of the program."},
    {"erasure_unfinished", "What was erased may still be read in the file's free space.",
     "Overwrite it: kensho fsck HOME --scrub."},
    {"tree_edge",
     "The entries are as they were signed, but the journal's memory of its tree was "
     "changed: the next entry would be put into another tree.",
     "Accept nothing more, and restore the journal from a backup."},
    {"checkpoint_altered",
     "The signed checkpoint was changed: its text is not the one that was signed, or it "
     "is no checkpoint any more.",
     "In the journal: restore it from a backup. In the public log: if the journal is "
     "clean, move the folder log/ away; the next command that writes makes it anew."},
    {"foreign_key",
     "The signing key in keys/log.key is another one than the one that signed: the key "
     "was exchanged, or the folder was put together from two registries.",
     "Put the registry's own key back from a backup. Accept nothing until then."},
    {"view_stale",
     "The view is stale or was changed: it is not what the journal makes of it. No entry "
     "is affected.",
     "Make the views anew: kensho fsck HOME --rebuild-views."},
    {"log_file",
     "The file of the public log is not the one that the signed checkpoint commits to. "
     "The journal is not affected.",
     "If nothing is found in the journal, move the folder log/ away; the next command "
     "that writes makes it anew from the journal, byte by byte the same."},
    {"log_ahead",
     "The public log proves more than the journal holds: the journal is an older copy, or "
     "its newest entries were taken away.",
     "Restore the newest backup of the journal. Accept nothing until then: what is "
     "accepted now contradicts what is published."},
    {"histories_differ",
     "Two histories were signed with one key: the journal was put back to an older state "
     "and went on from there, or the log belongs to another copy of the registry.",
     "Find the copy of the journal that leads to the published log and restore it. What "
     "the other one accepted has to be accepted again."},
    {"unfinished", "The check could not be made to its end.",
     "Mend what the message names and check again."},
}};
static_assert(texts.size() == static_cast<std::size_t>(Damage::unfinished) + 1);

}  // namespace

DamageText damage_text(Damage damage) {
  return texts[static_cast<std::size_t>(damage)];
}

Finding finding_of(Damage damage, std::string place, std::string problem) {
  const DamageText text = damage_text(damage);
  return {.place = std::move(place),
          .problem = std::move(problem),
          .kind = std::string(text.name),
          .meaning = std::string(text.meaning),
          .remedy = std::string(text.remedy)};
}

std::string place_of_entry(std::uint64_t seq) {
  return fmt::format("entry {}", seq);
}

namespace {

/// The problem without the place, where it begins with it.
std::string_view behind(std::string_view place, std::string_view problem) {
  if (!problem.starts_with(place)) return problem;
  const std::size_t rest = problem.find_first_not_of(": ", place.size());
  return rest == place.size() || rest == problem.npos ? problem : problem.substr(rest);
}

}  // namespace

void Tally::add(std::uint64_t seq, std::string_view problem) {
  if (finding_) {
    ++finding_->further;
    return;
  }
  const std::string place = place_of_entry(seq);
  finding_ = finding_of(damage_, place, std::string(behind(place, problem)));
  finding_->first_entry = seq;
}

void Tally::move_to(std::vector<Finding>& findings) {
  if (finding_) findings.push_back(std::move(*finding_));
}

}  // namespace kensho::app
