#include "base/file.h"

#include <filesystem>

#include <doctest/doctest.h>
#include <unistd.h>

namespace kensho {
namespace {

namespace fs = std::filesystem;

/// A folder of this test's own, gone with it.
class Scratch {
 public:
  Scratch()
      : path_(fs::temp_directory_path() / ("kensho_file_test_" + std::to_string(::getpid()))) {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  fs::path operator/(const char* name) const { return path_ / name; }

 private:
  fs::path path_;
};

void make_folder(const fs::path& folder, const std::string& content) {
  fs::create_directories(folder);
  REQUIRE(replace_file(folder / "page", content));
}

TEST_CASE("a folder takes the place of another, or of none, and nothing else stays behind") {
  const Scratch scratch;
  const fs::path site = scratch / "site", next = scratch / "site.next";

  for (const char* content : {"first", "second", "third"}) {
    make_folder(next, content);
    REQUIRE(replace_folder(site, next));
    CHECK(read_file(site / "page").value() == content);
    CHECK(!fs::exists(next));
  }
}

TEST_CASE("a folder that is not there replaces nothing") {
  const Scratch scratch;
  make_folder(scratch / "site", "kept");

  const Status replaced = replace_folder(scratch / "site", scratch / "nowhere");

  REQUIRE(!replaced);
  CHECK(replaced.error().message.find("site") != std::string::npos);
  CHECK(read_file((scratch / "site") / "page").value() == "kept");
}

TEST_CASE("a replaced file is the new one whole, without its temporary beside it") {
  const Scratch scratch;
  REQUIRE(replace_file(scratch / "note", "old"));
  REQUIRE(replace_file(scratch / "note", "new"));
  REQUIRE(sync_filesystem(scratch / "."));

  CHECK(read_file(scratch / "note").value() == "new");
  CHECK(as_text(read_bytes(scratch / "note").value()) == "new");
  CHECK(!fs::exists(scratch / "note.new"));
  CHECK(replace_file(scratch / "no-folder" / "note", "x").error().code == Errc::not_found);
}

TEST_CASE("a file above the limit is refused with its size") {
  const Scratch scratch;
  REQUIRE(write_file_durably(scratch / "note", "twelve bytes"));

  const auto refused = read_bytes(scratch / "note", 11);

  REQUIRE(!refused);
  CHECK(refused.error().message.find("12 bytes") != std::string::npos);
}

TEST_CASE("a file that is replaced and wiped leaves zeros where its bytes were") {
  const Scratch scratch;
  const fs::path file = scratch / "keys", old = scratch / "the old file by another name";
  REQUIRE(replace_file_and_wipe(file, "first, with secrets"));
  fs::create_hard_link(file, old);

  REQUIRE(replace_file_and_wipe(file, "second", FileReaders::owner_only));

  CHECK(read_file(file).value() == "second");
  CHECK(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(read_file(old).value() == std::string(std::string("first, with secrets").size(), '\0'));
}

}  // namespace
}  // namespace kensho
