#include "base/secret_stream.h"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

namespace kensho {
namespace {

const std::string where = "chunk 3 of backup b";

/// Three messages sealed as one stream.
struct Stream {
  SecretKey key = new_secret_key();
  Bytes header;
  std::vector<Bytes> sealed;

  Stream() {
    SecretStreamWriter writer(key);
    header.assign(writer.header().begin(), writer.header().end());
    sealed.push_back(writer.seal(as_bytes("first"), as_bytes(where), StreamPart::more));
    sealed.push_back(writer.seal(as_bytes("second"), as_bytes(where), StreamPart::more));
    sealed.push_back(writer.seal({}, as_bytes(where), StreamPart::last));
  }
  SecretStreamReader reader() const { return SecretStreamReader::open(key, header).value(); }
};

TEST_CASE("a stream comes back as it was, and says where it ends") {
  const Stream stream;
  SecretStreamReader reader = stream.reader();

  const auto first = reader.open_next(stream.sealed[0], as_bytes(where)).value();
  const auto second = reader.open_next(stream.sealed[1], as_bytes(where)).value();
  const auto last = reader.open_next(stream.sealed[2], as_bytes(where)).value();

  CHECK(as_text(first.bytes) == "first");
  CHECK(as_text(second.bytes) == "second");
  CHECK(second.part == StreamPart::more);
  CHECK(last.bytes.empty());
  CHECK(last.part == StreamPart::last);
}

TEST_CASE("every flipped bit of a sealed message is found") {
  const Stream stream;

  for (std::size_t bit = 0; bit < stream.sealed[0].size() * 8; ++bit) {
    Bytes changed = stream.sealed[0];
    changed[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    CHECK(stream.reader().open_next(changed, as_bytes(where)).error().code == Errc::corrupted);
  }
}

TEST_CASE("a message left out, repeated, cut or in another order is found") {
  const Stream stream;
  SecretStreamReader repeated = stream.reader();
  REQUIRE(repeated.open_next(stream.sealed[0], as_bytes(where)));
  Bytes cut = stream.sealed[0];
  cut.pop_back();

  CHECK_FALSE(stream.reader().open_next(stream.sealed[1], as_bytes(where)));
  CHECK_FALSE(repeated.open_next(stream.sealed[0], as_bytes(where)));
  CHECK_FALSE(stream.reader().open_next(cut, as_bytes(where)));
  CHECK_FALSE(stream.reader().open_next({}, as_bytes(where)));
}

TEST_CASE("another key, header or place opens nothing") {
  const Stream stream;
  const Stream other;

  CHECK_FALSE(SecretStreamReader::open(other.key, stream.header)
                  .value()
                  .open_next(stream.sealed[0], as_bytes(where)));
  CHECK_FALSE(SecretStreamReader::open(stream.key, other.header)
                  .value()
                  .open_next(stream.sealed[0], as_bytes(where)));
  CHECK_FALSE(stream.reader().open_next(stream.sealed[0], as_bytes("chunk 4 of backup b")));
  CHECK_FALSE(SecretStreamReader::open(stream.key, ByteView(stream.header).first(23)));
}

TEST_CASE("the same message under the same key never looks the same") {
  const Stream stream;
  SecretStreamWriter again(stream.key);

  CHECK_FALSE(std::ranges::equal(again.header(), stream.header));
  CHECK(again.seal(as_bytes("first"), as_bytes(where), StreamPart::more) != stream.sealed[0]);
}

}  // namespace
}  // namespace kensho
