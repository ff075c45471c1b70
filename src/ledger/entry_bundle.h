// Entry bundles: the leaf data of up to 256 entries in one file. Source: c2sp.org/tlog-tiles, Log
// entries.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace kensho::ledger {

inline constexpr std::size_t max_entry_bytes = 65535;  // the length is a big-endian 16-bit number

/// Adds one entry at the end of a bundle. The entry must not be longer than `max_entry_bytes`.
void append_entry(Bytes& bundle, ByteView entry);

/// The entries of a bundle, borrowed from its bytes.
/// Errors: corrupted: it does not divide into exactly `width` entries; names the entry that fails.
Result<std::vector<ByteView>> parse_bundle(ByteView bundle, std::uint32_t width);

}  // namespace kensho::ledger
