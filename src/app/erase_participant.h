#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "app/journal.h"

namespace kensho::app {

struct ErasureRequest {
  Actor actor;
  std::string institution;
  std::string participant;
  std::string reason;  // stays: must not name the participant
};

/// What erasing needs besides the journal.
struct ErasureTools {
  /// Searches the registry's files other than the store's: the first place that holds one of the
  /// patterns, in words; empty where none does.
  std::function<Result<std::string>(const BytePatterns& traces)> find_trace;
  /// Told what is being done, in words; may be empty.
  std::function<void(std::string_view step)> on_step;
};

struct ErasureReport {
  std::vector<std::uint64_t> entries;  // whose sealed part was destroyed
  std::uint64_t erasure = 0;           // the entry that says so
  /// Entries that stay and whose reason, or file name, holds the id as a word.
  std::vector<std::uint64_t> still_naming;
};

/// Erases a participant: in one transaction key, subject, reason and payload of every entry about
/// them are destroyed, the views forget them, and an entry says which entries these were. Then the
/// store's free space is overwritten, and the registry's files are searched for what was erased:
/// only where nothing is found it succeeds.
///
/// Where an earlier erasure was broken off before its traces were overwritten, asking for it again
/// brings it to its end.
///
/// Errors  invalid_argument: no reason, or one that names the participant; not_found: nobody has
///         this id there; conflict: erased before. Nothing changed in these cases. unavailable: the
///         entries are erased but their traces are not overwritten yet (no space, another process
///         reads); corrupted: traces were found afterwards. No message names the participant.
/// Cost    Two passes over the journal's file, which is written anew.
Result<ErasureReport> erase_participant(Journal& journal, const ErasureRequest& request,
                                        const ErasureTools& tools);

}  // namespace kensho::app
