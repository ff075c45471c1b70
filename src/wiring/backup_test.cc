// A registry's backup through its life: taken, brought up to date, damaged, erased from, restored.
#include <filesystem>
#include <set>

#include <doctest/doctest.h>

#include "app/check_registry.h"
#include "app/import_cases.h"
#include "app/register_masters.h"
#include "backup/chunk.h"
#include "backup/take_backup.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/random_bytes.h"
#include "base/toml.h"
#include "journal/payload.h"
#include "wiring/home.h"
#include "wiring/restore.h"

namespace kensho::wiring {
namespace {

namespace fs = std::filesystem;

const app::Actor actor{"test", "society"};

template <class T>
T must(Result<T> result) {
  REQUIRE_MESSAGE(result, (result ? "" : result.error().message));
  return std::move(result).value();
}

/// Cases in memory: each participant once.
class Cases final : public CaseSource {
 public:
  Cases(const std::string& prefix, std::size_t count) : prefix_(prefix), count_(count) {}
  Result<std::optional<SourcedRow>> next() override {
    if (at_ == count_) return std::optional<SourcedRow>();
    CaseReport report{.therapy = "allogeneic-bmt",
                      .institution = "osu",
                      .participant = prefix_ + std::to_string(at_),
                      .registers = true};
    ++at_;
    return std::optional(SourcedRow{.line = at_ + 1, .report = std::move(report)});
  }

 private:
  std::string prefix_;
  std::size_t count_;
  std::size_t at_ = 0;
};

/// A registry and its backup in a folder that goes with the test. Chunks hold eight entries.
struct Place {
  fs::path root = fs::temp_directory_path() / ("kensho-backup-" + hex_encode(random_bytes(8)));
  SystemClock clock;
  backup::BackupKey key = backup::BackupKey::generate();
  std::unique_ptr<Home> home;

  Place() {
    const fs::path config =
        fs::path(KENSHO_SOURCE_DIR) / "examples/bone-marrow-transplant/registry.toml";
    const Json document = parse_toml(read_file(config).value(), "registry.toml").value();
    home = must(Home::create(root / "home", "kensho.test/log", clock));
    must(app::open_registry(home->journal(), actor, document, "registry.toml"));
    must(app::register_masters(home->journal(), actor, document, "registry.toml"));
  }
  ~Place() { fs::remove_all(root); }

  fs::path folder() const { return root / "backup"; }

  void import(const std::string& prefix, std::size_t count) {
    Cases cases(prefix, count);
    must(app::import_cases(home->journal(), cases,
                           {.actor = actor, .digest = prefix, .file_name = "f.csv"}, {}));
  }

  /// Erases everybody of an import whose number is in the list.
  void erase(const std::string& prefix, const std::vector<std::size_t>& numbers) {
    app::Batch batch = must(home->journal().begin(actor));
    for (const std::size_t number : numbers) {
      const auto entries = must(home->store().entries_of("osu", prefix + std::to_string(number)));
      REQUIRE(entries.size() == 1);
      must(batch.erase(entries));
      const Erasure erasure{.entries = entries,
                            .institution = "osu",
                            .therapy = "allogeneic-bmt",
                            .tag = hex_encode(random_bytes(32))};
      must(
          batch.add({.kind = journal::kind::entries_erased, .payload = journal::to_json(erasure)}));
    }
    must(batch.commit());
  }

  Result<backup::TakeReport> take(const std::function<void(std::uint64_t)>& on_entries = {}) {
    const backup::Source source{home->store(), home->journal().key(), home->root()};
    return backup::take_backup(
        source, folder(),
        {.key = key, .chunk_entries = 8, .on_progress = [&](std::uint64_t done, std::uint64_t) {
           if (on_entries) on_entries(done);
         }});
  }

  Result<RestoreReport> restore(const std::string& name = "restored",
                                std::optional<std::string> known = std::nullopt) {
    return restore_backup(
        {.backup = folder(), .key = key, .home = root / name, .known_checkpoint = std::move(known)},
        clock);
  }

  backup::CheckReport check() {
    return must(backup::check_backup(backup::Folder(folder()), key, {}));
  }

  std::set<std::string> data_files() const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder() / "data")) {
      names.insert(entry.path().filename().string());
    }
    return names;
  }

  /// Everything the backup's entries say, as one text.
  std::string opened() {
    const backup::Folder folder_(folder());
    const backup::Manifest manifest = must(folder_.manifest(key));
    std::string text;
    const auto take = [&text](const journal::Entry& entry) {
      text += entry.act.subject + entry.act.reason + entry.act.payload + "\n";
      return ok();
    };
    for (std::uint64_t index = 0; index < manifest.chunks.size(); ++index) {
      must(backup::read_chunk(folder_, manifest, index, take));
    }
    return text;
  }
};

/// Every entry with everything in it, as one text.
std::string content_of(const storage::JournalStore& store) {
  std::string text;
  must(store.read(0, must(store.head()).size, [&text](const journal::Entry& entry) {
    const journal::NewEntry& act = entry.act;
    text += std::to_string(entry.seq) + "|" + std::to_string(entry.time.us) + "|" + act.actor +
            act.organisation + act.kind + act.subject + act.reason + act.payload +
            hex_encode(entry.key) + hex_encode(entry.commitment) + hex_encode(entry.leaf) +
            (entry.erased ? "erased\n" : "\n");
    return ok();
  }));
  return text;
}

TEST_CASE("a restored registry is the registry, and goes on") {
  Place place;
  place.import("a", 40);
  place.erase("a", {3, 17});
  must(place.take());

  const RestoreReport report = must(place.restore());

  auto restored = must(Home::open(place.root / "restored", Purpose::writing, place.clock));
  CHECK(report.manifest.erased() == 2);
  CHECK(report.checkpoint.tree.size == must(place.home->store().head()).size);
  CHECK(content_of(restored->store()) == content_of(place.home->store()));
  for (const char* file : {"log/checkpoint", "keys/log.key"}) {
    CHECK(read_file(place.root / "restored" / file).value() ==
          read_file(place.home->root() / file).value());
  }
  CHECK(restored->store().check_views());
  Cases more("b", 3);
  must(app::import_cases(restored->journal(), more,
                         {.actor = actor, .digest = "b", .file_name = "f.csv"}, {}));
  CHECK(app::check_registry(restored->journal()).findings.empty());
  const auto again =
      backup::take_backup({restored->store(), restored->journal().key(), restored->root()},
                          place.folder(), {.key = place.key});
  REQUIRE(again);
  CHECK(again->manifest.generation == 2);
  CHECK(place.check().damages.empty());
}

TEST_CASE("a second backup writes what changed and nothing else") {
  Place place;
  place.import("a", 40);  // 10 + 40 + 1 entries: six chunks of eight and one of three
  must(place.take());
  const auto before = place.data_files();
  const auto first_chunks = must(backup::Folder(place.folder()).manifest(place.key)).chunks;
  CHECK(first_chunks.size() == 7);

  const auto idle = must(place.take());
  CHECK_FALSE(idle.changed);
  CHECK(idle.bytes_written == 0);
  CHECK(place.data_files() == before);

  place.import("b", 3);
  const auto second = must(place.take());

  CHECK(second.chunks_written == 1);  // the one that was not full
  CHECK(second.chunks_rewritten == 0);
  for (std::size_t index = 0; index < 6; ++index) {
    CHECK(second.manifest.chunks[index].file.name == first_chunks[index].file.name);
  }
  CHECK(second.manifest.chunks[6].file.name != first_chunks[6].file.name);
  CHECK(place.data_files().size() == before.size());  // the superseded one is gone
  CHECK(place.check().damages.empty());
}

TEST_CASE("what was erased is in no file of the next backup") {
  Place place;
  place.import("erased-person-", 30);
  must(place.take());
  CHECK(place.opened().find("erased-person-12\"") != std::string::npos);
  const auto before = must(backup::Folder(place.folder()).manifest(place.key)).chunks;

  place.erase("erased-person-", {12});
  const auto report = must(place.take());

  CHECK(report.chunks_rewritten == 1);
  CHECK(place.opened().find("erased-person-12\"") == std::string::npos);
  CHECK(place.opened().find("erased-person-13\"") != std::string::npos);
  const std::size_t changed = (10 + 12) / 8;
  for (std::size_t index = 0; index + 1 < before.size(); ++index) {
    const bool is_same = report.manifest.chunks[index].file.name == before[index].file.name;
    CHECK(is_same == (index != changed));
    CHECK(fs::exists(place.folder() / "data" / before[index].file.name) == is_same);
  }
  CHECK(report.manifest.chunks[changed].file.key != before[changed].file.key);
  CHECK(must(place.restore()).manifest.erased() == 1);
}

TEST_CASE("an erasure while a backup runs, before and behind where it reads, is in it") {
  Place place;
  place.import("person-", 60);
  bool done = false;

  const auto report = must(place.take([&](std::uint64_t entries) {
    if (done || entries < 32) return;
    done = true;
    place.erase("person-", {2, 50});  // in a chunk that was written, and in one that was not
  }));

  CHECK(report.chunks_rewritten >= 2);
  CHECK(report.manifest.head.size == must(place.home->store().head()).size);
  CHECK(place.opened().find("person-2\"") == std::string::npos);
  CHECK(place.opened().find("person-50\"") == std::string::npos);
  CHECK(must(place.restore()).manifest.erased() == 2);
}

TEST_CASE("entries that come while a backup runs wait for the next") {
  Place place;
  place.import("a", 30);
  const std::uint64_t size = must(place.home->store().head()).size;
  bool done = false;

  const auto report = must(place.take([&](std::uint64_t) {
    if (!done) place.import("b", 10);
    done = true;
  }));

  CHECK(report.manifest.head.size == size);
  CHECK(must(place.restore()).checkpoint.tree.size == size);
  CHECK(must(place.take()).manifest.head.size == must(place.home->store().head()).size);
}

TEST_CASE("a flipped byte in any file is refused, named, and the rest is said to be whole") {
  Place place;
  place.import("a", 30);
  must(place.take());
  const auto manifest = must(backup::Folder(place.folder()).manifest(place.key));

  for (std::size_t index = 0; index < manifest.chunks.size(); ++index) {
    const fs::path file = place.folder() / "data" / manifest.chunks[index].file.name;
    const std::string good = read_file(file).value();
    for (std::size_t at = index; at < good.size(); at += good.size() / 5) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ 0x10);
      REQUIRE(replace_file(file, bad));
      const auto check = place.check();
      REQUIRE(check.damages.size() == 1);
      CHECK(check.damages[0].place.find(manifest.chunks[index].file.name) != std::string::npos);
      CHECK(check.entries == manifest.entries() - manifest.chunks[index].entries());
    }
    const auto restored = place.restore();
    CHECK(restored.error().code == Errc::corrupted);
    CHECK(restored.error().message.find(manifest.chunks[index].file.name) != std::string::npos);
    CHECK_FALSE(fs::exists(place.root / "restored"));
    CHECK_FALSE(fs::exists(place.root / "restored.part"));
    REQUIRE(replace_file(file, good));
  }
  fs::remove(place.folder() / "data" / manifest.archive->file.name);
  CHECK(place.check().damages.size() == 1);
  CHECK_FALSE(place.restore());
}

TEST_CASE("chunks that changed places, or come from an older generation, are refused") {
  Place place;
  place.import("a", 30);
  must(place.take());
  const auto first = must(backup::Folder(place.folder()).manifest(place.key));
  const fs::path data = place.folder() / "data";
  fs::copy(place.folder(), place.root / "old", fs::copy_options::recursive);
  place.erase("a", {1});
  const auto second = must(place.take()).manifest;
  const std::size_t changed = (10 + 1) / 8;

  fs::copy_file(place.root / "old/data" / first.chunks[changed].file.name,
                data / second.chunks[changed].file.name, fs::copy_options::overwrite_existing);
  CHECK(place.check().damages.size() == 1);

  fs::copy_file(data / second.chunks[0].file.name, data / second.chunks[changed].file.name,
                fs::copy_options::overwrite_existing);
  CHECK(place.check().damages.size() == 1);
  CHECK_FALSE(place.restore());
}

TEST_CASE("a wrong key opens nothing, and a new key takes the place of the old") {
  Place place;
  place.import("a", 10);
  must(place.take());
  const backup::BackupKey old = place.key;
  const backup::Source source{place.home->store(), place.home->journal().key(), place.home->root()};

  place.key = backup::BackupKey::generate();
  CHECK(place.take().error().code == Errc::permission_denied);
  CHECK(place.restore().error().code == Errc::permission_denied);
  const auto files = place.data_files();
  must(backup::take_backup(source, place.folder(), {.key = old, .new_key = place.key}));

  CHECK(place.data_files() == files);  // the manifest alone was sealed anew
  CHECK(must(place.restore()).manifest.generation == 2);
  CHECK(backup::check_backup(backup::Folder(place.folder()), old, {}).error().code ==
        Errc::permission_denied);
}

TEST_CASE("a backup broken off is gone on with, and the old one stays until then") {
  Place place;
  place.import("a", 30);
  must(place.take());
  place.import("b", 8 * 200);
  struct Killed {};
  const std::uint64_t old_size = must(backup::Folder(place.folder()).manifest(place.key)).head.size;

  CHECK_THROWS_AS((void)place.take([](std::uint64_t entries) {
    if (entries > 8 * 150) throw Killed{};
  }),
                  Killed);
  CHECK(must(place.restore()).checkpoint.tree.size == old_size);
  place.erase("b", {5});  // in a chunk that the broken-off backup has written
  const auto report = must(place.take());

  CHECK(report.chunks_written < 150);  // of about 200: 128 had been saved
  CHECK(place.opened().find("b5\"") == std::string::npos);
  CHECK_FALSE(fs::exists(place.folder() / "unfinished"));
  CHECK(place.data_files().size() == report.manifest.chunks.size() + 1);
  CHECK(must(place.restore("again")).manifest.erased() == 1);
}

TEST_CASE("another registry's backup, a shorter journal and a changed one are refused") {
  Place place;
  place.import("a", 30);
  must(place.take());
  const auto files = place.data_files();
  Place other;
  const backup::Source stranger{other.home->store(), other.home->journal().key(),
                                other.home->root()};
  CHECK(backup::take_backup(stranger, place.folder(), {.key = place.key}).error().code ==
        Errc::conflict);

  must(place.restore("older"));
  place.import("b", 10);
  must(place.take());
  auto older = must(Home::open(place.root / "older", Purpose::writing, place.clock));
  const backup::Source shorter{older->store(), older->journal().key(), older->root()};
  CHECK(backup::take_backup(shorter, place.folder(), {.key = place.key}).error().code ==
        Errc::conflict);

  // The restored registry goes on by itself: its history and the backup's part ways.
  Cases cases("c", 20);
  must(app::import_cases(older->journal(), cases,
                         {.actor = actor, .digest = "c", .file_name = "f.csv"}, {}));
  CHECK(backup::take_backup(shorter, place.folder(), {.key = place.key}).error().code ==
        Errc::corrupted);
  CHECK(place.check().damages.empty());
  CHECK(must(place.restore()).checkpoint.tree.size == must(place.home->store().head()).size);
}

TEST_CASE("a restored registry is held to a checkpoint that is known from elsewhere") {
  Place place;
  place.import("a", 5);
  const std::string early = must(place.home->store().head()).checkpoint;
  place.import("b", 5);
  must(place.take());
  place.import("c", 5);
  const std::string late = must(place.home->store().head()).checkpoint;

  const auto behind = place.restore("behind", late);
  CHECK(behind.error().code == Errc::conflict);
  CHECK(behind.error().message.find("6 accepted entries are not in it") != std::string::npos);
  CHECK_FALSE(fs::exists(place.root / "behind"));
  CHECK(place.restore("whole", early));
}

TEST_CASE("cosignatures of the public checkpoint are backed up and restored") {
  Place place;
  must(place.take());
  const fs::path file = place.home->root() / "log/checkpoint";
  const std::string own = read_file(file).value();
  const auto witness = must(ledger::NoteSigner::make("witness", Ed25519Signer::generate()));
  const std::string signed_too = must(witness.sign(own.substr(0, own.find("\n\n") + 1)));
  const std::string cosigned = own + signed_too.substr(signed_too.find("\n\n") + 2);
  REQUIRE(write_file_durably(file, cosigned));

  const auto report = must(place.take());

  CHECK(report.changed);
  CHECK(report.bytes_written == 0);  // the manifest alone
  must(place.restore());
  CHECK(read_file(place.root / "restored/log/checkpoint").value() == cosigned);
  CHECK_FALSE(must(place.take()).changed);
}

TEST_CASE("settings go with the registry; a half-made site and where a database lies do not") {
  Place place;
  REQUIRE(replace_file(place.home->root() / "policy.txt", "policy"));
  REQUIRE(replace_file(place.home->root() / "database.toml", "url"));
  fs::create_directories(place.home->root() / "site.next");
  REQUIRE(replace_file(place.home->root() / "site.next/index.html", "half"));
  must(place.take());

  must(place.restore());

  CHECK(read_file(place.root / "restored/policy.txt").value() == "policy");
  CHECK_FALSE(fs::exists(place.root / "restored/database.toml"));
  CHECK_FALSE(fs::exists(place.root / "restored/site.next"));
  fs::create_symlink("policy.txt", place.home->root() / "link");
  CHECK(place.take().error().code == Errc::invalid_argument);
}

TEST_CASE("nothing is restored over anything, and nothing is backed up into a folder in use") {
  Place place;
  must(place.take());
  fs::create_directories(place.root / "taken");
  REQUIRE(replace_file(place.root / "taken/file", "mine"));

  CHECK(place.restore("taken").error().code == Errc::conflict);
  CHECK(read_file(place.root / "taken/file").value() == "mine");
  const backup::Source source{place.home->store(), place.home->journal().key(), place.home->root()};
  CHECK(backup::take_backup(source, place.root / "taken", {.key = place.key}).error().code ==
        Errc::conflict);
  fs::remove(place.folder() / "manifest");
  CHECK(place.take().error().code == Errc::conflict);
}

}  // namespace
}  // namespace kensho::wiring
