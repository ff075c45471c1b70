// What a registry keeps of people who no longer want to be in it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/date.h"

namespace kensho {

/// A participant's consent ends (同意撤回): from this act on nothing about them is used or taken.
struct Withdrawal {
  std::string institution;
  std::string participant;
  Date on;  // the day on which the person said so
  bool operator==(const Withdrawal&) const = default;
};

/// One participant was erased: which entries lost their sealed part, and the counts that remain.
struct Erasure {
  std::vector<std::uint64_t> entries;  // in order; every entry about the person
  std::string institution;
  std::string therapy;
  bool treated = false;  // at least one treatment was given
  /// Recognises the participant's id, should it be reported again, and gives nothing away to
  /// whoever does not hold the journal (journal/erased_tag.h). Hexadecimal.
  std::string tag;
  bool operator==(const Erasure&) const = default;
};

}  // namespace kensho
