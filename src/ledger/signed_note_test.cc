#include "ledger/signed_note.h"

#include <algorithm>
#include <array>

#include <doctest/doctest.h>

#include "base/encoding.h"
#include "ledger/checkpoint.h"

namespace kensho::ledger {
namespace {

// The example keys and note of golang.org/x/mod/sumdb/note (note_test.go).
constexpr std::string_view peter_key =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view peter_secret = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
constexpr std::string_view enoch_key =
    "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const std::string text =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
const std::string peter_line =
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6"
    "RyyBwJnAM=\n";
const std::string enoch_line =
    "— EnochRoot "
    "rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1"
    "RvMc+QQ=\n";

NoteSigner peter() {
  const Bytes typed = base64_decode(peter_secret).value();
  Ed25519Seed seed;
  std::copy(typed.begin() + 1, typed.end(), seed.begin());
  return NoteSigner::make("PeterNeumann", Ed25519Signer::from_seed(seed)).value();
}

NoteSigner new_signer(std::string name) {
  return NoteSigner::make(std::move(name), Ed25519Signer::generate()).value();
}

NoteKey key(std::string_view key_text) {
  return NoteKey::parse(key_text).value();
}

TEST_CASE("the published example note is signed and verified byte for byte") {
  CHECK(peter().key().text() == peter_key);
  CHECK(peter().sign(text).value() == text + "\n" + peter_line);

  const std::array keys{key(peter_key), key(enoch_key)};
  const VerifiedNote both = verify_note(text + "\n" + peter_line + enoch_line, keys).value();
  CHECK(both.text == text);
  CHECK(both.signers == std::vector<NoteKey>{keys[0], keys[1]});
  CHECK(keys[0].id() == 0xc74f20a3);
}

TEST_CASE("signatures of unknown keys are ignored, even where name or id is known") {
  const std::array keys{key(peter_key)};
  CHECK(verify_note(text + "\n" + enoch_line + peter_line, keys).value().signers.size() == 1);
  CHECK(verify_note(text + "\n" + peter_line + peter_line, keys).value().signers.size() == 1);

  const std::string impostor = new_signer("PeterNeumann").sign("other\n").value();
  const std::string impostor_line = impostor.substr(impostor.find("—"));
  CHECK(verify_note(text + "\n" + impostor_line + peter_line, keys));
  CHECK(verify_note(text + "\n" + impostor_line, keys).error().code == Errc::corrupted);
  CHECK(verify_note(text + "\n" + enoch_line, keys).error().code == Errc::corrupted);
  CHECK(!verify_note(text + "\n" + enoch_line, {}));
}

TEST_CASE("one wrong signature of a known key refuses the note") {
  const std::array keys{key(peter_key), key(enoch_key)};
  std::string wrong = peter_line;
  wrong[40] = wrong[40] == 'A' ? 'B' : 'A';
  CHECK(verify_note(text + "\n" + enoch_line + wrong, keys).error().code == Errc::corrupted);
  CHECK(!verify_note("X" + text + "\n" + enoch_line + peter_line, keys));
  const std::array twice{key(peter_key), key(peter_key)};
  CHECK(verify_note(text + "\n" + peter_line, twice).error().code == Errc::invalid_argument);
}

TEST_CASE("any changed byte of a note refuses it") {
  const std::string note = text + "\n" + peter_line;
  const std::array keys{key(peter_key)};
  for (std::size_t i = 0; i < note.size(); ++i) {
    std::string changed = note;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    CHECK_MESSAGE(!verify_note(changed, keys), "byte " << i);
  }
}

TEST_CASE("a malformed note is refused") {
  const std::array keys{key(peter_key)};
  const std::string lines = text + "\n";
  std::string many = lines;
  for (int i = 0; i < 100; ++i) many += peter_line;
  CHECK(verify_note(many, keys));
  for (const std::string& bad :
       std::vector<std::string>{"",
                                "\n",
                                text,
                                lines,
                                lines + peter_line.substr(0, peter_line.size() - 1),
                                "\x01" + lines + peter_line,
                                "\xff" + lines + peter_line,
                                "a\r\n" + lines + peter_line,
                                lines + peter_line + "Unexpected line.\n",
                                lines + "— Peter Neumann AAAAAAAA\n",
                                lines + "— Peter+Neumann AAAAAAAA\n",
                                lines + "— PeterNeumann\n",
                                lines + "—  AAAAAAAA\n",
                                lines + "- PeterNeumann AAAAAAAA\n",
                                lines + "— PeterNeumann AAAAAA==\n",
                                lines + "— PeterNeumann AAAAAAA\n",
                                lines + "— Peter\u3000Neumann AAAAAAAA\n",
                                lines + "— Peter\u00a0N AAAAAAAA\n",
                                many + peter_line,
                                std::string(max_note_bytes, 'a') + lines + peter_line})
    CHECK_MESSAGE(verify_note(bad, keys).error().code == Errc::invalid_argument,
                  bad.substr(0, 200));
}

TEST_CASE("a note text may hold blank lines and any language") {
  const NoteSigner signer = new_signer("レジストリ.example/log");
  const std::string poem = "検証\n\n診療\n\n\n";
  const std::array keys{signer.key()};
  CHECK(verify_note(signer.sign(poem).value(), keys).value().text == poem);
  CHECK(!signer.sign("no line end"));
  CHECK(!signer.sign("a tab\there\n"));
  CHECK(!signer.sign("not UTF-8 \xff\n"));
  CHECK(!signer.sign(""));
}

TEST_CASE("no mangled verifier key is accepted") {
  CHECK(key(peter_key).name() == "PeterNeumann");
  for (std::size_t begin = 0; begin < peter_key.size(); ++begin)
    for (std::size_t count = 0; count <= peter_key.size() - begin; ++count)
      if (count != peter_key.size()) CHECK(!NoteKey::parse(peter_key.substr(begin, count)));
  for (std::size_t i = 0; i < peter_key.size(); ++i) {
    std::string changed(peter_key);
    ++changed[i];
    CHECK_MESSAGE(!NoteKey::parse(changed), changed);
  }
  // The same source: a longer key and an unknown type, each with the id that fits; an id in
  // capitals.
  CHECK(!NoteKey::parse(
      "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=="));
  CHECK(!NoteKey::parse("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"));
  CHECK(!NoteKey::parse("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"));
  for (const char* name : {"", "a b", "a+b", "a\nb", "a\u2003b", "\xff"})
    CHECK(!NoteKey::make(name, key(peter_key).public_key()));
}

// The example of c2sp.org/tlog-checkpoint.
const std::string example =
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

TEST_CASE("the checkpoint of the specification reads and writes byte for byte") {
  const Checkpoint checkpoint = parse_checkpoint(example).value();
  CHECK(checkpoint.origin == "example.com/behind-the-sofa");
  CHECK(checkpoint.tree.size == 20852163);
  CHECK(format_checkpoint(checkpoint).value() == example);

  const UnverifiedNote note =
      parse_note(
          example +
          "\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4UR"
          "YN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n")
          .value();
  CHECK(note.text == example);
  CHECK(note.signatures[0].key_id == 0x033de0ae);
  CHECK(note.signatures[0].signature.size() == 64);
}

TEST_CASE("a checkpoint is signed for one log and opened for that log only") {
  const NoteSigner log = new_signer("example.com/log");
  const Checkpoint checkpoint{"example.com/log", {7, leaf_hash({})}, {}};
  const std::string note = sign_checkpoint(checkpoint, log).value();
  CHECK(open_checkpoint(note, log.key()).value() == checkpoint);
  CHECK(!open_checkpoint(note, new_signer("example.com/log").key()));

  const Checkpoint foreign{"example.com/other", {7, leaf_hash({})}, {}};
  const std::string foreign_note = sign_checkpoint(foreign, log).value();
  CHECK(open_checkpoint(foreign_note, log.key()).error().code == Errc::corrupted);
}

TEST_CASE("extension lines are kept, and a checkpoint of another form is refused") {
  const std::string root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
  const Checkpoint extended = parse_checkpoint("log\n0\n" + root + "\nextra 1\nextra 2\n").value();
  CHECK(extended.extensions == std::vector<std::string>{"extra 1", "extra 2"});
  CHECK(format_checkpoint(extended).value() == "log\n0\n" + root + "\nextra 1\nextra 2\n");
  CHECK(parse_checkpoint("log\n18446744073709551615\n" + root + "\n"));

  for (const std::string& bad :
       std::vector<std::string>{"",
                                "log\n",
                                "log\n1\n",
                                "log\n1\n" + root,
                                "\n1\n" + root + "\n",
                                "log\n\n" + root + "\n",
                                "log\n01\n" + root + "\n",
                                "log\n00\n" + root + "\n",
                                "log\n-1\n" + root + "\n",
                                "log\n+1\n" + root + "\n",
                                "log\n 1\n" + root + "\n",
                                "log\n1 \n" + root + "\n",
                                "log\n0x1\n" + root + "\n",
                                "log\n18446744073709551616\n" + root + "\n",
                                "log\n1\n" + root.substr(0, 43) + "\n",
                                "log\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jx\n",
                                "log\n1\n" + root + "\n\n",
                                "log\n1\n" + root + "\nextra\n\nmore\n",
                                "log\n1\n" + root + "AAAA\n",
                                "log\n1\n\n"})
    CHECK_MESSAGE(parse_checkpoint(bad).error().code == Errc::invalid_argument, bad);

  CHECK(!format_checkpoint({"", {}, {}}));
  CHECK(!format_checkpoint({"two\nlines", {}, {}}));
  CHECK(!format_checkpoint({"log", {}, {""}}));
}

}  // namespace
}  // namespace kensho::ledger
