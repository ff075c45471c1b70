#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "app/damage.h"
#include "journal/entry.h"

namespace kensho::app {

/// Whether erased entries and erasures belong together: each entry without its sealed part is named
/// by exactly one erasure, and each erasure names only such entries. Takes the entries in order;
/// those that are neither may be left out.
///
/// Cost    Memory grows with the erased entries only.
class ErasureCheck {
 public:
  void take(const journal::Entry& entry);

  /// How many entries are erased.
  std::uint64_t erased() const { return erased_.size(); }
  /// Adds what is wrong, after the last entry. Whether nothing is.
  bool move_to(std::vector<Finding>& findings);

 private:
  void take_erasure(const journal::Entry& entry);

  std::map<std::uint64_t, bool> erased_;  // entry -> an erasure names it
  Tally undone_{Damage::erasure_undone};
  Tally repeated_{Damage::erasure_repeated};
  Tally missing_{Damage::content_missing};
};

}  // namespace kensho::app
