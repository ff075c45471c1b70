#include "journal/receipt.h"

#include <map>

#include <doctest/doctest.h>

#include "base/encoding.h"
#include "journal/commitment.h"
#include "ledger/tile_appender.h"
#include "ledger/tile_proof.h"

namespace kensho::journal {
namespace {

constexpr std::uint64_t log_size = 300;  // more than one tile
constexpr std::uint64_t entry_seq = 257;

Entry some_entry(std::uint64_t seq) {
  Entry entry{.seq = seq, .time = {1'700'000'000'000'000}};
  entry.act = {.actor = "entry-desk",
               .organisation = "clinic-a",
               .kind = std::string(kind::case_reported),
               .subject = "p-1",
               .reason = "\"quoted\" \xE3\x81\x82",
               .payload = R"({"outcome":"1.50","participant":"p-1"})"};
  entry.key.fill(static_cast<std::uint8_t>(seq));
  seal(entry);
  return entry;
}

ledger::NoteSigner signer(std::string name, std::uint8_t seed) {
  Ed25519Seed bytes{};
  bytes.fill(seed);
  return ledger::NoteSigner::make(std::move(name), Ed25519Signer::from_seed(bytes)).value();
}

/// A log in memory with one entry of ours among others, and the proof of that entry.
struct Fixture {
  ledger::NoteSigner log = signer("example.org/log", 1);
  Entry entry = some_entry(entry_seq);
  ledger::LogProof proof;
  std::string receipt;

  Fixture() {
    std::map<ledger::TileId, Bytes> tiles;
    const auto keep = [&tiles](const ledger::TileId& id, ByteView bytes) {
      tiles[id] = Bytes(bytes.begin(), bytes.end());
      return ok();
    };
    ledger::TileAppender tree;
    for (std::uint64_t seq = 0; seq < log_size; ++seq) {
      REQUIRE(tree.append(ledger::leaf_hash(some_entry(seq).leaf), keep));
    }
    REQUIRE(tree.write_partial_tiles(keep));
    proof.index = entry_seq;
    const auto read = [&tiles](const ledger::TileId& id) -> Result<Bytes> { return tiles.at(id); };
    proof.hashes = ledger::inclusion_proof(read, entry_seq, log_size).value();
    const auto note =
        ledger::sign_checkpoint({.origin = "example.org/log", .tree = tree.head()}, log);
    // One more signature, of a key that the reader does not know.
    const auto other = signer("example.org/other", 2).sign("x\n").value();
    proof.checkpoint = note.value() + other.substr(other.find("\n\n") + 2);
    receipt = format_receipt(entry, proof);
  }
};

std::string claims_of(const ProvenReceipt& proven) {
  const auto opened = proven.opening.header_only ? format_header_opening(proven.opening.entry)
                                                 : format_opening(proven.opening.entry);
  return opened + ledger::format_checkpoint(proven.checkpoint).value();
}

TEST_CASE("a receipt proves what was reported, with nothing but the log's key") {
  const Fixture fixture;
  const auto proven = verify_receipt(fixture.receipt, fixture.log.key());
  REQUIRE(proven);
  const Entry& entry = proven->opening.entry;
  CHECK(entry.act.payload == fixture.entry.act.payload);
  CHECK(entry.act.subject == "p-1");
  CHECK(entry.act.reason == fixture.entry.act.reason);
  CHECK(entry.act.organisation == "clinic-a");
  CHECK(entry.seq == entry_seq);
  CHECK(entry.leaf == fixture.entry.leaf);
  CHECK_FALSE(proven->opening.header_only);
  CHECK(proven->checkpoint.tree.size == log_size);
}

TEST_CASE("a header-only receipt proves the act without what it said") {
  Fixture fixture;
  fixture.proof.extra = format_header_opening(fixture.entry);
  const auto proven = verify_receipt(ledger::format_log_proof(fixture.proof), fixture.log.key());
  REQUIRE(proven);
  CHECK(proven->opening.header_only);
  CHECK(proven->opening.entry.act.kind == kind::case_reported);
  CHECK(proven->opening.entry.act.payload.empty());
}

TEST_CASE("no bit of a receipt can change without refusal or without any claim changing") {
  Fixture fixture;
  const std::string receipts[] = {fixture.receipt, [&fixture] {
                                    fixture.proof.extra = format_header_opening(fixture.entry);
                                    return ledger::format_log_proof(fixture.proof);
                                  }()};
  for (const std::string& receipt : receipts) {
    const std::string claims = claims_of(verify_receipt(receipt, fixture.log.key()).value());
    std::size_t ignored = 0;
    for (std::size_t bit = 0; bit < receipt.size() * 8; ++bit) {
      std::string changed = receipt;
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
      const auto proven = verify_receipt(changed, fixture.log.key());
      if (!proven) continue;
      CAPTURE(bit);
      CHECK(claims_of(*proven) == claims);
      CHECK(bit / 8 > receipt.rfind("\n", receipt.size() - 2));  // the other key's signature line
      ++ignored;
    }
    CHECK(ignored > 0);  // such a line is there, and what it says is nobody's claim
  }
}

TEST_CASE("every cut and every lost line of a receipt is refused") {
  const Fixture fixture;
  const std::string& receipt = fixture.receipt;
  const std::size_t signed_until = receipt.find("\n", receipt.find("\n\xE2\x80\x94 ") + 1);
  for (std::size_t size = 0; size < signed_until; ++size) {
    CAPTURE(size);
    CHECK_FALSE(verify_receipt(receipt.substr(0, size), fixture.log.key()));
  }
  for (std::size_t start = 0; start < signed_until;) {
    const std::size_t end = receipt.find('\n', start) + 1;
    CAPTURE(start);
    CHECK_FALSE(verify_receipt(receipt.substr(0, start) + receipt.substr(end), fixture.log.key()));
    start = end;
  }
}

TEST_CASE("a refusal names the step that fails") {
  Fixture fixture;
  const auto refusal = [&fixture](const ledger::LogProof& proof, const ledger::NoteKey& key) {
    return verify_receipt(ledger::format_log_proof(proof), key).error().message;
  };
  const ledger::NoteKey key = fixture.log.key();
  ledger::LogProof proof = fixture.proof;
  CHECK(refusal(proof, key).find("opens no entry") != std::string::npos);
  proof.extra = format_opening(some_entry(entry_seq - 1));
  CHECK(refusal(proof, key) == "the receipt opens entry 256 and proves entry 257");

  Entry invented = fixture.entry;
  invented.act.payload = R"({"outcome":"9.99","participant":"p-1"})";
  proof.extra = format_opening(invented);
  CHECK(refusal(proof, key).find("is not what was committed to") != std::string::npos);
  seal(invented);
  proof.extra = format_opening(invented);
  CHECK(refusal(proof, key).find("root that is not the tree's") != std::string::npos);

  proof.extra = format_opening(fixture.entry);
  CHECK(verify_receipt(ledger::format_log_proof(proof), key));
  CHECK_FALSE(verify_receipt(ledger::format_log_proof(proof), signer("example.org/log", 3).key()));
}

TEST_CASE("an opening has one spelling") {
  const std::string good = format_opening(some_entry(7));
  REQUIRE(parse_opening(good));
  CHECK(format_opening(parse_opening(good)->entry) == good);
  const auto replaced = [&good](std::string_view from, std::string_view to) {
    std::string text = good;
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
  };
  const std::string others[] = {
      good + " ",
      " " + good,
      replaced("{\"header\"", "{\"more\":1,\"header\""),
      replaced("\"seq\":7", "\"seq\":7.0"),
      replaced("\"seq\":7", "\"seq\":-7"),
      replaced("\"seq\":7", "\"seq\":9007199254740993"),
      replaced("\"actor\":\"entry-desk\",", ""),
      replaced("entry-desk", "\\u0065ntry-desk"),
      replaced("\"commitment\":\"", "\"commitment\":\"00"),
      replaced("\"key\":\"07", "\"key\":\"7"),
      replaced(",\"key\"", ",\"Key\""),
  };
  for (const std::string& text : others) {
    CAPTURE(text);
    CHECK_FALSE(parse_opening(text));
  }
}

}  // namespace
}  // namespace kensho::journal
