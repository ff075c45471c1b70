#pragma once

namespace kensho {

/// The version of this program, as CHANGELOG.md and every result name it.
inline constexpr const char* program_version = "0.1.0";

}  // namespace kensho
