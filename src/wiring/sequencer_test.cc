// The sequencer on a real store: batches, bounds, repeats, faults, the end.
#include "app/sequencer.h"

#include <filesystem>
#include <future>
#include <set>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "app/check_registry.h"
#include "app/erase_participant.h"
#include "app/register_masters.h"
#include "app/withdraw_consent.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/random_bytes.h"
#include "base/toml.h"
#include "journal/receipt.h"
#include "storage/sqlite/sqlite_journal.h"
#include "wiring/testing_store.h"

namespace kensho::wiring {
namespace {

namespace fs = std::filesystem;
using app::Accepted;
using testing::Fault;
using Outcome = std::future<Result<Accepted>>;
using std::chrono::milliseconds;

const app::Actor operator_of_test{"test", "society"};
const app::Actor client{"client-1", "osu"};

CaseReport registration(const std::string& participant) {
  return {.therapy = "allogeneic-bmt",
          .institution = "osu",
          .participant = participant,
          .registers = true};
}

/// A registry in a folder of its own with a sequencer on it.
struct Intake {
  fs::path folder = fs::temp_directory_path() / ("kensho-" + hex_encode(random_bytes(8)));
  SystemClock clock;
  ledger::NoteSigner signer =
      ledger::NoteSigner::make("kensho.test/log", Ed25519Signer::generate()).value();
  std::unique_ptr<SqliteJournal> real = open_store();
  testing::FaultyStore store{*real};
  app::Journal journal{store, clock, signer, ledger::LogDirectory(folder / "log")};
  std::unique_ptr<ledger::ProvenTree> tree;
  std::unique_ptr<app::LogPublisher> publisher;
  std::unique_ptr<app::Sequencer> sequencer;

  explicit Intake(app::SequencerLimits limits = {}, app::PublisherOptions publishing = {}) {
    const fs::path config =
        fs::path(KENSHO_SOURCE_DIR) / "examples/bone-marrow-transplant/registry.toml";
    const Json document = parse_toml(read_file(config).value(), "registry.toml").value();
    REQUIRE(app::open_registry(journal, operator_of_test, document, "registry.toml"));
    REQUIRE(app::register_masters(journal, operator_of_test, document, "registry.toml"));
    start(limits, std::move(publishing));
  }
  ~Intake() {
    store.gate.open();
    sequencer.reset();
    publisher.reset();
    fs::remove_all(folder);
  }

  void start(app::SequencerLimits limits = {}, app::PublisherOptions publishing = {}) {
    const storage::JournalHead head = store.head().value();
    tree = ledger::ProvenTree::open({head.size, head.checkpoint}, journal.log().tiles()).value();
    publisher = std::make_unique<app::LogPublisher>(journal.log(), journal.key(), head.size,
                                                    std::move(publishing));
    sequencer = std::make_unique<app::Sequencer>(journal, *tree, *publisher, limits);
  }

  void stop() {
    sequencer->stop();
    REQUIRE(publisher->stop());
  }

  std::unique_ptr<SqliteJournal> open_store() const {
    fs::create_directories(folder);
    return SqliteJournal::open((folder / "journal.sqlite").string(), OpenMode::create).value();
  }

  Result<Outcome> try_submit(CaseReport report, const std::string& key,
                             const app::Actor& sender = client) {
    auto promise = std::make_shared<std::promise<Result<Accepted>>>();
    Outcome outcome = promise->get_future();
    app::SealedReport sealed = app::seal_report(sender, key, std::move(report)).value();
    TRY(sequencer->submit(std::move(sealed), [promise](Result<Accepted> given) {
      promise->set_value(std::move(given));
    }));
    return outcome;
  }
  Outcome submit(CaseReport report, const std::string& key, const app::Actor& sender = client) {
    return try_submit(std::move(report), key, sender).value();
  }

  std::uint64_t size() const { return real->head()->size; }

  /// Ends it all and holds the registry against its rules.
  void must_be_clean() {
    sequencer->stop();
    CHECK(publisher->stop());
    const app::CheckReport check = app::check_registry(journal);
    for (const auto& finding : check.findings)
      FAIL_CHECK(fmt::format("{}: {}", finding.place, finding.problem));
    CHECK(check.log_entries == check.entries);
  }
};

std::uint64_t proven_seq(const Accepted& accepted, const Intake& intake) {
  const auto proven =
      journal::verify_receipt(accepted.receipt, journal::trust_in(intake.journal.key()));
  REQUIRE(proven);
  CHECK(proven->signers.checkpoint.tree.size == accepted.checkpoint_size);
  return proven->entry.seq;
}

TEST_CASE("what gathers while a batch is under way is one transaction") {
  Intake intake;
  const int before = intake.store.gate.arrived();
  const std::uint64_t size = intake.size();
  intake.store.gate.shut();
  std::vector<Outcome> outcomes;
  outcomes.push_back(intake.submit(registration("p0"), "k0"));
  intake.store.gate.wait_for_arrivals(before + 1);
  for (int i = 1; i <= 50; ++i)
    outcomes.push_back(intake.submit(registration(fmt::format("p{}", i)), fmt::format("k{}", i)));
  CHECK(intake.size() == size);
  intake.store.gate.open();

  for (std::uint64_t i = 0; i <= 50; ++i) {
    const Accepted accepted = outcomes[i].get().value();
    CHECK(accepted.seq == size + i);
    CHECK(accepted.checkpoint_size == size + (i == 0 ? 1 : 51));
    CHECK_FALSE(accepted.repeated);
    CHECK(proven_seq(accepted, intake) == accepted.seq);
  }
  CHECK(intake.store.gate.arrived() == before + 2);
  intake.must_be_clean();
}

TEST_CASE("when an answer comes, the entry is stored and in the tree") {
  Intake intake;
  const Accepted accepted = intake.submit(registration("p"), "k").get().value();
  CHECK(intake.real->head()->size == accepted.seq + 1);
  CHECK(intake.tree->newest().checkpoint == intake.real->head()->checkpoint);
  CHECK(intake.tree->proof(accepted.seq));
}

TEST_CASE("a full queue refuses at once, by number and by bytes, and takes again later") {
  for (const app::SequencerLimits limits :
       {app::SequencerLimits{.waiting_max = 4}, app::SequencerLimits{.waiting_bytes_max = 6000}}) {
    Intake intake(limits);
    intake.store.gate.shut();
    std::vector<Outcome> outcomes;
    outcomes.push_back(intake.submit(registration("first"), "first"));
    intake.store.gate.wait_for_arrivals(3);
    int taken = 0;
    while (true) {
      auto outcome =
          intake.try_submit(registration(fmt::format("p{}", taken)), fmt::format("k{}", taken));
      if (!outcome) {
        CHECK(outcome.error().code == Errc::unavailable);
        CHECK(outcome.error().message.starts_with("too many reports are waiting"));
        break;
      }
      outcomes.push_back(std::move(outcome).value());
      REQUIRE(++taken <= 4);
    }
    CHECK(taken > 0);
    intake.store.gate.open();
    for (Outcome& outcome : outcomes) CHECK(outcome.get());
    CHECK(intake.submit(registration("later"), "later").get());
    intake.must_be_clean();
  }
}

TEST_CASE("a report that breaks a rule changes nothing and leaves its batch alone") {
  Intake intake;
  const std::uint64_t size = intake.size();
  CaseReport stranger = registration("stranger");
  stranger.registers = false;
  CaseReport elsewhere = registration("p9");
  elsewhere.therapy = "unknown";
  intake.store.gate.shut();
  Outcome first = intake.submit(registration("p1"), "k1");
  Outcome twice = intake.submit(registration("p1"), "k2");
  Outcome unknown = intake.submit(stranger, "k3");
  Outcome not_offered = intake.submit(elsewhere, "k4");
  Outcome last = intake.submit(registration("p2"), "k5");
  intake.store.gate.open();

  CHECK(first.get()->seq == size);
  CHECK(last.get()->seq == size + 1);
  for (Outcome* refused : {&twice, &unknown, &not_offered})
    CHECK(refused->get().error().code == Errc::invalid_argument);
  CHECK(intake.size() == size + 2);
  // A refusal uses up no key: the report can be mended and sent again.
  CHECK(intake.submit(registration("p3"), "k2").get()->seq == size + 2);
  intake.must_be_clean();
}

TEST_CASE("the same key again: one entry, the same seq, a receipt; other content is a conflict") {
  Intake intake;
  const Accepted first = intake.submit(registration("p1"), "k1").get().value();
  REQUIRE(intake.submit(registration("p2"), "k2").get());
  const std::uint64_t size = intake.size();

  const Accepted again = intake.submit(registration("p1"), "k1").get().value();
  CHECK(again.repeated);
  CHECK(again.seq == first.seq);
  CHECK(again.checkpoint_size == size);
  CHECK(proven_seq(again, intake) == first.seq);

  CHECK(intake.submit(registration("p3"), "k1").get().error().code == Errc::conflict);
  CHECK(intake.size() == size);
  // Another client's keys are its own.
  CHECK(intake.submit(registration("p4"), "k1", {"client-2", "osu"}).get()->seq == size);
  intake.must_be_clean();
}

TEST_CASE("identical requests that race become one entry, also inside one batch") {
  Intake intake;
  const std::uint64_t size = intake.size();
  intake.store.gate.shut();
  std::vector<Outcome> outcomes;
  outcomes.push_back(intake.submit(registration("blocks"), "k0"));
  for (int i = 0; i < 8; ++i) outcomes.push_back(intake.submit(registration("p1"), "k1"));
  Outcome other = intake.submit(registration("p2"), "k1");
  intake.store.gate.open();

  int fresh = 0;
  for (std::size_t i = 1; i < outcomes.size(); ++i) {
    const Accepted accepted = outcomes[i].get().value();
    CHECK(accepted.seq == size + 1);
    CHECK(proven_seq(accepted, intake) == size + 1);
    fresh += accepted.repeated ? 0 : 1;
  }
  CHECK(fresh == 1);
  CHECK(other.get().error().code == Errc::conflict);
  CHECK(intake.size() == size + 2);
  intake.must_be_clean();
}

TEST_CASE("who withdrew or was erased is not reported on, under an old key neither") {
  Intake intake;
  const Accepted before = intake.submit(registration("p1"), "k1").get().value();
  CaseReport later = registration("p1");
  later.registers = false;
  intake.stop();
  REQUIRE(app::withdraw_consent(intake.journal, {.actor = operator_of_test,
                                                 .institution = "osu",
                                                 .participant = "p1",
                                                 .reason = "asked for it"}));
  intake.start();
  CHECK(intake.submit(later, "k2").get().error().code == Errc::invalid_argument);
  CHECK(intake.submit(registration("p1"), "k1").get()->seq == before.seq);  // it was accepted once

  intake.stop();
  const app::ErasureTools tools{
      .find_trace = [](const BytePatterns&) -> Result<std::string> { return std::string(); }};
  REQUIRE(app::erase_participant(intake.journal,
                                 {.actor = operator_of_test,
                                  .institution = "osu",
                                  .participant = "p1",
                                  .reason = "asked for it"},
                                 tools));
  intake.start();
  const std::uint64_t size = intake.size();
  CHECK(intake.submit(registration("p1"), "k1").get().error().code == Errc::invalid_argument);
  CHECK(intake.size() == size);
  intake.must_be_clean();
}

TEST_CASE("a store that fails undoes the batch and the next one goes on") {
  Intake intake;
  const std::uint64_t size = intake.size();
  intake.store.next = Fault::before_commit;
  const auto failed = intake.submit(registration("p1"), "k1").get();
  CHECK(failed.error().code == Errc::unavailable);
  CHECK(failed.error().message.find("disk full") != std::string::npos);
  CHECK(intake.size() == size);

  const Accepted accepted = intake.submit(registration("p1"), "k1").get().value();
  CHECK(accepted.seq == size);
  CHECK_FALSE(accepted.repeated);
  intake.must_be_clean();
}

TEST_CASE("a commit that failed in name only is found by the next batch and by the key") {
  Intake intake;
  const std::uint64_t size = intake.size();
  intake.store.next = Fault::after_commit;
  CHECK(intake.submit(registration("p1"), "k1").get().error().code == Errc::unavailable);
  CHECK(intake.size() == size + 1);

  const Accepted other = intake.submit(registration("p2"), "k2").get().value();
  CHECK(other.seq == size + 1);
  CHECK(proven_seq(other, intake) == size + 1);
  const Accepted again = intake.submit(registration("p1"), "k1").get().value();
  CHECK(again.repeated);
  CHECK(again.seq == size);
  intake.must_be_clean();
}

TEST_CASE("a damaged store takes nothing any more") {
  Intake intake;
  intake.store.next = Fault::damaged;
  CHECK(intake.submit(registration("p1"), "k1").get().error().code == Errc::corrupted);
  const auto refused = intake.try_submit(registration("p2"), "k2");
  CHECK(refused.error().code == Errc::unavailable);
  CHECK(refused.error().message.starts_with("the journal is damaged"));
}

TEST_CASE("a stop commits and answers what is queued, and takes nothing new") {
  Intake intake({.batch_max = 7});
  const std::uint64_t size = intake.size();
  intake.store.gate.shut();
  std::vector<Outcome> outcomes;
  for (int i = 0; i < 40; ++i)
    outcomes.push_back(intake.submit(registration(fmt::format("p{}", i)), fmt::format("k{}", i)));
  std::thread stopper([&intake] { intake.sequencer->stop(); });
  while (intake.try_submit(registration("late"), "late"))
    std::this_thread::sleep_for(milliseconds(1));
  intake.store.gate.open();
  stopper.join();

  for (Outcome& outcome : outcomes) CHECK(outcome.get());
  CHECK(intake.size() >= size + 40);
  intake.must_be_clean();
}

TEST_CASE("many threads: every report once, all receipts hold") {
  Intake intake;
  const std::uint64_t size = intake.size();
  constexpr int threads = 8, each = 200;
  std::vector<std::vector<Accepted>> accepted(threads);
  std::vector<std::thread> senders;
  for (int thread = 0; thread < threads; ++thread) {
    senders.emplace_back([&, thread] {
      for (int i = 0; i < each; ++i) {
        const std::string id = fmt::format("t{}-{}", thread, i);
        accepted[static_cast<std::size_t>(thread)].push_back(
            intake.submit(registration(id), id).get().value());
      }
    });
  }
  for (std::thread& sender : senders) sender.join();

  std::set<std::uint64_t> seqs;
  for (const auto& list : accepted)
    for (const Accepted& one : list) {
      CHECK(seqs.insert(one.seq).second);
      CHECK(proven_seq(one, intake) == one.seq);
    }
  CHECK(*seqs.begin() == size);
  CHECK(*seqs.rbegin() == size + threads * each - 1);
  intake.must_be_clean();
}

TEST_CASE("the public log lags no longer than its delay, and never leads") {
  Intake intake({}, {.delay = milliseconds(20)});
  const Accepted accepted = intake.submit(registration("p"), "k").get().value();
  const auto published = [&] {
    const std::string note = intake.journal.log().read_checkpoint().value();
    return ledger::open_checkpoint(note, intake.journal.key())->tree.size;
  };
  for (int i = 0; i < 500 && published() <= accepted.seq; ++i)
    std::this_thread::sleep_for(milliseconds(10));
  CHECK(published() == intake.size());
}

TEST_CASE("a log that cannot be written is tried again; too far behind, the sequencer waits") {
  std::atomic<int> problems = 0;
  Intake intake({.waiting_max = 3}, {.delay = milliseconds(1),
                                     .retry_delay = milliseconds(1),
                                     .lag_max = 2,
                                     .on_problem = [&problems](const Error&) { ++problems; }});
  const fs::path log = intake.folder / "log", aside = intake.folder / "aside";
  fs::rename(log, aside);
  REQUIRE(write_file_durably(log, "not a folder"));

  std::vector<Outcome> outcomes;
  bool refused = false;
  for (int i = 0; i < 400 && !refused; ++i) {
    auto outcome = intake.try_submit(registration(fmt::format("p{}", i)), fmt::format("k{}", i));
    refused = !outcome;
    if (outcome) outcomes.push_back(std::move(outcome).value());
    std::this_thread::sleep_for(milliseconds(2));
  }
  CHECK(refused);
  CHECK(problems > 0);
  CHECK(intake.size() < outcomes.size() + 10);  // some of them wait

  fs::remove(log);
  fs::rename(aside, log);
  for (Outcome& outcome : outcomes) CHECK(outcome.get());
  intake.must_be_clean();
}

}  // namespace
}  // namespace kensho::wiring
