// What can be wrong with a registry, and what that means to whoever runs it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kensho::app {

/// Kinds of damage. Their names (damage_text) are for programs and keep their meaning.
enum class Damage : unsigned char {
  file_bytes,          // the file's bytes or the database's own structure
  entry_lost,          // an entry is not there
  entry_changed,       // an entry does not fit its commitment or its leaf
  entry_replaced,      // an entry fits both, and the tree is not the one that was signed
  entry_unaccepted,    // an entry lies beyond the end
  time_reversed,       // an entry is older than the one in front of it
  payload_unreadable,  // an entry is as it was accepted, and this program cannot read it
  content_missing,     // an entry's sealed part is gone, and no erasure took it
  erasure_undone,      // an erased entry's sealed part is there again
  erasure_repeated,    // two erasures name one entry
  erasure_unfinished,  // traces of erased entries may lie in the file
  tree_edge,           // the journal's memory of its tree
  checkpoint_altered,  // a signed note's text or signature
  foreign_key,         // a note is signed, by another key than the registry has
  view_stale,          // a view is not what the journal makes of it
  log_file,            // a file of the public log
  log_ahead,           // the log proves more than the journal holds
  histories_differ,    // the journal and the log are both signed, and contradict each other
  unfinished           // a check that could not be made
};

/// What a kind of damage means in plain words, and what to do next.
struct DamageText {
  std::string_view name;
  std::string_view meaning;
  std::string_view remedy;
};
DamageText damage_text(Damage damage);

/// One thing that is wrong.
struct Finding {
  std::string place;    // "journal.sqlite page 7", "entry 12", "log/tile/0/000"
  std::string problem;  // what was seen
  std::string kind{};   // damage_text().name; empty where a check has no kinds
  std::string meaning{};
  std::string remedy{};
  std::optional<std::uint64_t> first_entry{};  // the first entry it is about
  std::uint64_t further = 0;                   // entries of the same kind after the first
};

/// A finding with the words of its kind.
Finding finding_of(Damage damage, std::string place, std::string problem);

/// What findings call an entry.
std::string place_of_entry(std::uint64_t seq);

/// One kind of damage that many entries may share: the first is named, the others are counted.
class Tally {
 public:
  explicit Tally(Damage damage) : damage_(damage) {}

  void add(std::uint64_t seq, std::string_view problem);
  bool is_empty() const { return !finding_; }
  /// Adds the finding, if there is one.
  void move_to(std::vector<Finding>& findings);

 private:
  Damage damage_;
  std::optional<Finding> finding_;
};

}  // namespace kensho::app
