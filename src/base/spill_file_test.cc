#include "base/spill_file.h"

#include <algorithm>
#include <filesystem>

#include <doctest/doctest.h>

#include "base/encoding.h"
#include "base/random_bytes.h"

namespace kensho {
namespace {

std::filesystem::path folder() {
  return std::filesystem::temp_directory_path();
}

Bytes bytes_of(std::string_view text) {
  return {as_bytes(text).begin(), as_bytes(text).end()};
}

TEST_CASE("the stream cipher is AES-256-CTR, at any place of the stream") {
  // printf 'the same text at another place' | openssl enc -aes-256-ctr -K 0102..32 -iv 00..02
  Hash key;
  std::ranges::copy(
      hex_decode("0102030405060708091011121314151617181920212223242526272829303132").value(),
      key.begin());
  const std::string expected = "8db30c46f96857fb1a9defbe3f369a1992140542c76696cb570796ff6430";
  Bytes text = bytes_of("the same text at another place");

  StreamCipher(key).apply(text, 2 * StreamCipher::block_bytes);

  CHECK(hex_encode(text) == expected);
  StreamCipher(key).apply(text, 2 * StreamCipher::block_bytes);
  CHECK(as_text(text) == "the same text at another place");
}

TEST_CASE("what was spilled comes back from any block, and the file holds none of it") {
  SpillFile file = SpillFile::create(folder()).value();
  const Bytes plain = bytes_of("participant 1, participant 2, participant 3");
  Bytes first = plain, second = plain;

  REQUIRE(file.append(first));
  const std::uint64_t place = file.size_bytes();
  REQUIRE(file.append(second));

  CHECK(place % StreamCipher::block_bytes == 0);
  CHECK(first != plain);   // encrypted in place: what was written
  CHECK(first != second);  // the same text elsewhere is other bytes
  Bytes back(plain.size());
  REQUIRE(file.read(back, place));
  CHECK(back == plain);
  Bytes tail(plain.size() - StreamCipher::block_bytes);
  REQUIRE(file.read(tail, StreamCipher::block_bytes));
  CHECK(std::ranges::equal(tail, std::span(plain).subspan(StreamCipher::block_bytes)));
}

TEST_CASE("a spill file has no name, and needs a folder that can be written to") {
  const auto empty = folder() / ("kensho-spill-" + hex_encode(random_bytes(8)));
  std::filesystem::create_directory(empty);
  {
    SpillFile file = SpillFile::create(empty).value();
    Bytes bytes(100);
    REQUIRE(file.append(bytes));
    CHECK(std::filesystem::is_empty(empty));
    Bytes beyond(1);
    CHECK(file.read(beyond, 1024).error().code == Errc::unavailable);
  }
  std::filesystem::remove(empty);
  CHECK(SpillFile::create(empty).error().code == Errc::unavailable);
}

}  // namespace
}  // namespace kensho
