#pragma once

#include <functional>

#include "app/journal.h"

namespace kensho::app {

/// One thing that is wrong, and what it means.
struct Finding {
  std::string place;  // "journal.sqlite page 7", "entry 12", "log/tile/0/000"
  std::string problem;
};

struct CheckReport {
  std::uint64_t entries = 0;
  std::uint64_t erased = 0;       // of these, without their sealed part
  std::uint64_t log_entries = 0;  // that the public checkpoint covers
  std::vector<Finding> findings;  // empty: everything is as it was accepted
};

/// Checks everything the registry holds against everything else: the file's pages, every entry
/// against its commitment and the tree, erased entries against the erasures, the tree against the
/// signed checkpoint, the views against the journal, the public log against the journal. Goes on
/// after a finding as far as it can: damage is no error but the answer.
///
/// Cost    A few passes over the journal; memory flat but for the views' comparison.
CheckReport check_registry(const Journal& journal);

}  // namespace kensho::app
