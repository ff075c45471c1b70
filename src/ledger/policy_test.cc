#include "ledger/policy.h"

#include <fstream>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "ledger/cosignature.h"
#include "ledger/signed_note.h"

namespace kensho::ledger {
namespace {

nlohmann::json vectors(const std::string& file) {
  std::ifstream in(KENSHO_SOURCE_DIR "/tests/reference/ledger/" + file);
  REQUIRE(in.good());
  return nlohmann::json::parse(in);
}

// The witnesses that the report says have cosigned, by their keys, sorted.
std::vector<std::string> cosigned(const Policy& policy, const PolicyReport& report) {
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < report.witnesses.size(); ++i)
    if (report.witnesses[i].time_s) keys.push_back(policy.witnesses[i].key.text());
  std::ranges::sort(keys);
  return keys;
}

// Those of `keys` that the policy lists.
std::vector<std::string> listed(const Policy& policy, const nlohmann::json& keys) {
  std::vector<std::string> found;
  for (const auto& key : keys)
    for (const PolicyWitness& witness : policy.witnesses)
      if (witness.key.text() == key.get<std::string>()) found.push_back(key);
  std::ranges::sort(found);
  return found;
}

TEST_CASE("nested quorums are decided as a second implementation decides them") {
  const nlohmann::json suite = vectors("policies.json");
  CHECK(suite["cases"].size() == 120);
  for (const auto& c : suite["cases"]) {
    const auto text = c["policy"].get<std::string>();
    const auto note = c["note"].get<std::string>();
    const auto policy = parse_policy(text, "policy");
    REQUIRE_MESSAGE(policy, text);
    const PolicyReport report = examine(*policy, note).value();
    CHECK_MESSAGE(report.quorum_met == c["met"].get<bool>(), text);
    CHECK(cosigned(*policy, report) == listed(*policy, c["cosigned"]));
    CHECK(bool(check(*policy, note)) == report.quorum_met);
    for (const WitnessPart& part : report.witnesses)
      CHECK(part.time_s.value_or(1'700'000'000) >= 1'700'000'000);  // of two times the newer
  }
}

TEST_CASE("what a second implementation refuses is refused, at the same line") {
  const nlohmann::json suite = vectors("policies.json");
  CHECK(suite["refused"].size() == 50);
  for (const auto& c : suite["refused"]) {
    const auto text = c["policy"].get<std::string>();
    const int line = c["line"].get<int>();
    const std::string place = line == 0 ? "a.policy: " : fmt::format("a.policy: line {}: ", line);
    const auto policy = parse_policy(text, "a.policy");
    REQUIRE_MESSAGE(!policy, text);
    CHECK(policy.error().code == Errc::invalid_argument);
    CHECK_MESSAGE(policy.error().message.starts_with(place),
                  text << " gave " << policy.error().message);
  }
}

TEST_CASE("a policy of real witnesses holds for the checkpoint they cosigned") {
  const nlohmann::json published = vectors("cosignatures.json")["published"];
  std::string text = fmt::format("log {}\n", published["log"].get<std::string>());
  for (int i = 0; i < 4; ++i)
    text += fmt::format("witness w{} {}\n", i, published["witnesses"][i]["key"].get<std::string>());
  const Policy policy = parse_policy(text + "group all all w0 w1 w2 w3\nquorum all\n", "p").value();
  const PolicyReport report = check(policy, published["note"].get<std::string>()).value();
  CHECK(report.log.name() == "arche2025h1.staging.ct.transparency.dev");
  CHECK(report.checkpoint.tree.size == 1432088532);
  for (const WitnessPart& part : report.witnesses) CHECK(part.time_s == 1779573024);
}

// A log, two witnesses and a note of a checkpoint with their lines.
struct Cast {
  NoteSigner log = NoteSigner::make("example.com/log", Ed25519Signer::generate()).value();
  Cosigner first = Cosigner::make("a.example", Ed25519Signer::generate()).value();
  Cosigner second = Cosigner::make("b.example", Ed25519Signer::generate()).value();
  std::string text = "example.com/log\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

  Policy policy(const std::string& quorum) const {
    return parse_policy(
               fmt::format("log {}\nwitness A {}\nwitness B {} https://b.example/w\n"
                           "group both all A B\nquorum {}\n",
                           log.key().text(), first.key().text(), second.key().text(), quorum),
               "p")
        .value();
  }
  std::string note(std::vector<std::string> lines) const {
    std::string signed_text = log.sign(text).value();
    for (const std::string& line : lines) signed_text += line;
    return signed_text;
  }
  std::string line(const Cosigner& witness, std::int64_t time_s) const {
    return format_signature(witness.cosign(text, {time_s * 1'000'000}).value());
  }
};

TEST_CASE("a quorum that is not met names who is missing") {
  const Cast cast;
  const std::string note = cast.note({cast.line(cast.second, 5), cast.line(cast.second, 9)});
  CHECK(check(cast.policy("none"), cast.note({})));
  CHECK(check(cast.policy("B"), note).value().witnesses[1].time_s == 9);
  const auto missed = check(cast.policy("both"), note);
  CHECK(missed.error().code == Errc::corrupted);
  CHECK(missed.error().message ==
        "the checkpoint of size 7 of example.com/log does not meet the policy's quorum both: no "
        "cosignature of A");
  CHECK(cast.policy("B").witnesses[1].url == "https://b.example/w");
}

TEST_CASE("one wrong signature of a listed key refuses the note") {
  const Cast cast;
  NoteSignature wrong = cast.first.cosign(cast.text, {1}).value();
  wrong.signature.back() ^= 1;
  const std::string note = cast.note({cast.line(cast.second, 5), format_signature(wrong)});
  CHECK(examine(cast.policy("B"), note).error().code == Errc::corrupted);
  Policy without = cast.policy("none");
  without.witnesses.erase(without.witnesses.begin());
  CHECK(examine(without, note));
}

TEST_CASE("only a listed log's own checkpoint is accepted") {
  Cast cast;
  Policy policy = cast.policy("none");
  const Cast stranger;
  CHECK(check(policy, stranger.note({})).error().code == Errc::corrupted);
  cast.text = "other.example\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  CHECK(check(policy, cast.note({})).error().message.contains("of the log other.example"));
  policy.logs.clear();
  CHECK(check(policy, stranger.note({})).error().code == Errc::invalid_argument);
  policy.logs.push_back({stranger.log.key(), ""});
  CHECK(check(policy, stranger.note({})));
}

}  // namespace
}  // namespace kensho::ledger
