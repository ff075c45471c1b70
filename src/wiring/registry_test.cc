// A registry's folder through its life: made, written, broken off, damaged, healed.
#include <filesystem>

#include <doctest/doctest.h>

#include "app/check_registry.h"
#include "app/import_cases.h"
#include "app/register_masters.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/random_bytes.h"
#include "base/toml.h"
#include "wiring/home.h"

namespace kensho::wiring {
namespace {

namespace fs = std::filesystem;

/// A new folder that goes with the test.
struct Folder {
  fs::path path = fs::temp_directory_path() / ("kensho-" + hex_encode(random_bytes(8)));
  ~Folder() { fs::remove_all(path); }
};

const app::Actor actor{"test", "society"};

std::unique_ptr<Home> make_registry(const fs::path& root, const Clock& clock) {
  const fs::path config =
      fs::path(KENSHO_SOURCE_DIR) / "examples/bone-marrow-transplant/registry.toml";
  const Json document = parse_toml(read_file(config).value(), "registry.toml").value();
  auto home = Home::create(root, "kensho.test/log", clock).value();
  REQUIRE(app::open_registry(home->journal(), actor, document, "registry.toml"));
  REQUIRE(app::register_masters(home->journal(), actor, document, "registry.toml"));
  return home;
}

/// Reports in memory.
class Reports final : public CaseSource {
 public:
  explicit Reports(std::vector<CaseReport> reports) : reports_(std::move(reports)) {}
  Result<std::optional<SourcedRow>> next() override {
    if (at_ == reports_.size()) return std::optional<SourcedRow>();
    const std::size_t row = at_++;
    return std::optional(SourcedRow{.line = row + 2, .report = reports_[row]});
  }

 private:
  std::vector<CaseReport> reports_;
  std::size_t at_ = 0;
};

CaseReport registration(const std::string& participant) {
  return {.therapy = "allogeneic-bmt",
          .institution = "osu",
          .participant = participant,
          .registers = true};
}

Result<app::ImportReport> import(Home& home, std::vector<CaseReport> reports,
                                 const std::string& digest,
                                 std::vector<RowProblem>* problems = nullptr) {
  Reports source(std::move(reports));
  return app::import_cases(home.journal(), source,
                           {.actor = actor, .digest = digest, .file_name = "f.csv"},
                           {.on_problem = [problems](const RowProblem& problem) {
                             if (problems) problems->push_back(problem);
                           }});
}

TEST_CASE("what an import accepted is there, proven, and known again") {
  Folder folder;
  const SystemClock clock;
  auto home = make_registry(folder.path, clock);

  const auto first = import(*home, {registration("a"), registration("b")}, "digest").value();
  const auto again = import(*home, {registration("a"), registration("b")}, "digest").value();

  CHECK(first.rows == 2);
  CHECK(again.known_before);
  CHECK(again.first_seq == first.first_seq);
  CHECK(home->journal().registry().value().participants.size() == 2);
  const app::CheckReport check = app::check_registry(home->journal());
  CHECK(check.findings.empty());
  CHECK(check.entries == 13);
  CHECK(check.log_entries == 13);
}

TEST_CASE("one bad row and nothing is stored, but every bad row is told") {
  Folder folder;
  const SystemClock clock;
  auto home = make_registry(folder.path, clock);
  const std::uint64_t before = home->store().head()->size;
  CaseReport stranger = registration("x");
  stranger.registers = false;
  CaseReport elsewhere = registration("y");
  elsewhere.institution = "nowhere";

  std::vector<RowProblem> problems;
  const auto report =
      import(*home, {registration("a"), registration("a"), stranger, elsewhere}, "d", &problems);

  CHECK(report.error().message.starts_with("f.csv: 3 problems in 4 rows; nothing was imported"));
  REQUIRE(problems.size() == 3);
  CHECK(problems[0].line == 3);
  CHECK(problems[0].rule.starts_with("this participant id is registered already"));
  CHECK(problems[1].rule.starts_with("this participant id is not registered"));
  CHECK(problems[2].rule.starts_with("therapy 'allogeneic-bmt' is not registered as offered"));
  CHECK(home->store().head()->size == before);
  CHECK(import(*home, {registration("a")}, "d2"));
}

TEST_CASE("a clock that goes back puts no entry before its predecessor") {
  Folder folder;
  ManualClock clock({2'000'000'000'000'000});
  auto home = make_registry(folder.path, clock);
  clock.set({1'000'000'000'000'000});
  REQUIRE(import(*home, {registration("a")}, "d"));
  CHECK(home->journal().registry()->last_time.us == 2'000'000'000'000'000);
  CHECK(app::check_registry(home->journal()).findings.empty());
}

TEST_CASE("one process writes at a time; readers may come") {
  Folder folder;
  const SystemClock clock;
  auto home = make_registry(folder.path, clock);
  CHECK(Home::open(folder.path, Purpose::writing, clock).error().code == Errc::unavailable);
  CHECK(Home::open(folder.path, Purpose::reading, clock));
}

TEST_CASE("a log that lags behind is brought up to date when the registry is opened for writing") {
  Folder folder, earlier;
  const SystemClock clock;
  auto home = make_registry(folder.path, clock);
  fs::copy(folder.path / "log", earlier.path, fs::copy_options::recursive);
  REQUIRE(import(*home, {registration("a")}, "d"));
  home.reset();
  fs::remove_all(folder.path / "log");
  fs::copy(earlier.path, folder.path / "log", fs::copy_options::recursive);

  home = Home::open(folder.path, Purpose::writing, clock).value();

  const app::CheckReport check = app::check_registry(home->journal());
  CHECK(check.findings.empty());
  CHECK(check.log_entries == check.entries);
}

TEST_CASE("a journal that lost entries is found by the log, and is not written to") {
  Folder folder, earlier;
  const SystemClock clock;
  auto home = make_registry(folder.path, clock);
  home.reset();
  fs::create_directories(earlier.path);
  fs::copy_file(folder.path / "journal.sqlite", earlier.path / "journal.sqlite");
  home = Home::open(folder.path, Purpose::writing, clock).value();
  REQUIRE(import(*home, {registration("a")}, "d"));
  home.reset();
  fs::copy_file(earlier.path / "journal.sqlite", folder.path / "journal.sqlite",
                fs::copy_options::overwrite_existing);

  CHECK(Home::open(folder.path, Purpose::writing, clock).error().code == Errc::corrupted);
  auto reader = Home::open(folder.path, Purpose::reading, clock).value();
  const app::CheckReport check = app::check_registry(reader->journal());
  REQUIRE(check.findings.size() == 1);
  CHECK(check.findings[0].problem.find("accepted entries were lost") != std::string::npos);
}

}  // namespace
}  // namespace kensho::wiring
