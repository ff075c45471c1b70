#pragma once

#include <functional>

#include "app/damage.h"
#include "app/journal.h"

namespace kensho::app {

struct CheckReport {
  std::uint64_t entries = 0;
  std::uint64_t erased = 0;       // of these, without their sealed part
  std::uint64_t log_entries = 0;  // that the public checkpoint covers
  bool views_compared = false;    // not where entries are damaged: the views follow from them
  std::vector<Finding> findings;  // empty: everything is as it was accepted
};

struct CheckOptions {
  unsigned threads = 1;
  /// Told now and then what is being checked, and how many of how many; the total may be 0.
  std::function<void(std::string_view what, std::uint64_t done, std::uint64_t total)> on_progress;
};

/// Checks everything the registry holds against everything else: the file's pages, every entry
/// against its commitment and the tree, erased entries against the erasures, the tree against the
/// signed checkpoint, the views against the journal, the public log against the journal. Goes on
/// after a finding as far as it can: damage is no error but the answer. The entries and views that
/// are read are of one moment, whatever is written meanwhile; for a final answer about the file's
/// pages and the log, check when nobody writes.
///
/// Cost    The file is read twice as bytes and once as entries, the log once. Memory does not grow
///         with the registry (docs/scale.md); what sorting the views' rows needs beyond it goes
///         to an encrypted temporary file without a name beside the journal.
CheckReport check_registry(const Journal& journal, const CheckOptions& options = {});

}  // namespace kensho::app
