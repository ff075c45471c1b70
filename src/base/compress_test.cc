#include "base/compress.h"

#include <string>

#include <doctest/doctest.h>

#include "base/random_bytes.h"

namespace kensho {
namespace {

TEST_CASE("what was compressed comes back, noise and repetition") {
  Bytes noise(5000);
  fill_random(noise);
  const Bytes all[] = {{}, {0}, Bytes(100'000, 'a'), noise};
  for (const Bytes& bytes : all) {
    CHECK(zlib_decompress(zlib_compress(bytes), bytes.size() + 1).value() == bytes);
  }
  CHECK(zlib_compress(Bytes(100'000, 'a')).size() < 200);
}

TEST_CASE("a stream may hold no more than the caller allows, and exactly that much") {
  const Bytes stream = zlib_compress(Bytes(1000, 'a'));
  CHECK(zlib_decompress(stream, 1000));
  CHECK_FALSE(zlib_decompress(stream, 999));
  CHECK_FALSE(zlib_decompress(zlib_compress(Bytes(10'000'000, 0)), 1000));
}

TEST_CASE("a damaged, cut or longer stream is refused") {
  const std::string text = "one text, one text, another text";
  const Bytes stream = zlib_compress(as_bytes(text));
  for (std::size_t size = 0; size < stream.size(); ++size) {
    CHECK_FALSE(zlib_decompress(ByteView(stream).first(size), 1000));
  }
  Bytes longer = stream;
  longer.push_back(0);
  CHECK_FALSE(zlib_decompress(longer, 1000));
  for (std::size_t i = 0; i < stream.size(); ++i) {
    Bytes damaged = stream;
    damaged[i] ^= 0xff;
    CAPTURE(i);
    CHECK_FALSE(zlib_decompress(damaged, 1000));
  }
}

}  // namespace
}  // namespace kensho
