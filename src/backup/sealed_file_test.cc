#include "backup/sealed_file.h"

#include <algorithm>
#include <filesystem>

#include <doctest/doctest.h>

#include "backup/binary.h"
#include "backup/entry_record.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/random_bytes.h"
#include "journal/commitment.h"

namespace kensho::backup {
namespace {

namespace fs = std::filesystem;

/// A file of the test's own with its key, gone at the end.
struct Sealed {
  fs::path path = fs::temp_directory_path() / ("kensho-sealed-" + hex_encode(random_bytes(8)));
  SecretKey key = new_secret_key();
  SealedSize size;
  ~Sealed() { fs::remove(path); }

  void write(ByteView content) {
    SealedWriter writer = SealedWriter::create(path, key, "here").value();
    REQUIRE(writer.write(content));
    size = writer.finish().value();
  }
  /// Content of that length, and that nothing but padding is behind it.
  Result<Bytes> read(std::size_t length, const std::string& place = "here") const {
    SealedReader reader = TRY(SealedReader::open(path, key, place));
    Bytes content(length);
    TRY(reader.read(content));
    const SealedSize read = TRY(reader.finish());
    CHECK(read == size);
    return content;
  }
};

TEST_CASE("content of every length around a frame comes back, and its file is hashed") {
  for (const std::size_t length : {std::size_t{0}, std::size_t{1}, frame_bytes - 1, frame_bytes,
                                   frame_bytes + 1, 2 * frame_bytes, 3 * frame_bytes + 17}) {
    CAPTURE(length);
    Sealed sealed;
    const Bytes content = random_bytes(length);

    sealed.write(content);

    CHECK(sealed.read(length).value() == content);
    CHECK(sealed.size.bytes == fs::file_size(sealed.path));
    CHECK(hex_encode(sealed.size.sha256) == sha256_of_file(sealed.path).value());
  }
}

TEST_CASE("a flipped byte anywhere, a cut, an added byte and another place are refused") {
  Sealed sealed;
  const Bytes content = random_bytes(2 * frame_bytes + 100);
  sealed.write(content);
  const std::string good = read_file(sealed.path).value();

  for (std::size_t at = 0; at < good.size(); at += 997) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    REQUIRE(replace_file(sealed.path, bad));
    CHECK(sealed.read(content.size()).error().code == Errc::corrupted);
  }
  for (const std::size_t length :
       {std::size_t{0}, std::size_t{23}, std::size_t{24}, frame_bytes + 41, good.size() - 1}) {
    REQUIRE(replace_file(sealed.path, good.substr(0, length)));
    CHECK(sealed.read(content.size()).error().code == Errc::corrupted);
  }
  REQUIRE(replace_file(sealed.path, good + "x"));
  CHECK(sealed.read(content.size()).error().code == Errc::corrupted);
  REQUIRE(replace_file(sealed.path, good));
  CHECK(sealed.read(content.size(), "there").error().code == Errc::corrupted);
  CHECK(sealed.read(content.size()).value() == content);
}

TEST_CASE("bytes added behind a last frame that is full are refused") {
  Sealed sealed;
  sealed.write(random_bytes(frame_bytes));
  const std::string good = read_file(sealed.path).value();
  REQUIRE(good.size() == secret_stream_header_bytes + frame_bytes + secret_stream_overhead_bytes);

  REQUIRE(replace_file(sealed.path, good + "x"));

  CHECK(sealed.read(frame_bytes).error().message.ends_with("bytes were added at its end"));
}

TEST_CASE("frames in another order are refused") {
  Sealed sealed;
  sealed.write(random_bytes(3 * frame_bytes));
  const std::string good = read_file(sealed.path).value();
  const std::size_t frame = frame_bytes + secret_stream_overhead_bytes;

  const std::string swapped = good.substr(0, 24) + good.substr(24 + frame, frame) +
                              good.substr(24, frame) + good.substr(24 + 2 * frame);
  REQUIRE(replace_file(sealed.path, swapped));

  CHECK(sealed.read(3 * frame_bytes).error().code == Errc::corrupted);
}

TEST_CASE("more content than is asked for is no padding") {
  Sealed sealed;
  sealed.write(as_bytes("content and more"));

  CHECK(sealed.read(7).error().message.ends_with("there is more in it than it should"));
}

TEST_CASE("padding adds little, never takes, and leaves few lengths") {
  std::size_t lengths = 0;
  std::uint64_t last = 0;
  for (std::uint64_t bytes = 0; bytes <= 100'000; ++bytes) {
    const std::uint64_t padded = padded_length(bytes);
    CHECK(padded >= bytes);
    CHECK(padded - bytes <= bytes * 12 / 100);
    CHECK(padded >= last);
    lengths += padded == last ? 0 : 1;
    last = padded;
  }
  CHECK(lengths < 250);
}

TEST_CASE("entries come back from their records, erased ones too") {
  journal::Entry entry;
  entry.seq = 7;
  entry.time = {-5};
  entry.act = {.actor = "actor",
               .organisation = "organisation",
               .kind = "case.reported",
               .subject = "p1",
               .reason = "",
               .payload = std::string(100'000, ' ') + "{}"};
  entry.key = new_secret_key();
  journal::seal(entry);
  journal::Entry erased = entry;
  erased.erased = true;
  Bytes records;
  append_record(records, entry);
  append_record(records, erased);
  Sealed sealed;
  sealed.write(records);

  SealedReader reader = SealedReader::open(sealed.path, sealed.key, "here").value();
  const journal::Entry first = read_record(reader).value();
  const journal::Entry second = read_record(reader).value();

  REQUIRE(reader.finish());
  CHECK(journal::check_sealed(first));
  CHECK(first.act.payload == entry.act.payload);
  CHECK(first.time == entry.time);
  CHECK(second.erased);
  CHECK(second.leaf == entry.leaf);
  CHECK(second.act.subject.empty());
  CHECK(second.key == Hash{});
}

}  // namespace
}  // namespace kensho::backup
