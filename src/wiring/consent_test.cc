// Withdrawal and erasure on a registry in a folder: what they do, what they refuse, what holds.
#include <filesystem>
#include <map>
#include <set>

#include <doctest/doctest.h>

#include "app/check_registry.h"
#include "app/erase_participant.h"
#include "app/import_cases.h"
#include "app/register_masters.h"
#include "app/withdraw_consent.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/random_bytes.h"
#include "base/rng.h"
#include "base/toml.h"
#include "journal/fold.h"
#include "journal/payload.h"
#include "ledger/checkpoint.h"
#include "ledger/tile_proof.h"
#include "ledger/tlog_proof.h"
#include "study/dataset.h"
#include "wiring/home.h"
#include "wiring/traces.h"

namespace kensho::wiring {
namespace {

namespace fs = std::filesystem;

const app::Actor actor{"test", "society"};
const fs::path example = fs::path(KENSHO_SOURCE_DIR) / "examples/bone-marrow-transplant";

template <class T>
T must(Result<T> result) {
  REQUIRE_MESSAGE(result, (result ? "" : result.error().message));
  return std::move(result).value();
}

/// A registry in a folder that goes with the test.
struct Place {
  fs::path path = fs::temp_directory_path() / ("kensho-" + hex_encode(random_bytes(8)));
  ManualClock clock{{1'767'225'600'000'000}};  // 2026-01-01
  std::unique_ptr<Home> home;

  Place() {
    const Json document = must(parse_toml(must(read_file(example / "registry.toml")), "r.toml"));
    home = must(Home::create(path, "kensho.test/log", clock));
    must(app::open_registry(home->journal(), actor, document, "r.toml"));
    must(app::register_masters(home->journal(), actor, document, "r.toml"));
  }
  ~Place() {
    home.reset();
    fs::remove_all(path);
  }

  app::Journal& journal() { return home->journal(); }
  Result<std::uint64_t> report(const CaseReport& report) {
    app::Batch batch = TRY(journal().begin(actor));
    const std::uint64_t seq = TRY(batch.add_report(report, ""));
    TRY(batch.commit());
    return seq;
  }
  Result<app::Receipt> withdraw(const std::string& participant) {
    return app::withdraw_consent(
        journal(),
        {.actor = actor, .institution = "osu", .participant = participant, .reason = "by letter"});
  }
  Result<app::ErasureReport> erase(const std::string& participant,
                                   const std::string& reason = "by letter") {
    return app::erase_participant(
        journal(),
        {.actor = actor, .institution = "osu", .participant = participant, .reason = reason},
        {.find_trace = [this](const BytePatterns& traces) { return find_trace(path, traces); }});
  }
  std::uint64_t size() { return must(home->store().head()).size; }
  std::vector<journal::Entry> entries() {
    std::vector<journal::Entry> all;
    must(home->store().read(0, size(), [&all](const journal::Entry& entry) {
      all.push_back(entry);
      return ok();
    }));
    return all;
  }
  void check_is_clean() {
    const app::CheckReport check = app::check_registry(journal());
    for (const app::Finding& finding : check.findings) FAIL_CHECK(finding.place, finding.problem);
  }
};

CaseReport report_on(const std::string& participant, bool registers) {
  CaseReport report{.therapy = "allogeneic-bmt",
                    .institution = "osu",
                    .participant = participant,
                    .registers = registers};
  if (registers) {
    report.baseline = {{"age_years", "30"}, {"disease_group", "all"}};
    report.treatment = Treatment{.number = "1", .date = parse_iso_date("2025-03-01")};
  } else {
    report.events = {{.kind = "relapse", .when = {.study_day = 40}}};
  }
  return report;
}

struct Reports final : CaseSource {
  std::vector<CaseReport> reports;
  std::size_t at = 0;
  Result<std::optional<SourcedRow>> next() override {
    if (at == reports.size()) return std::optional<SourcedRow>();
    const std::size_t row = at++;
    return std::optional(SourcedRow{.line = row + 2, .report = reports[row]});
  }
};

/// The rules a file breaks; empty where it was taken.
std::vector<std::string> import(Place& place, std::vector<CaseReport> reports,
                                const std::string& digest) {
  Reports source;
  source.reports = std::move(reports);
  std::vector<std::string> rules;
  const auto done = app::import_cases(
      place.journal(), source, {.actor = actor, .digest = digest, .file_name = "f.csv"},
      {.on_problem = [&rules](const RowProblem& problem) { rules.push_back(problem.rule); },
       .on_progress = {}});
  CHECK(static_cast<bool>(done) == rules.empty());
  return rules;
}

TEST_CASE("after a withdrawal reports are refused; before it the registry is as it was") {
  Place place;
  CHECK(import(place, {report_on("p-1", true), report_on("p-2", true)}, "d1").empty());
  const std::uint64_t before = place.size();

  const auto receipt = must(place.withdraw("p-1"));

  CHECK(receipt.first_seq == before);
  const auto rules = import(place, {report_on("p-2", false), report_on("p-1", false)}, "d2");
  REQUIRE(rules.size() == 1);
  CHECK(rules[0].starts_with("this participant withdrew their consent"));
  CHECK(must(place.journal().registry()).participants.at({"osu", "p-1"}).withdrawn);
  CHECK_FALSE(must(place.journal().registry(before)).participants.at({"osu", "p-1"}).withdrawn);
  place.check_is_clean();
}

TEST_CASE("withdrawals that cannot be are refused and change nothing") {
  Place place;
  CHECK(import(place, {report_on("p-1", true), report_on("p-2", true)}, "d1").empty());
  must(place.withdraw("p-1"));
  must(place.erase("p-2"));
  const std::uint64_t before = place.size();
  const struct {
    app::WithdrawalRequest request;
    Errc code;
    const char* message;
  } rows[] = {
      {{actor, "osu", "nobody", "r", {}}, Errc::not_found, "no participant with this id"},
      {{actor, "alfred", "p-1", "r", {}}, Errc::not_found, "no participant with this id"},
      {{actor, "osu", "p-1", "r", {}}, Errc::conflict, "this participant withdrew before"},
      {{actor, "osu", "p-2", "r", {}}, Errc::conflict, "this participant was erased before"},
      {{actor, "osu", "p-1", "", {}}, Errc::invalid_argument, "a withdrawal needs a reason"},
      {{actor, "osu", "p-1", "r", parse_iso_date("2026-01-02")},
       Errc::invalid_argument,
       "the withdrawal is dated 2026-01-02, after today (2026-01-01)"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.message);
    const auto refused = app::withdraw_consent(place.journal(), row.request);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == row.code);
    CHECK(refused.error().message.starts_with(row.message));
    CHECK(refused.error().message.find("p-1") == std::string::npos);
  }
  CHECK(place.size() == before);
}

TEST_CASE("an erased person is gone, their id is not taken again, and the journal says so") {
  Place place;
  CHECK(import(place, {report_on("p-1", true), report_on("p-2", true)}, "d1").empty());
  must(place.withdraw("p-1"));
  const std::uint64_t before = place.size();

  const auto report = must(place.erase("p-1"));

  CHECK(report.entries.size() == 2);
  CHECK(report.erasure == before);
  CHECK(report.still_naming.empty());
  const Registry registry = must(place.journal().registry());
  CHECK_FALSE(registry.participants.contains({"osu", "p-1"}));
  CHECK(registry.participants.contains({"osu", "p-2"}));
  REQUIRE(registry.erasures.size() == 1);
  CHECK(registry.erasures[0].fact.entries == report.entries);
  CHECK(registry.erasures[0].fact.treated);
  CHECK(erased_since(registry) == 0);
  CHECK(erased_since(must(place.journal().registry(before))) == 2);
  // The file that brought them is known; another one with the same id is refused.
  CHECK(import(place, {report_on("p-1", true), report_on("p-2", true)}, "d1").empty());
  CHECK(place.size() == before + 1);
  const auto rules = import(place, {report_on("p-1", true), report_on("p-3", true)}, "d2");
  REQUIRE(rules.size() == 1);
  CHECK(rules[0].starts_with("this participant was erased"));
  place.check_is_clean();
}

TEST_CASE("erasures that cannot be are refused and change nothing") {
  Place place;
  CHECK(import(place, {report_on("p-1", true), report_on("p-2", true)}, "d1").empty());
  must(place.erase("p-2"));
  const std::uint64_t before = place.size();
  CHECK(place.erase("nobody").error().code == Errc::not_found);
  CHECK(place.erase("p-2").error().code == Errc::conflict);
  CHECK(place.erase("p-1", "").error().code == Errc::invalid_argument);
  CHECK(place.erase("p-1", "letter of p-1, 5 Jan").error().message.starts_with("the reason names"));
  CHECK(place.size() == before);
  CHECK(must(place.home->store().entries_of("osu", "p-1")).size() == 1);
  must(place.erase("p-1", "letter p-11, ap-1"));  // other words
}

TEST_CASE("entries that stay and whose reason or file name names the person are told") {
  Place place;
  CHECK(import(place, {report_on("p-1", true)}, "d1").empty());
  app::Batch batch = must(place.journal().begin(actor));
  const std::uint64_t naming = must(batch.add_report(report_on("p-2", true), "with p-1's letter"));
  const std::uint64_t file = must(batch.add({.kind = journal::kind::import_accepted,
                                             .subject = "d2",
                                             .reason = "",
                                             .payload = Json::object()
                                                            .set("digest", "d2")
                                                            .set("file", "p-1.csv")
                                                            .set("first_seq", naming)
                                                            .set("rows", 1)}));
  must(batch.commit());
  CHECK(must(place.erase("p-1")).still_naming == std::vector<std::uint64_t>{naming, file});
}

TEST_CASE("an erasure whose traces are found is no success; broken off, it can be finished") {
  Place place;
  CHECK(import(place, {report_on("p-1", true)}, "d1").empty());
  const app::ErasureRequest request{
      .actor = actor, .institution = "osu", .participant = "p-1", .reason = "by letter"};
  // A copy of a record that somebody left in the registry's folder.
  const std::uint64_t seq = must(place.home->store().entries_of("osu", "p-1")).front();
  const std::string key = hex_encode(place.entries()[seq].key);
  must(write_file_durably(place.path / "notes.txt", "receipt, key " + key));

  const auto found = place.erase("p-1");

  REQUIRE_FALSE(found);
  CHECK(found.error().code == Errc::corrupted);
  CHECK(found.error().message.find("notes.txt at byte 13") != std::string::npos);
  CHECK(place.entries()[seq].erased);

  // As if the power had gone between the transaction and the overwriting.
  CHECK(import(place, {report_on("p-4", true)}, "d4").empty());
  {
    app::Batch batch = must(place.journal().begin(actor));
    const auto seqs = must(place.home->store().entries_of("osu", "p-4"));
    must(batch.erase(seqs));
    const Erasure erasure{.entries = seqs,
                          .institution = "osu",
                          .therapy = "allogeneic-bmt",
                          .tag = std::string(64, '0')};
    must(batch.add({.kind = journal::kind::entries_erased,
                    .subject = "",
                    .reason = "",
                    .payload = journal::to_json(erasure)}));
    must(batch.commit());
  }
  const app::CheckReport check = app::check_registry(place.journal());
  REQUIRE(check.findings.size() == 1);
  CHECK(check.findings[0].problem.find("kensho fsck --scrub") != std::string::npos);
  CHECK(must(place.erase("p-1")).entries.empty());  // finishes what is due
  place.check_is_clean();
}

TEST_CASE("an entry without its sealed part that no erasure names is damage, and the reverse too") {
  Place place;
  CHECK(import(place, {report_on("p-1", true), report_on("p-2", true)}, "d1").empty());
  const auto seqs = must(place.home->store().entries_of("osu", "p-1"));
  const auto kept = must(place.home->store().entries_of("osu", "p-2"));
  app::Batch batch = must(place.journal().begin(actor));
  must(batch.erase(seqs));
  const Erasure wrong{.entries = kept,
                      .institution = "osu",
                      .therapy = "allogeneic-bmt",
                      .tag = std::string(64, '0')};
  must(batch.add({.kind = journal::kind::entries_erased,
                  .subject = "",
                  .reason = "",
                  .payload = journal::to_json(wrong)}));
  must(batch.commit());
  must(place.journal().scrub());

  const app::CheckReport check = app::check_registry(place.journal());

  REQUIRE(check.findings.size() == 2);
  CHECK(check.findings[0].problem.find("its sealed part is there again") != std::string::npos);
  CHECK(check.findings[1].problem.find("no erasure names it") != std::string::npos);
}

/// What a registry says of everybody in it, as text to compare.
std::string told_of_everybody(const Registry& registry, const study::Protocol& protocol) {
  const study::Dataset dataset = must(study::make_dataset(registry, protocol));
  std::string text = dataset.sha256;
  for (const auto& [key, participant] : registry.participants) {
    text += "\n" + key.first + " " + key.second + " " + std::to_string(participant.registered.seq) +
            " " + std::to_string(participant.events.size()) +
            (participant.withdrawn ? " withdrew" : "");
  }
  return text + "\n" + std::to_string(dataset.registered) + " " +
         std::to_string(dataset.withdrawn.size()) + " " + std::to_string(registry.size);
}

/// One random life of a registry, and what it should have become.
struct History {
  Place place;
  Rng rng;
  study::Protocol protocol;
  std::vector<journal::Entry> accepted;                  // as they were when they were accepted
  std::map<std::string, std::vector<std::uint64_t>> of;  // participant -> entries
  std::set<std::string> withdrawn, erased;
  std::vector<ledger::LogProof> receipts;  // made at once for every entry

  explicit History(std::uint64_t seed) : rng(seed, 0) {
    protocol = must(study::parse_protocol(must(read_file(example / "protocol.toml")), "p.toml"));
    note_new();
  }

  /// Keeps a copy of what is new, with its proof at this moment.
  void note_new() {
    const auto all = place.entries();
    const storage::JournalHead head = must(place.home->store().head());
    for (std::size_t seq = accepted.size(); seq < all.size(); ++seq) {
      accepted.push_back(all[seq]);
      ledger::LogProof receipt{.index = seq, .checkpoint = head.checkpoint};
      receipt.hashes = must(ledger::inclusion_proof(place.journal().log().tiles(), seq, head.size));
      receipts.push_back(receipt);
    }
  }

  std::string anybody() { return "p-" + std::to_string(rng.between(1, 8)); }

  void act() {
    const std::string id = anybody();
    const bool is_new = !of.contains(id);
    const int choice = rng.between(1, 10);
    if (erased.contains(id)) {
      CHECK(place.erase(id).error().code == Errc::conflict);
      return;
    }
    const std::uint64_t seq = place.size();
    if (choice <= 6 && !withdrawn.contains(id)) {
      must(place.report(report_on(id, is_new)));
      of[id].push_back(seq);
    } else if (choice <= 8 && !is_new && !withdrawn.contains(id)) {
      must(place.withdraw(id));
      of[id].push_back(seq);
      withdrawn.insert(id);
    } else if (choice > 8 && !is_new) {
      CHECK(must(place.erase(id)).entries == of[id]);
      erased.insert(id);
    }
    note_new();
  }

  /// The registry of a journal in which the erased never were.
  Registry without_the_erased() const {
    std::set<std::uint64_t> gone;
    for (const std::string& id : erased) gone.insert(of.at(id).begin(), of.at(id).end());
    Registry registry;
    for (const journal::Entry& entry : accepted) {
      if (!gone.contains(entry.seq)) must(journal::fold(registry, entry));
    }
    return registry;
  }

  void check() {
    place.check_is_clean();
    const Registry registry = must(place.journal().registry());
    CHECK(told_of_everybody(registry, protocol) ==
          told_of_everybody(without_the_erased(), protocol));
    CHECK(registry.erasures.size() == erased.size());
    CHECK(erased_since(registry) == 0);
    const auto now = place.entries();
    for (std::size_t seq = 0; seq < accepted.size(); ++seq) {
      CHECK(now[seq].leaf == accepted[seq].leaf);
      must(ledger::verify_log_proof(receipts[seq], now[seq].leaf, place.journal().key()));
    }
    must(place.home->store().rebuild_views());
    place.check_is_clean();
  }
};

TEST_CASE("whatever is erased, every proof holds and the rest is as if they had never been") {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    CAPTURE(seed);
    History history(seed);
    for (int i = 0; i < 40; ++i) history.act();
    CHECK(history.erased.size() > 0);
    history.check();
  }
}

}  // namespace
}  // namespace kensho::wiring
