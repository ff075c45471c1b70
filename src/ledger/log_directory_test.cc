#include "ledger/log_directory.h"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <set>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "ledger/checkpoint.h"
#include "ledger/entry_bundle.h"
#include "ledger/log_audit.h"
#include "ledger/log_writer.h"
#include "ledger/proof.h"
#include "ledger/tile_proof.h"
#include "ledger/tree_builder.h"

namespace kensho::ledger {
namespace {

namespace fs = std::filesystem;

// A new empty directory that goes away with the test.
class Scratch {
 public:
  Scratch() {
    std::string name = (fs::temp_directory_path() / "kensho-log-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

const NoteSigner& log_signer() {
  static const NoteSigner signer =
      NoteSigner::make("example.com/log", Ed25519Signer::generate()).value();
  return signer;
}

Hash commitment(std::uint64_t i) {
  return sha256(as_bytes("commitment " + std::to_string(i)));
}

std::string note_of(const TreeHead& head) {
  return sign_checkpoint({"example.com/log", head, {}}, log_signer()).value();
}

LogWriter open_writer(const LogDirectory& log) {
  return LogWriter::open(log, log_signer().key()).value();
}

// Appends commitments up to `size` and publishes.
TreeHead grow(LogWriter& writer, std::uint64_t size) {
  while (writer.size() < size) REQUIRE(writer.append(commitment(writer.size())));
  const TreeHead head = writer.flush().value();
  REQUIRE(writer.publish(note_of(head)));
  return head;
}

TreeHead expected_head(std::uint64_t size) {
  TreeBuilder builder;
  for (std::uint64_t i = 0; i < size; ++i) builder.append(leaf_hash(commitment(i)));
  return builder.head();
}

std::set<std::string> files_in(const LogDirectory& log) {
  std::set<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(log.root()))
    if (entry.is_regular_file()) files.insert(fs::relative(entry.path(), log.root()).string());
  return files;
}

Bytes content(const fs::path& path) {
  return read_bytes(path, 1 << 24).value();
}

void put(const fs::path& path, const Bytes& bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << as_text(bytes);
}

AuditReport audit(const LogDirectory& log) {
  return audit_log(log, log_signer().key()).value();
}

std::set<std::string> blamed(const AuditReport& report) {
  std::set<std::string> files;
  for (const AuditFinding& finding : report.findings) files.insert(finding.file);
  return files;
}

TEST_CASE("a log grown in steps is the log grown at once, with only the newest partial tiles") {
  const Scratch scratch;
  const LogDirectory steps(scratch.path() / "steps");
  const LogDirectory once(scratch.path() / "once/");
  LogWriter writer = open_writer(steps);
  for (const unsigned size : {0U, 1U, 2U, 200U, 255U, 256U, 257U, 300U, 511U, 512U, 1100U, 1101U}) {
    if (size % 2 == 1) writer = open_writer(steps);
    CHECK(grow(writer, size) == expected_head(size));
    CHECK(audit(steps).findings.empty());
  }
  LogWriter other = open_writer(once);
  grow(other, 1101);

  std::set<std::string> expected{"checkpoint", "tile/0/004.p/77", "tile/entries/004.p/77",
                                 "tile/1/000.p/4"};
  for (const std::string index : {"000", "001", "002", "003"})
    expected.merge(std::set{"tile/0/" + index, "tile/entries/" + index});
  CHECK(files_in(steps) == expected);
  CHECK(files_in(once) == expected);
  for (const std::string& file : expected)
    CHECK_MESSAGE(content(steps.file(file)) == content(once.file(file)), file);
}

TEST_CASE("a file of the published log is never written again") {
  const Scratch scratch;
  const LogDirectory log(scratch.path());
  LogWriter writer = open_writer(log);
  grow(writer, 600);
  const std::string tile = path_of(TileId{1, 0, 2});
  struct stat before{}, after{};
  REQUIRE(::stat(log.file(tile).c_str(), &before) == 0);
  grow(writer, 700);  // the tile of level 1 keeps its width
  writer = open_writer(log);
  grow(writer, 701);
  REQUIRE(::stat(log.file(tile).c_str(), &after) == 0);
  CHECK(after.st_ino == before.st_ino);
  CHECK(after.st_mtim.tv_nsec == before.st_mtim.tv_nsec);
  CHECK(audit(log).findings.empty());
}

TEST_CASE("proofs of older sizes come from the files of the newest") {
  const Scratch scratch;
  const LogDirectory log(scratch.path());
  LogWriter writer = open_writer(log);
  const TreeHead newest = grow(writer, 700);
  for (const unsigned size : {1U, 77U, 255U, 256U, 257U, 513U, 600U, 699U, 700U}) {
    const TreeHead older = expected_head(size);
    CHECK(root_at(log.tiles(), size).value() == older.root);
    const Proof inclusion = inclusion_proof(log.tiles(), size - 1, size).value();
    CHECK(verify_inclusion(leaf_hash(commitment(size - 1)), size - 1, older, inclusion));
    const Proof consistency = consistency_proof(log.tiles(), size, 700).value();
    CHECK(verify_consistency(older, newest, consistency));
  }
  const Bytes bundle = log.read_bundle({2, 10}).value();
  const auto entries = parse_bundle(bundle, 10).value();
  CHECK(std::ranges::equal(entries[9], commitment(521)));
  CHECK(log.read_bundle({3, 1}).error().code == Errc::not_found);
}

TEST_CASE("one flipped byte in any file of a log is found in that file and at that entry") {
  const Scratch scratch;
  const LogDirectory log(scratch.path());
  LogWriter writer = open_writer(log);
  grow(writer, 600);
  CHECK(files_in(log).size() == 8);

  for (const std::string& file : files_in(log)) {
    const Bytes good = content(log.file(file));
    for (std::size_t at = 0; at < good.size(); at += 1 + good.size() / 97) {
      Bytes bad = good;
      bad[at] ^= 0x20;
      put(log.file(file), bad);
      const AuditReport report = audit(log);
      REQUIRE_MESSAGE(blamed(report) == std::set{file}, file << " byte " << at);
      const bool is_bundle = file.starts_with("tile/entries/");
      const bool in_length = is_bundle && at % 34 < 2;
      if (file != "checkpoint" && !in_length) {
        REQUIRE(report.findings.size() == 1);
        REQUIRE(report.findings[0].entry == at / (is_bundle ? 34U : 32U));
      }
    }
    put(log.file(file), good);
  }
  CHECK(audit(log).findings.empty());
  CHECK(audit(log).files_read == 8);
}

TEST_CASE("a missing, shortened or lengthened file is named") {
  const Scratch scratch;
  const LogDirectory log(scratch.path());
  LogWriter writer = open_writer(log);
  grow(writer, 600);
  for (const std::string& file : files_in(log)) {
    const Bytes good = content(log.file(file));
    fs::remove(log.file(file));
    CHECK_MESSAGE(blamed(audit(log)) == std::set{file}, file << " missing");
    Bytes bad = good;
    bad.pop_back();
    put(log.file(file), bad);
    CHECK_MESSAGE(blamed(audit(log)) == std::set{file}, file << " shortened");
    bad = good;
    bad.push_back(0);
    put(log.file(file), bad);
    CHECK_MESSAGE(blamed(audit(log)) == std::set{file}, file << " lengthened");
    put(log.file(file), good);
  }
}

// Replaces entry `index` and makes bundle and leaf tile fit each other, as a forger would.
void forge_entry(const LogDirectory& log, std::uint64_t index, std::uint64_t size) {
  const std::uint64_t tile = index / tile_width;
  const std::uint32_t width = tile_width_in(size, 0, tile);
  const fs::path bundle_file = log.file(path_of(BundleId{tile, width}));
  const fs::path tile_file = log.file(path_of(TileId{0, tile, width}));
  const auto place = static_cast<std::ptrdiff_t>(index % tile_width);
  const Hash forged = sha256(as_bytes("forged"));
  Bytes bundle = content(bundle_file);
  std::ranges::copy(forged, bundle.begin() + place * 34 + 2);
  put(bundle_file, bundle);
  Bytes leaves = content(tile_file);
  std::ranges::copy(leaf_hash(forged), leaves.begin() + place * 32);
  put(tile_file, leaves);
}

TEST_CASE("an entry forged together with its leaf hash is found by the tile above or the root") {
  const Scratch scratch;
  const LogDirectory log(scratch.path());
  LogWriter writer = open_writer(log);
  grow(writer, 600);

  forge_entry(log, 300, 600);
  CHECK(blamed(audit(log)) == std::set<std::string>{"tile/0/001", "tile/entries/001"});
  forge_entry(log, 599, 600);
  CHECK(blamed(audit(log)).contains("checkpoint"));
}

TEST_CASE("damage on three tile levels is named on each") {
  const Scratch scratch;
  const LogDirectory log(scratch.path());
  LogWriter writer = open_writer(log);
  grow(writer, 65536 + 256 + 3);
  CHECK(audit(log).findings.empty());
  for (const std::string file : {"tile/1/000", "tile/1/001.p/1", "tile/2/000.p/1", "tile/0/256",
                                 "tile/0/257.p/3", "tile/0/100", "tile/entries/100"}) {
    const Bytes good = content(log.file(file));
    Bytes bad = good;
    bad[20] ^= 1;
    put(log.file(file), bad);
    CHECK_MESSAGE(blamed(audit(log)) == std::set<std::string>{file}, file);
    put(log.file(file), good);
  }
}

TEST_CASE("an audit of a wholly replaced log stops at its limit") {
  const Scratch scratch;
  const LogDirectory log(scratch.path());
  LogWriter writer = open_writer(log);
  grow(writer, 2000);
  for (const std::string& file : files_in(log))
    if (file.starts_with("tile/entries/")) {
      Bytes bytes = content(log.file(file));
      for (std::size_t at = 2; at < bytes.size(); at += 34) bytes[at] ^= 1;
      put(log.file(file), bytes);
    }
  const AuditReport report = audit(log);
  CHECK(report.stopped_early);
  CHECK(report.findings.size() == max_audit_findings);
}

TEST_CASE("a checkpoint of another key or log is a finding, not a base for an audit") {
  const Scratch scratch;
  const LogDirectory log(scratch.path());
  LogWriter writer = open_writer(log);
  grow(writer, 3);
  const NoteSigner stranger =
      NoteSigner::make("example.com/log", Ed25519Signer::generate()).value();
  const AuditReport report = audit_log(log, stranger.key()).value();
  CHECK(!report.checkpoint);
  CHECK(blamed(report) == std::set<std::string>{"checkpoint"});
  CHECK(blamed(audit(LogDirectory(scratch.path() / "nowhere"))) ==
        std::set<std::string>{"checkpoint"});
}

TEST_CASE("what a crash leaves is ignored, overwritten and cleaned up") {
  const Scratch scratch;
  const LogDirectory log(scratch.path());
  {
    LogWriter writer = open_writer(log);
    grow(writer, 250);
    // Killed between flush and publish, with files beyond the checkpoint on disk ...
    for (int i = 0; i < 30; ++i) REQUIRE(writer.append(as_bytes("lost entry")));
    REQUIRE(writer.flush());
  }
  // ... and in the middle of two writes.
  put(log.file("tile/0/001.p/24.new"), Bytes(100, 1));
  put(log.file("checkpoint.new"), Bytes(10, 1));

  CHECK(audit(log).findings.empty());
  CHECK(root_at(log.tiles(), 250).value() == expected_head(250).root);
  LogWriter writer = open_writer(log);
  CHECK(writer.size() == 250);
  CHECK(grow(writer, 257) == expected_head(257));
  CHECK(audit(log).findings.empty());
  CHECK(files_in(log) == std::set<std::string>{"checkpoint", "tile/0/000", "tile/0/001.p/1",
                                               "tile/1/000.p/1", "tile/entries/000",
                                               "tile/entries/001.p/1"});
}

// Publishes one entry after the other and reports each published size, until it is killed.
[[noreturn]] void publish_until_killed(const LogDirectory& log, int report) {
  LogWriter writer = open_writer(log);
  while (true) {
    const std::uint64_t size = grow(writer, writer.size() + 1 + writer.size() % 90).size;
    if (::write(report, &size, sizeof size) != sizeof size) ::_exit(1);
  }
}

TEST_CASE("a writer killed at any moment has lost nothing that it published") {
  const Scratch scratch;
  const LogDirectory log(scratch.path());
  const NoteKey key =
      log_signer().key();  // made before the fork, so that every child signs with it
  std::uint64_t published = 0;
  for (unsigned round = 0; round < 12; ++round) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) publish_until_killed(log, ends[1]);
    ::close(ends[1]);
    std::uint64_t size = 0;
    if (round % 2 == 1) {  // so that a kill comes after a publication, however slow the disk is
      if (::read(ends[0], &size, sizeof size) == sizeof size) published = size;
    }
    ::usleep(20000 + round * 7919);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(ends[0], &size, sizeof size) == sizeof size) published = size;
    ::close(ends[0]);

    if (published == 0 && !fs::exists(log.file(checkpoint_path))) continue;
    const AuditReport report = audit_log(log, key).value();
    REQUIRE(report.findings.empty());
    REQUIRE(report.checkpoint->tree.size >= published);
    REQUIRE(report.checkpoint->tree == expected_head(report.checkpoint->tree.size));
  }
  CHECK(published > 0);
}

TEST_CASE("a writer refuses a damaged log, a foreign key and a checkpoint it did not flush") {
  const Scratch scratch;
  const LogDirectory log(scratch.path());
  LogWriter writer = open_writer(log);
  const TreeHead head = grow(writer, 300);
  REQUIRE(writer.append(commitment(300)));
  CHECK(writer.publish(note_of({301, head.root})).error().code == Errc::conflict);
  CHECK(writer.publish("nonsense").error().code == Errc::invalid_argument);
  CHECK(writer.append(Bytes(65536)).error().code == Errc::invalid_argument);

  const NoteSigner stranger =
      NoteSigner::make("example.com/log", Ed25519Signer::generate()).value();
  CHECK(LogWriter::open(log, stranger.key()).error().code == Errc::corrupted);
  for (const std::string file : {"tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"}) {
    const Bytes good = content(log.file(file));
    Bytes bad = good;
    bad.back() ^= 1;
    put(log.file(file), bad);
    CHECK_MESSAGE(LogWriter::open(log, log_signer().key()).error().code == Errc::corrupted, file);
    put(log.file(file), good);
  }
  CHECK(LogWriter::open(log, log_signer().key()));
}

TEST_CASE("entries of any length up to the limit are kept") {
  const Scratch scratch;
  const LogDirectory log(scratch.path());
  LogWriter writer = open_writer(log);
  REQUIRE(writer.append({}));
  REQUIRE(writer.append(Bytes(63, 1)));
  REQUIRE(writer.append(Bytes(64, 2)));
  REQUIRE(writer.append(Bytes(max_entry_bytes, 3)));
  REQUIRE(writer.publish(note_of(writer.flush().value())));
  CHECK(audit(log).findings.empty());
  const Bytes bundle = log.read_bundle({0, 4}).value();
  const auto entries = parse_bundle(bundle, 4).value();
  CHECK(entries[0].empty());
  CHECK(entries[3].size() == max_entry_bytes);
}

}  // namespace
}  // namespace kensho::ledger
