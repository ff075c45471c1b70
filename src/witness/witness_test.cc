#include "witness/witness.h"

#include <filesystem>
#include <thread>

#include <doctest/doctest.h>

#include "base/encoding.h"
#include "base/file.h"
#include "base/random_bytes.h"
#include "ledger/signed_note.h"
#include "ledger/testing/memory_log.h"

namespace kensho::witness {
namespace {

namespace fs = std::filesystem;
using ledger::MemoryLog;

const std::string origin = "example.com/log";
const ledger::NoteSigner& signer() {
  static const ledger::NoteSigner log = ledger::new_log_signer(origin);
  return log;
}

// A witness with a folder of its own, which can be started again on it.
struct Bench {
  fs::path folder = fs::temp_directory_path() / ("kensho-witness-" + hex_encode(random_bytes(8)));
  ManualClock clock{{1'700'000'000'000'000}};
  std::vector<std::string> splits;
  std::unique_ptr<Witness> witness;
  std::string id = WatchedLogs::id_of(origin);

  Bench() {
    fs::create_directories(folder);
    REQUIRE(logs().add(origin, signer().key()));
    restart();
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;
  ~Bench() { fs::remove_all(folder); }

  WatchedLogs logs() const { return WatchedLogs(folder); }
  void restart() {
    ledger::Cosigner key =
        ledger::Cosigner::make("w.example", Ed25519Signer::from_seed(seed)).value();
    witness = std::make_unique<Witness>(
        std::move(key), logs(), clock,
        [this](const std::string& log, const fs::path&) { splits.push_back(log); });
  }
  Answer send(std::uint64_t old_size, const ledger::Proof& proof, const std::string& note) {
    return witness->add_checkpoint(ledger::format_add_checkpoint({old_size, proof, note})).value();
  }
  Outcome grow(const MemoryLog& log, std::uint64_t from, std::uint64_t to) {
    return send(from, log.proof(from, to), log.note(to)).outcome;
  }
  std::uint64_t held() const { return witness->state().value()[0].size; }

  Ed25519Seed seed{1, 2, 3};
};

TEST_CASE("a log that grows is cosigned, step by step, with the time of each") {
  Bench bench;
  const MemoryLog log(signer(), 300);
  std::uint64_t from = 0;
  for (const std::uint64_t to : {0, 1, 2, 7, 7, 8, 200, 256, 257, 300}) {
    bench.clock.set({bench.clock.now().us + 1'000'000});
    const Answer answer = bench.send(from, log.proof(from, to), log.note(to));
    REQUIRE(answer.outcome == Outcome::cosigned);
    const auto lines = ledger::parse_signatures(answer.body).value();
    REQUIRE(lines.size() == 1);
    const auto text = ledger::parse_note(log.note(to)).value().text;
    CHECK(ledger::verify_cosignature(text, lines[0], bench.witness->key()).value() ==
          bench.clock.now().us / 1'000'000);
    CHECK(bench.held() == to);
    bench.restart();
    from = to;
  }
  CHECK(bench.witness->held_note(bench.id).value() == log.note(300));
}

TEST_CASE("what is not to be cosigned is refused as the specification says, and changes nothing") {
  Bench bench;
  const MemoryLog log(signer(), 40);
  const ledger::NoteSigner forger = ledger::new_log_signer(origin);
  const MemoryLog forged(forger, 40);
  const ledger::NoteSigner other = ledger::new_log_signer("example.com/other");
  const MemoryLog unknown(other, 40);
  CHECK(bench.grow(unknown, 0, 9) == Outcome::unknown_log);
  CHECK(bench.send(0, {}, forged.note(9)).outcome == Outcome::not_signed);
  CHECK(bench.send(10, {}, log.note(9)).outcome == Outcome::old_size_too_big);
  CHECK(bench.send(0, {Hash{}}, log.note(9)).outcome == Outcome::bad_proof);
  const Answer early = bench.send(3, log.proof(3, 9), log.note(9));
  CHECK(early.outcome == Outcome::other_size);
  CHECK(early.body == "0\n");
  REQUIRE(bench.grow(log, 0, 9) == Outcome::cosigned);
  CHECK(bench.send(0, {}, log.note(20)).body == "9\n");
  CHECK(bench.send(10, log.proof(10, 20), log.note(20)).body == "9\n");
  CHECK(bench.send(8, log.proof(8, 8 + 1), log.note(9)).body == "9\n");
  CHECK(bench.send(7, {}, log.note(7)).body == "9\n");  // an older checkpoint of the same log
  ledger::Proof proof = log.proof(9, 20);
  proof.back()[0] ^= 1;
  CHECK(bench.send(9, proof, log.note(20)).outcome == Outcome::bad_proof);
  CHECK(bench.send(9, {}, log.note(20)).outcome == Outcome::bad_proof);
  CHECK(bench.send(9, {Hash{}}, log.note(9)).outcome == Outcome::bad_proof);
  for (const std::string_view bad : {"", "old 9\n", "old 9\n\nno note\n", "new 9\n\n"})
    CHECK(bench.witness->add_checkpoint(bad).value().outcome == Outcome::malformed);
  CHECK(bench.held() == 9);
  CHECK(bench.splits.empty());
  CHECK(bench.grow(log, 9, 20) == Outcome::cosigned);
}

TEST_CASE("only the log's own signatures are kept, whatever else the note carries") {
  Bench bench;
  const MemoryLog log(signer(), 9);
  const ledger::Checkpoint checkpoint{origin, log.head(9), {}};
  const std::string stranger =
      ledger::sign_checkpoint(checkpoint, ledger::new_log_signer("stranger.example")).value();
  const std::string line = stranger.substr(stranger.find("\n\n") + 2);
  CHECK(bench.send(0, {}, log.note(9) + line).outcome == Outcome::cosigned);
  CHECK(bench.witness->held_note(bench.id).value() == log.note(9));
}

TEST_CASE("two keys of one origin are both trusted") {
  Bench bench;
  const ledger::NoteSigner next = ledger::new_log_signer("example.com/log");
  REQUIRE(bench.logs().add(origin, next.key()));
  CHECK(bench.logs().add(origin, next.key()).error().code == Errc::conflict);
  const MemoryLog log(signer(), 9);
  const MemoryLog later(next, 20);
  CHECK(bench.grow(log, 0, 9) == Outcome::cosigned);
  CHECK(bench.grow(later, 9, 20) == Outcome::cosigned);
}

TEST_CASE("a second history is found and proven, and stops the log until an operator acts") {
  // Same size; a larger tree; one from a size that is a power of two can only be refused.
  for (const std::uint64_t held_size : {7, 12, 39}) {
    for (const std::uint64_t sent_size : {7, 12, 39, 40}) {
      if (sent_size < held_size) continue;
      Bench bench;
      const MemoryLog first(signer(), 40, "a", 5);
      const MemoryLog second(signer(), 40, "b", 5);
      REQUIRE(bench.grow(first, 0, held_size) == Outcome::cosigned);
      const Outcome expected = sent_size == held_size ? Outcome::other_size : Outcome::bad_proof;
      CHECK(bench.grow(second, held_size, sent_size) == expected);
      CHECK(bench.splits == std::vector{origin});
      CHECK(bench.witness->state().value()[0].split);
      const std::string evidence = bench.witness->evidence(bench.id).value();
      const auto view = ledger::parse_split_view(evidence, "e").value();
      const auto facts = ledger::verify_split_view(view, std::array{signer().key()}).value();
      CHECK(facts.older == first.head(held_size));
      CHECK(facts.newer == second.head(sent_size));

      bench.restart();
      CHECK(bench.grow(first, held_size, 40) == Outcome::stopped);
      CHECK(bench.grow(second, held_size, 40) == Outcome::bad_proof);
      CHECK(bench.splits.size() == 1);
      CHECK(bench.held() == held_size);
      REQUIRE(bench.logs().resume(bench.id, bench.clock.now()));
      CHECK(bench.logs().evidence_files(bench.id).size() == 1);
      CHECK(!bench.witness->state().value()[0].split);
      CHECK(bench.grow(first, held_size, 40) == Outcome::cosigned);
    }
  }
}

TEST_CASE("an old size that is not ours does not hide another root of the size we hold") {
  Bench bench;
  const MemoryLog first(signer(), 12, "a", 5);
  const MemoryLog second(signer(), 12, "b", 5);
  REQUIRE(bench.grow(first, 0, 12) == Outcome::cosigned);
  CHECK(bench.send(0, {}, second.note(12)).body == "12\n");
  CHECK(bench.splits.size() == 1);
}

TEST_CASE("a false proof with a published checkpoint stops nobody") {
  Bench bench;
  const MemoryLog log(signer(), 40);
  REQUIRE(bench.grow(log, 0, 7) == Outcome::cosigned);
  for (std::uint64_t other = 1; other < 20; ++other) {
    bench.send(7, log.proof(other, 20), log.note(20));
    bench.send(7, {Hash{}, Hash{}, Hash{}}, log.note(20));
  }
  const MemoryLog second(signer(), 40, "b", 5);
  bench.send(7, second.proof(7, 20), log.note(20));
  CHECK(bench.splits.empty());
  CHECK(bench.held() == 20);  // one of those proofs was the right one
  CHECK(bench.grow(log, 20, 40) == Outcome::cosigned);
}

TEST_CASE("from a tree of a power of two a second history is refused, if not proven") {
  Bench bench;
  const MemoryLog first(signer(), 40, "a", 5);
  const MemoryLog second(signer(), 40, "b", 5);
  REQUIRE(bench.grow(first, 0, 8) == Outcome::cosigned);
  CHECK(bench.grow(second, 8, 20) == Outcome::bad_proof);
  CHECK(bench.splits.empty());
  CHECK(bench.grow(second, 8, 8) == Outcome::other_size);  // the same size proves it
  CHECK(bench.splits.size() == 1);
}

TEST_CASE("a state that is lost or damaged is no beginning: nothing is cosigned") {
  const MemoryLog log(signer(), 40);
  const auto broken = [&](const std::string& content, bool remove) {
    Bench bench;
    REQUIRE(bench.grow(log, 0, 9) == Outcome::cosigned);
    const fs::path file = bench.folder / bench.id / "checkpoint";
    remove ? fs::remove(file) : bool(write_file_durably(file, content));
    CHECK(!bench.witness->state().value()[0].problem.empty());
    const std::string body = ledger::format_add_checkpoint({0, {}, log.note(20)});
    const auto answer = bench.witness->add_checkpoint(body);
    return !answer && answer.error().code == Errc::corrupted;
  };
  CHECK(broken("", true));
  CHECK(broken("", false));
  CHECK(broken("x", false));
  const ledger::NoteSigner forger = ledger::new_log_signer(origin);
  CHECK(broken(MemoryLog(forger, 9).note(9), false));
  std::string changed = log.note(9);
  changed[changed.find('9')] = '8';
  CHECK(broken(changed, false));
}

TEST_CASE("a log whose file was lost does not begin anew when it is added again") {
  Bench bench;
  const MemoryLog log(signer(), 9);
  REQUIRE(bench.grow(log, 0, 9) == Outcome::cosigned);
  fs::remove(bench.folder / bench.id / "log.json");
  CHECK(bench.logs().add(origin, signer().key()).error().code == Errc::corrupted);
  CHECK(bench.grow(log, 0, 9) == Outcome::unknown_log);
}

TEST_CASE("evidence that cannot be read still stops the log") {
  Bench bench;
  const MemoryLog log(signer(), 40);
  REQUIRE(write_file_durably(bench.logs().split_file(bench.id), "{"));
  const std::string body = ledger::format_add_checkpoint({0, {}, log.note(20)});
  CHECK(!bench.witness->add_checkpoint(body));
  CHECK(bench.witness->state().value()[0].split);
}

TEST_CASE("requests at the same time: one history, and never a smaller size after a larger") {
  for (int round = 0; round < 10; ++round) {
    Bench bench;
    const MemoryLog first(signer(), 30, "a", 5);
    const MemoryLog second(signer(), 30, "b", 5);
    std::array<int, 4> cosigned{};
    {
      std::vector<std::jthread> threads;
      for (std::size_t t = 0; t < cosigned.size(); ++t) {
        threads.emplace_back([&, t] {
          const MemoryLog& log = t % 2 == 0 ? first : second;
          for (std::uint64_t from = 0; from < 30; ++from)
            if (bench.grow(log, from, from + 1) == Outcome::cosigned && from >= 5) ++cosigned[t];
        });
      }
    }
    CHECK((cosigned[0] + cosigned[2] == 0 || cosigned[1] + cosigned[3] == 0));
    const auto held = ledger::parse_checkpoint(
        ledger::parse_note(bench.witness->held_note(bench.id).value()).value().text);
    const std::uint64_t size = held->tree.size;
    CHECK((held->tree == first.head(size) || held->tree == second.head(size)));
  }
}

}  // namespace
}  // namespace kensho::witness
