// Random bytes for keys and tokens. Not for simulation: those numbers come from a seeded generator.
#pragma once

#include <cstddef>
#include <span>

#include "base/bytes.h"

namespace kensho {

/// Fills the bytes from the system's secure random source, fit for keys. Thread safe.
/// A source that fails ends the process: no key must ever be made without it.
void fill_random(std::span<std::uint8_t> bytes);

/// `count` fresh secure random bytes.
Bytes random_bytes(std::size_t count);

}  // namespace kensho
