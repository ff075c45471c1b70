#pragma once

#include <filesystem>

#include "base/file_search.h"

namespace kensho::wiring {

/// Searches every file below a registry's folder but the journal's own, which the store searches:
/// the first place that holds one of the patterns, in words; empty where none does.
/// Errors: unavailable: a file cannot be read.
Result<std::string> find_trace(const std::filesystem::path& root, const BytePatterns& traces);

}  // namespace kensho::wiring
