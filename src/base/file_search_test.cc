#include "base/file_search.h"

#include <doctest/doctest.h>

#include "base/encoding.h"
#include "base/file.h"
#include "base/random_bytes.h"

namespace kensho {
namespace {

namespace fs = std::filesystem;

struct Content {
  fs::path path = fs::temp_directory_path() / ("kensho-" + hex_encode(random_bytes(8)));
  explicit Content(const std::string& text) { REQUIRE(write_file_durably(path, text)); }
  ~Content() { fs::remove(path); }
};

std::optional<std::uint64_t> found(const std::string& text, const std::vector<std::string>& what) {
  const Content content(text);
  return find_in_file(content.path, BytePatterns(what)).value();
}

TEST_CASE("a pattern is found wherever it lies, across pieces too") {
  const std::string pattern = "12345678-long-pattern";
  // Around the border of the pieces that a file is read in, at both ends, in a short file.
  for (const std::size_t at : {0UL, 1UL, (1UL << 20U) - 21, (1UL << 20U) - 20, (1UL << 20U) - 1,
                               (1UL << 20U), (2UL << 20U) - 7, (3UL << 20U)}) {
    CAPTURE(at);
    std::string text(at, 'x');
    text += pattern;
    CHECK(found(text, {"somewhere else", pattern}) == at);
    CHECK(found(text.substr(0, text.size() - 1), {pattern}) == std::nullopt);
  }
  CHECK(found("", {pattern}) == std::nullopt);
}

TEST_CASE("patterns that begin alike are told apart, zero bytes are bytes") {
  const std::string with_zero("\0\0\0\0\0\0\0\1", 8);
  CHECK(found("..12345678b", {"12345678a", "12345678b"}) == 2);
  CHECK(found("..12345678c", {"12345678a", "12345678b"}) == std::nullopt);
  CHECK(found(std::string(20, '\0') + "\1", {with_zero}) == 13);
  CHECK(found("anything", {}) == std::nullopt);
}

TEST_CASE("a file that is not there is an error, not an empty answer") {
  const std::vector<std::string> what = {"12345678"};
  CHECK(find_in_file("/nowhere/at/all", BytePatterns(what)).error().code == Errc::not_found);
}

}  // namespace
}  // namespace kensho
