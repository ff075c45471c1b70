#include "app/cosign_checkpoint.h"

#include <filesystem>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/encoding.h"
#include "base/file.h"
#include "base/random_bytes.h"
#include "ledger/add_checkpoint.h"
#include "ledger/cosignature.h"
#include "ledger/log_writer.h"
#include "ledger/signed_note.h"
#include "ledger/testing/memory_log.h"

namespace kensho::app {
namespace {

namespace fs = std::filesystem;

// A witness as short as the specification allows, to be asked by URL.
struct ShortWitness {
  ledger::Cosigner key = ledger::Cosigner::make("w.example", Ed25519Signer::generate()).value();
  ledger::TreeHead held;
  int asked = 0;
  std::optional<WitnessReply> always;  // what it answers instead

  WitnessReply add_checkpoint(const std::string& body) {
    ++asked;
    if (always) return *always;
    const auto request = ledger::parse_add_checkpoint(body).value();
    const auto note = ledger::parse_note(request.note).value();
    const auto tree = ledger::parse_checkpoint(note.text).value().tree;
    const bool other = tree.size == held.size && tree.root != held.root;
    if (request.old_size != held.size || other) return {409, ledger::format_tree_size(held.size)};
    if (held.size > 0 && !ledger::verify_consistency(held, tree, request.proof)) return {422, ""};
    held = tree;
    return {200, ledger::format_signature(key.cosign(note.text, {1'700'000'000'000'000}).value())};
  }
};

// A log in a folder that grows, and two witnesses at /a and /b.
struct Bench {
  fs::path folder = fs::temp_directory_path() / ("kensho-cosign-" + hex_encode(random_bytes(8)));
  ledger::NoteSigner signer = ledger::new_log_signer("example.com/log");
  ledger::LogDirectory log{folder};
  ShortWitness a;
  ShortWitness b;

  Bench() { fs::create_directories(folder); }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;
  ~Bench() { fs::remove_all(folder); }

  void grow(int entries, const std::string& story = "") {
    auto writer = ledger::LogWriter::open(log, signer.key()).value();
    for (int i = 0; i < entries; ++i)
      REQUIRE(writer.append(as_bytes(fmt::format("{}{}", writer.size(), story))));
    const auto head = writer.flush().value();
    REQUIRE(writer.publish(ledger::sign_checkpoint({"example.com/log", head, {}}, signer).value()));
  }
  ledger::Policy policy(const std::string& quorum = "both") const {
    return ledger::parse_policy(
               fmt::format(
                   "log {}\nwitness A {} http://a/\nwitness B {} http://b\ngroup both all A "
                   "B\nquorum {}\n",
                   signer.key().text(), a.key.key().text(), b.key.key().text(), quorum),
               "p")
        .value();
  }
  CheckpointCosigning cosigning(const std::string& quorum = "both") {
    return CheckpointCosigning::make(
               policy(quorum), signer.key(),
               [this](const std::string& url, const std::string& body) -> Result<WitnessReply> {
                 if (url == "http://a/add-checkpoint") return a.add_checkpoint(body);
                 if (url == "http://b/add-checkpoint") return b.add_checkpoint(body);
                 return Error{Errc::unavailable, "nobody at " + url};
               })
        .value();
  }
  // What became of witness A when it alone is asked for.
  WitnessResult outcome_of_a() { return cosigning("A").run(log).value().witnesses[0]; }
};

TEST_CASE("cosignatures come below the log's own, and the log goes on from there") {
  Bench bench;
  bench.grow(7);
  auto cosigning = bench.cosigning();
  const CosigningReport report = cosigning.run(bench.log).value();
  CHECK(report.quorum_met);
  CHECK(report.stored);
  CHECK(report.witnesses[1].time_s == 1'700'000'000);
  const std::string note = bench.log.read_checkpoint().value();
  CHECK(ledger::check(bench.policy(), note));
  CHECK(ledger::parse_note(note).value().signatures[0].key_name == "example.com/log");

  bench.grow(300);  // LogWriter::open takes the cosigned checkpoint
  CHECK(!ledger::check(bench.policy(), bench.log.read_checkpoint().value()));
  CHECK(cosigning.run(bench.log).value().quorum_met);
  CHECK(ledger::check(bench.policy(), bench.log.read_checkpoint().value())
            .value()
            .checkpoint.tree.size == 307);
  CHECK(bench.a.asked == 2);  // it remembers what each holds: one request a checkpoint
}

TEST_CASE("a program that starts anew learns what each witness holds") {
  Bench bench;
  bench.grow(7);
  CHECK(bench.cosigning().run(bench.log).value().quorum_met);
  bench.grow(4);
  bench.a.asked = 0;
  CHECK(bench.cosigning().run(bench.log).value().quorum_met);
  CHECK(bench.a.asked == 2);  // the size it did not know, then the cosignature
}

TEST_CASE("asked twice, each witness stands in the note once") {
  Bench bench;
  bench.grow(7);
  auto cosigning = bench.cosigning();
  for (int i = 0; i < 3; ++i) REQUIRE(cosigning.run(bench.log));
  const auto note = ledger::parse_note(bench.log.read_checkpoint().value()).value();
  CHECK(note.signatures.size() == 3);
}

TEST_CASE("one witness that fails does not stop the others, and its old cosignature stays") {
  Bench bench;
  bench.grow(7);
  REQUIRE(bench.cosigning().run(bench.log).value().quorum_met);
  bench.a.always = WitnessReply{503, "busy"};
  const CosigningReport again = bench.cosigning().run(bench.log).value();
  CHECK(again.quorum_met);  // by what was there before
  bench.grow(1);
  const CosigningReport report = bench.cosigning().run(bench.log).value();
  CHECK(!report.quorum_met);
  CHECK(report.stored);
  CHECK(report.witnesses[0].outcome == WitnessOutcome::refused);
  CHECK(report.witnesses[0].message == "status 503");
  CHECK(report.witnesses[1].outcome == WitnessOutcome::cosigned);
}

TEST_CASE("every bad answer has its word, and nothing of it is stored") {
  Bench bench;
  bench.grow(7);
  const std::string before = bench.log.read_checkpoint().value();
  const auto stranger = ledger::Cosigner::make("w.example", Ed25519Signer::generate()).value();
  const std::string text = ledger::parse_note(before).value().text;
  const std::string forged = ledger::format_signature(stranger.cosign(text, {5}).value());
  const std::string of_another = ledger::format_signature(
      bench.a.key.cosign("log\n0\n" + base64_encode(Hash{}) + "\n", {5}).value());
  const std::vector<std::pair<WitnessReply, WitnessOutcome>> answers{
      {{200, ""}, WitnessOutcome::unusable},
      {{200, forged}, WitnessOutcome::unusable},
      {{200, of_another}, WitnessOutcome::unusable},
      {{200, "x" + forged}, WitnessOutcome::unusable},
      {{302, ""}, WitnessOutcome::refused},
      {{404, R"({"detail":"not here"})"}, WitnessOutcome::refused},
      {{403, R"({"detail":"evidence","split_view":"/x"})"}, WitnessOutcome::stopped},
      {{409, "x"}, WitnessOutcome::unusable},
      {{409, "0\n"}, WitnessOutcome::unusable},  // the size that was named
      {{409, "3\n"}, WitnessOutcome::unusable},  // and again
      {{409, "7\n"}, WitnessOutcome::contradicted},
      {{409, "8\n"}, WitnessOutcome::ahead},
      {{422, ""}, WitnessOutcome::refused}};
  for (const auto& [reply, expected] : answers) {
    bench.a.always = reply;
    const WitnessResult result = bench.outcome_of_a();
    CHECK_MESSAGE(result.outcome == expected, reply.status << " " << reply.body);
    CHECK(!result.message.empty());
    const auto note = ledger::parse_note(bench.log.read_checkpoint().value()).value();
    CHECK(note.signatures[0].key_name == "example.com/log");
    CHECK(note.signatures.size() == 2);  // witness B's
  }
}

TEST_CASE("a witness's words reach the operator without control characters, and not endlessly") {
  Bench bench;
  bench.grow(7);
  bench.a.always = WitnessReply{500, R"({"detail":"no\u001b[2J\nway"})"};
  CHECK(bench.outcome_of_a().message == "status 500: no [2J way");
  bench.a.always->body = R"({"detail":")" + std::string(298, 'x') + "検証\"}";
  CHECK(bench.outcome_of_a().message == "status 500: " + std::string(298, 'x'));
}

TEST_CASE("a copy of the log that grew otherwise is contradicted, at any two sizes") {
  for (const int common : {7, 8}) {
    for (const int more : {1, 5}) {
      Bench bench;
      bench.grow(common, "first");
      REQUIRE(bench.cosigning().run(bench.log));
      fs::remove_all(bench.folder);
      fs::create_directories(bench.folder);
      bench.grow(common + more, "second");
      const CosigningReport report = bench.cosigning().run(bench.log).value();
      CHECK(report.is_split());
      CHECK(!report.quorum_met);
      CHECK(!report.stored);
      fs::remove_all(bench.folder);
      fs::create_directories(bench.folder);
      bench.grow(common, "second");
      CHECK(bench.cosigning().run(bench.log).value().is_split());
      fs::remove_all(bench.folder);
      fs::create_directories(bench.folder);
      bench.grow(common - 1, "first");
      CHECK(bench.outcome_of_a().outcome == WitnessOutcome::ahead);
    }
  }
}

TEST_CASE("a checkpoint published meanwhile is not overwritten") {
  Bench bench;
  bench.grow(7);
  auto cosigning = bench.cosigning();
  auto collected = cosigning.collect(bench.log).value();
  bench.grow(1);
  const std::string newer = bench.log.read_checkpoint().value();
  CHECK(!cosigning.store(bench.log, std::move(collected)).value().stored);
  CHECK(bench.log.read_checkpoint().value() == newer);
  CHECK(cosigning.run(bench.log).value().quorum_met);
}

TEST_CASE("a damaged log is not blamed on a witness") {
  Bench bench;
  bench.grow(300);
  REQUIRE(bench.cosigning().run(bench.log));
  bench.grow(5);
  Bytes tile = read_bytes(bench.folder / "tile/0/001.p/49").value();
  tile[5] ^= 1;
  REQUIRE(write_file_durably(bench.folder / "tile/0/001.p/49", as_text(tile)));
  CHECK(bench.cosigning().run(bench.log).error().message.contains("run kensho fsck"));
}

TEST_CASE("a policy for another log is refused, one without logs is for ours") {
  Bench bench;
  ledger::Policy policy = bench.policy();
  const auto stranger = ledger::new_log_signer("example.com/log").key();
  const SendToWitness nobody = [](const std::string&, const std::string&) -> Result<WitnessReply> {
    return Error{Errc::unavailable, "nobody"};
  };
  const auto refused = CheckpointCosigning::make(policy, stranger, nobody);
  CHECK(refused.error().message.contains("log " + stranger.text()));
  policy.logs.clear();
  policy.witnesses[1].url.clear();
  bench.grow(3);
  auto cosigning = CheckpointCosigning::make(policy, bench.signer.key(), nobody).value();
  const CosigningReport report = cosigning.run(bench.log).value();
  CHECK(report.witnesses[0].outcome == WitnessOutcome::unreachable);
  CHECK(report.witnesses[0].message == "nobody");
  CHECK(report.witnesses[1].outcome == WitnessOutcome::without_url);
  CHECK(!report.stored);
}

}  // namespace
}  // namespace kensho::app
