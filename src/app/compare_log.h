#pragma once

#include <cstdint>
#include <optional>

#include "app/journal.h"

namespace kensho::app {

/// Where the journal and the public log hold different entries.
struct LogDifference {
  std::optional<std::uint64_t> first;  // nothing: they hold the same
  std::uint64_t further = 0;           // that differ after the first
};

/// Compares the first `size` entries one by one with the log's entry bundles.
/// Errors: those of reading either: then nothing can be said about which entry differs.
/// Cost: one pass over both.
Result<LogDifference> compare_log(const Journal& journal, std::uint64_t size);

}  // namespace kensho::app
