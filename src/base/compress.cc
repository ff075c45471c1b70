#include "base/compress.h"

#include <zlib.h>

#include "base/check.h"

namespace kensho {

Bytes zlib_compress(ByteView bytes) {
  uLongf size = compressBound(bytes.size());
  Bytes stream(size);
  ENSURE(compress2(stream.data(), &size, bytes.data(), bytes.size(), Z_BEST_COMPRESSION) == Z_OK);
  stream.resize(size);
  return stream;
}

Result<Bytes> zlib_decompress(ByteView stream, std::size_t bytes_max) {
  Bytes bytes(bytes_max);
  uLongf size = bytes.size();
  uLong used = stream.size();
  const int answer = uncompress2(bytes.data(), &size, stream.data(), &used);
  if (answer == Z_BUF_ERROR && size == bytes_max) {
    return Error{Errc::invalid_argument, "the compressed text is longer than it may be"};
  }
  if (answer != Z_OK || used != stream.size()) {
    return Error{Errc::invalid_argument, "the compressed text is damaged or cut"};
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace kensho
