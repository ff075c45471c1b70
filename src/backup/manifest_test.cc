#include "backup/manifest.h"

#include <filesystem>

#include <doctest/doctest.h>

#include "backup/manifest_json.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/random_bytes.h"

namespace kensho::backup {
namespace {

namespace fs = std::filesystem;

Hash leaf(std::uint64_t seq) {
  return sha256(as_bytes("leaf " + std::to_string(seq)));
}

/// A manifest over `size` made-up entries in chunks of four.
Manifest manifest_of(std::uint64_t size) {
  Manifest manifest{.backup = "b0", .generation = 3, .log_key = "key", .chunk_entries = 4};
  for (std::uint64_t seq = 0; seq < size; ++seq) {
    if (seq % 4 == 0) {
      manifest.chunks.push_back(
          {.file = {.name = "ab" + std::to_string(seq), .key = new_secret_key(), .generation = 2}});
    }
    manifest.chunks.back().tree.append(leaf(seq));
  }
  return manifest;
}

TEST_CASE("the tree over the chunks is the tree over the entries") {
  ledger::TreeBuilder tree;
  for (std::uint64_t size = 0; size <= 40; ++size) {
    CHECK(tree_of(manifest_of(size)).value().serialise() == tree.serialise());
    tree.append(leaf(size));
  }
}

TEST_CASE("a chunk in the middle that is not full is no backup") {
  Manifest manifest = manifest_of(12);
  manifest.chunks[1].tree = {};
  manifest.chunks[1].tree.append(leaf(4));

  CHECK(tree_of(manifest).error().code == Errc::corrupted);
}

TEST_CASE("a manifest comes back as it was sealed") {
  const BackupKey key = BackupKey::generate();
  Manifest manifest = manifest_of(9);
  manifest.chunks[1].erased = 2;
  manifest.head = {.size = 9, .last_time = {77}, .frontier = "\x01\xff", .checkpoint = "note\n"};
  manifest.public_checkpoint = "older\n";
  manifest.archive = Archive{.file = manifest.chunks[0].file,
                             .files = {{.path = "keys/log.key", .owner_only = true, .bytes = 5}}};

  const std::string sealed = seal_manifest(manifest, key).value();
  const Manifest opened = open_manifest(sealed, key, "manifest").value();

  CHECK(to_json(opened) == to_json(manifest));
  CHECK(opened.entries() == 9);
  CHECK(opened.erased() == 2);
}

TEST_CASE("a manifest is opened by its key alone, and every flipped byte of it is refused") {
  const BackupKey key = BackupKey::generate();
  const BackupKey other = BackupKey::generate();
  const std::string sealed = seal_manifest(manifest_of(3), key).value();

  const auto wrong = open_manifest(sealed, other, "manifest");
  CHECK(wrong.error().code == Errc::permission_denied);
  CHECK(wrong.error().message.find(key.id()) != std::string::npos);
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    std::string bad = sealed;
    bad[at] = static_cast<char>(bad[at] ^ 4);
    CHECK_FALSE(open_manifest(bad, key, "manifest"));
  }
  for (std::size_t length = 0; length < sealed.size(); length += 13) {
    CHECK_FALSE(open_manifest(sealed.substr(0, length), key, "manifest"));
  }
}

TEST_CASE("a data file's name leads nowhere else") {
  Manifest manifest = manifest_of(3);
  manifest.chunks[0].file.name = "../../etc/passwd";

  CHECK_FALSE(read_manifest(to_json(manifest), "manifest"));
}

TEST_CASE("a key file is private, never replaced, and read back") {
  const fs::path file = fs::temp_directory_path() / ("kensho-key-" + hex_encode(random_bytes(8)));
  const BackupKey key = BackupKey::generate();

  REQUIRE(key.write_new(file));
  CHECK(BackupKey::read(file).value().id() == key.id());
  CHECK(BackupKey::read(file).value().manifest_key() == key.manifest_key());
  CHECK(key.write_new(file).error().code == Errc::conflict);
  fs::permissions(file, fs::perms::group_read, fs::perm_options::add);
  CHECK(BackupKey::read(file).error().code == Errc::permission_denied);
  REQUIRE(write_file_durably(file, "kensho backup key 1\nabc\n", FileReaders::owner_only));
  CHECK(BackupKey::read(file).error().code == Errc::invalid_argument);
  fs::remove(file);
  CHECK(BackupKey::read(file).error().code == Errc::not_found);
}

}  // namespace
}  // namespace kensho::backup
