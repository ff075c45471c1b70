#include "app/clients.h"

#include <doctest/doctest.h>

#include "base/encoding.h"
#include "base/file.h"
#include "base/random_bytes.h"

namespace kensho::app {
namespace {

namespace fs = std::filesystem;

struct Folder {
  fs::path path = fs::temp_directory_path() / ("kensho-" + hex_encode(random_bytes(8)));
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
};

TEST_CASE("a token lets its client in, and no other text does") {
  const Folder folder;
  ClientFile file(folder.path / "clients.json");
  ClientDirectory directory(file);
  CHECK_FALSE(directory.find("anything").value());

  const std::string first = file.add("first", "osu").value();
  const std::string second = file.add("second", "alfred").value();
  CHECK(first.size() == std::string("kensho_").size() + 64);
  CHECK(first != second);
  CHECK(directory.find(first).value()->name == "first");
  CHECK(directory.find(second).value()->organisation == "alfred");
  for (const std::string& wrong : {std::string(), first.substr(1), first + "0", first.substr(7)})
    CHECK_FALSE(directory.find(wrong).value());

  REQUIRE(file.remove("first"));
  CHECK_FALSE(directory.find(first).value());
  CHECK(directory.find(second).value());
}

TEST_CASE("the file keeps hashes only, for its owner only") {
  const Folder folder;
  ClientFile file(folder.path / "clients.json");
  const std::string token = file.add("c", "osu").value();
  const std::string text = read_file(file.path()).value();
  CHECK(text.find(token.substr(7)) == std::string::npos);
  CHECK(text.find(hex_encode(sha256(as_bytes(token)))) != std::string::npos);
  CHECK((fs::status(file.path()).permissions() & fs::perms::all) ==
        (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("what cannot be a client is refused and changes nothing") {
  const Folder folder;
  ClientFile file(folder.path / "clients.json");
  REQUIRE(file.add("c", "osu"));
  const std::string before = read_file(file.path()).value();
  CHECK(file.add("c", "alfred").error().code == Errc::conflict);
  CHECK(file.add("a b", "osu").error().code == Errc::invalid_argument);
  CHECK(file.add("d", "").error().code == Errc::invalid_argument);
  CHECK(file.remove("d").error().code == Errc::not_found);
  CHECK(read_file(file.path()).value() == before);
}

TEST_CASE("a damaged file lets nobody in") {
  const Folder folder;
  ClientFile file(folder.path / "clients.json");
  const std::string token = file.add("c", "osu").value();
  ClientDirectory directory(file);
  REQUIRE(directory.find(token).value());
  for (const char* text : {"{", R"({"clients":[{"name":"c","organisation":"osu"}]})",
                           R"({"clients":[{"name":"c","organisation":"osu","token_sha256":"00"}]})",
                           R"({"client":[]})"}) {
    REQUIRE(write_file_durably(file.path(), text));
    CHECK_FALSE(directory.find(token));
  }
}

}  // namespace
}  // namespace kensho::app
