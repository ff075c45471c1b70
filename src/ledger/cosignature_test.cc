#include "ledger/cosignature.h"

#include <fstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "base/encoding.h"
#include "ledger/checkpoint.h"
#include "ledger/signed_note.h"

namespace kensho::ledger {
namespace {

nlohmann::json vectors() {
  std::ifstream in(KENSHO_SOURCE_DIR "/tests/reference/ledger/cosignatures.json");
  REQUIRE(in.good());
  return nlohmann::json::parse(in);
}

Cosigner cosigner_of(const nlohmann::json& made) {
  const Bytes bytes = hex_decode(made["seed"].get<std::string>()).value();
  Ed25519Seed seed{};
  std::ranges::copy(bytes, seed.begin());
  return Cosigner::make(made["name"].get<std::string>(), Ed25519Signer::from_seed(seed)).value();
}

const std::string text = "example.com/log\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
const TimeUtc time{1'700'000'000'999'999};

Cosigner new_cosigner(std::string name) {
  return Cosigner::make(std::move(name), Ed25519Signer::generate()).value();
}

TEST_CASE("cosignatures that public witnesses made are verified, with their times") {
  const nlohmann::json published = vectors()["published"];
  const auto note = published["note"].get<std::string>();
  const UnverifiedNote parsed = parse_note(note).value();
  CHECK(format_note(parsed) == note);
  const NoteKey log = NoteKey::parse(published["log"].get<std::string>()).value();
  CHECK(open_checkpoint(note, log).value().tree.size == 1432088532);
  REQUIRE(published["witnesses"].size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    const auto& witness = published["witnesses"][i];
    const CosignerKey key = CosignerKey::parse(witness["key"].get<std::string>()).value();
    const NoteSignature& line = parsed.signatures[i + 2];  // below two of the log's own
    CHECK(verify_cosignature(parsed.text, line, key).value() ==
          witness["time"].get<std::int64_t>());
    CHECK(!verify_cosignature(parsed.text + "more\n", line, key));
  }
}

TEST_CASE("cosignatures equal those of a second implementation, byte for byte") {
  const nlohmann::json suite = vectors();
  CHECK(suite["made"].size() == 45);
  for (const auto& made : suite["made"]) {
    const Cosigner cosigner = cosigner_of(made);
    const auto time_s = made["time"].get<std::int64_t>();
    CHECK(cosigner.key().text() == made["key"].get<std::string>());
    if (time_s > 9'000'000'000'000) continue;  // beyond what our clock's microseconds can say
    const auto line = cosigner.cosign(made["text"].get<std::string>(), {time_s * 1'000'000});
    CHECK(format_signature(line.value()) == made["line"].get<std::string>());
  }
}

TEST_CASE("what a second implementation made is verified, its time read") {
  for (const auto& made : vectors()["made"]) {
    const CosignerKey key = CosignerKey::parse(made["key"].get<std::string>()).value();
    const auto lines = parse_signatures(made["line"].get<std::string>()).value();
    REQUIRE(lines.size() == 1);
    CHECK(verify_cosignature(made["text"].get<std::string>(), lines[0], key).value() ==
          made["time"].get<std::int64_t>());
  }
}

TEST_CASE("a key of one type never passes for one of another") {
  const Ed25519Signer signer = Ed25519Signer::generate();
  const NoteKey log = NoteKey::make("example.com", signer.public_key()).value();
  const CosignerKey witness = CosignerKey::make("example.com", signer.public_key()).value();
  CHECK(log.id() != witness.id());
  CHECK(NoteKey::parse(witness.text())
            .error()
            .message.starts_with("the verifier key is of type 0x04; a log's key"));
  CHECK(CosignerKey::parse(log.text())
            .error()
            .message.starts_with("the verifier key is of type 0x01; a witness's key"));
  // A verifier key of transparency-dev/formats, note/note_cosigv1_test.go.
  CHECK(CosignerKey::parse("remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"));
}

TEST_CASE("a cosignature fails with any other key, text, time or byte") {
  const Cosigner witness = new_cosigner("w.example");
  const NoteSignature good = witness.cosign(text, time).value();
  CHECK(verify_cosignature(text, good, witness.key()).value() == 1'700'000'000);
  CHECK(!verify_cosignature(text, good, new_cosigner("w.example").key()));
  CHECK(!verify_cosignature("x" + text, good, witness.key()));
  for (std::size_t i = 0; i < good.signature.size(); ++i) {
    NoteSignature changed = good;
    changed.signature[i] ^= 1;
    CHECK_MESSAGE(verify_cosignature(text, changed, witness.key()).error().code == Errc::corrupted,
                  "byte " << i);
  }
  NoteSignature shorter = good;
  shorter.signature.pop_back();
  CHECK(!verify_cosignature(text, shorter, witness.key()));
  NoteSignature longer = good;
  longer.signature.push_back(0);
  CHECK(!verify_cosignature(text, longer, witness.key()));
}

TEST_CASE("only a checkpoint is cosigned, and no time before 1970") {
  const Cosigner witness = new_cosigner("w.example");
  CHECK(!witness.cosign("some text\n", time));
  CHECK(!witness.cosign(text.substr(0, text.size() - 1), time));
  CHECK(!witness.cosign(text, {-1}));
  CHECK(witness.cosign(text, {0}));
}

TEST_CASE("a witness's answer is signature lines and nothing else") {
  const NoteSignature line = new_cosigner("w.example").cosign(text, time).value();
  const std::string written = format_signature(line);
  CHECK(parse_signatures(written + written).value() == std::vector{line, line});
  for (const std::string& bad : {std::string(), written.substr(0, written.size() - 1),
                                 written + "\n", "\n" + written, written + "more\n"})
    CHECK(!parse_signatures(bad));
}

}  // namespace
}  // namespace kensho::ledger
