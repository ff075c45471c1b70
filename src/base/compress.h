// Compression: zlib streams.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace kensho {

/// A zlib stream of the bytes at the highest level. Source: RFC 1950, by zlib.
/// The stream may differ between versions of zlib; what it holds does not.
Bytes zlib_compress(ByteView bytes);

/// The bytes of a zlib stream.
///
/// Errors  invalid_argument: not one whole zlib stream, or more than `bytes_max` bytes in it.
/// Cost    Memory for at most `bytes_max` bytes, however much the stream claims to hold.
Result<Bytes> zlib_decompress(ByteView stream, std::size_t bytes_max);

}  // namespace kensho
