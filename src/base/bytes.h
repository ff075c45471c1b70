// Bytes: the one convention for binary data. Owned bytes are `Bytes`, borrowed bytes are
// `ByteView`, text is std::string_view; the two functions below are the only crossing between bytes
// and text.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace kensho {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;  // never stored beyond the call

/// The UTF-8 bytes of a text, borrowed from it.
inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// The bytes read as text, borrowed from them. Validity is the caller's concern
/// (`find_invalid_utf8`).
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace kensho
