#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "app/check_registry.h"

namespace kensho::app {

/// Whether erased entries and erasures belong together: each entry without its sealed part is named
/// by exactly one erasure, and each erasure names only such entries. Takes the entries in order.
///
/// Cost    Memory grows with the erased entries only.
class ErasureCheck {
 public:
  void take(const journal::Entry& entry);

  /// How many entries are erased.
  std::uint64_t erased() const { return erased_.size(); }
  /// What is wrong; asked once, after the last entry.
  std::vector<Finding> findings();

 private:
  void take_erasure(const journal::Entry& entry);
  void note(std::uint64_t seq, std::string problem);

  std::map<std::uint64_t, bool> erased_;  // entry -> an erasure names it
  std::vector<Finding> findings_;
};

}  // namespace kensho::app
