#include "journal/receipt.h"

#include <map>

#include <doctest/doctest.h>

#include "base/encoding.h"
#include "base/file.h"
#include "journal/commitment.h"
#include "journal/receipt_code.h"
#include "ledger/cosignature.h"
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

Entry erased(Entry entry) {
  entry.act.subject = entry.act.reason = entry.act.payload = "";
  entry.key = {};
  entry.erased = true;
  return entry;
}

ledger::NoteSigner signer(std::string name, std::uint8_t seed) {
  Ed25519Seed bytes{};
  bytes.fill(seed);
  return ledger::NoteSigner::make(std::move(name), Ed25519Signer::from_seed(bytes)).value();
}

ledger::Cosigner cosigner(std::string name, std::uint8_t seed) {
  Ed25519Seed bytes{};
  bytes.fill(seed);
  return ledger::Cosigner::make(std::move(name), Ed25519Signer::from_seed(bytes)).value();
}

/// A log in memory with one entry of ours among others, the proof of that entry, and whom its
/// reader trusts: the log and a witness.
struct Fixture {
  ledger::NoteSigner log = signer("example.org/log", 1);
  ledger::Cosigner witness = cosigner("witness.example", 3);
  ledger::Policy policy{.logs = {{log.key(), ""}},
                        .witnesses = {{"w", witness.key(), ""}},
                        .groups = {},
                        .quorum = ledger::PolicyMember{}};
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
    const ledger::Checkpoint checkpoint{.origin = "example.org/log", .tree = tree.head()};
    const std::string text = ledger::format_checkpoint(checkpoint).value();
    proof.checkpoint = log.sign(text).value();
    proof.checkpoint += ledger::format_signature(witness.cosign(text, entry.time).value());
    // One more signature, of a key that the reader does not know.
    proof.checkpoint +=
        ledger::format_signature(cosigner("other.example", 4).cosign(text, entry.time).value());
    receipt = format_receipt(entry, proof);
  }
};

std::string claims_of(const ProvenReceipt& proven) {
  std::string witnesses;
  for (const ledger::WitnessPart& part : proven.signers.witnesses) {
    witnesses += part.name + std::to_string(part.time_s.value_or(0));
  }
  return format_opening(proven.entry) + proven.signers.log.text() + witnesses +
         ledger::format_checkpoint(proven.signers.checkpoint).value();
}

TEST_CASE("a receipt proves what was reported, with nothing but a policy") {
  const Fixture fixture;
  const auto proven = verify_receipt(fixture.receipt, fixture.policy);
  REQUIRE(proven);
  const Entry& entry = proven->entry;
  CHECK(entry.act.payload == fixture.entry.act.payload);
  CHECK(entry.act.subject == "p-1");
  CHECK(entry.act.reason == fixture.entry.act.reason);
  CHECK(entry.act.organisation == "clinic-a");
  CHECK(entry.seq == entry_seq);
  CHECK(entry.leaf == fixture.entry.leaf);
  CHECK_FALSE(proven->entry.erased);
  CHECK(proven->signers.checkpoint.tree.size == log_size);
}

TEST_CASE("the receipt of an erased entry proves the act without what it said") {
  const Fixture fixture;
  const auto proven =
      verify_receipt(format_receipt(erased(fixture.entry), fixture.proof), fixture.policy);
  REQUIRE(proven);
  CHECK(proven->entry.erased);
  CHECK(proven->entry.act.kind == kind::case_reported);
  CHECK(proven->entry.act.payload.empty());
}

TEST_CASE("no bit of a receipt can change without refusal or without any claim changing") {
  const Fixture fixture;
  const std::string receipts[] = {fixture.receipt,
                                  format_receipt(erased(fixture.entry), fixture.proof)};
  for (const std::string& receipt : receipts) {
    const std::string claims = claims_of(verify_receipt(receipt, fixture.policy).value());
    std::size_t ignored = 0;
    for (std::size_t bit = 0; bit < receipt.size() * 8; ++bit) {
      std::string changed = receipt;
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
      const auto proven = verify_receipt(changed, fixture.policy);
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
    CHECK_FALSE(verify_receipt(receipt.substr(0, size), fixture.policy));
  }
  for (std::size_t start = 0; start < signed_until;) {
    const std::size_t end = receipt.find('\n', start) + 1;
    CAPTURE(start);
    CHECK_FALSE(verify_receipt(receipt.substr(0, start) + receipt.substr(end), fixture.policy));
    start = end;
  }
}

TEST_CASE("a refusal names the step that fails") {
  const Fixture fixture;
  Entry invented = fixture.entry;
  invented.act.payload = R"({"outcome":"9.99","participant":"p-1"})";
  Entry resealed = invented;
  seal(resealed);
  ledger::Policy other_log = fixture.policy;
  other_log.logs[0].key = signer("example.org/log", 9).key();
  ledger::Policy other_witness = fixture.policy;
  other_witness.witnesses[0].key = cosigner("witness.example", 9).key();
  struct Row {
    std::string extra;
    const ledger::Policy& policy;
    ReceiptStep step;
    std::string_view message;
  };
  const std::string good = format_opening(fixture.entry);
  const Row rows[] = {
      {"", fixture.policy, ReceiptStep::form, "it opens no entry"},
      {good, other_log, ReceiptStep::signature, "no signature of a trusted key"},
      {good, other_witness, ReceiptStep::witnesses, "w"},
      {"{}", fixture.policy, ReceiptStep::opening, "'header' is missing"},
      {format_opening(invented), fixture.policy, ReceiptStep::opening, "was committed to"},
      {format_opening(resealed), fixture.policy, ReceiptStep::inclusion, "a root that is not"},
      {format_opening(some_entry(entry_seq - 1)), fixture.policy, ReceiptStep::inclusion,
       "it opens entry 256 and proves entry 257"}};
  for (const Row& row : rows) {
    CAPTURE(row.message);
    ledger::LogProof proof = fixture.proof;
    proof.extra = row.extra;
    ReceiptStep reached{};
    const auto proven = verify_receipt(ledger::format_log_proof(proof), row.policy, &reached);
    REQUIRE_FALSE(proven);
    CHECK(proven.error().message.find(row.message) != std::string::npos);
    CHECK(reached == row.step);
  }
  CHECK(verify_receipt(fixture.receipt, trust_in(fixture.log.key())));
}

TEST_CASE("a receipt survives its way through the text of a QR code") {
  const Fixture fixture;
  const std::string code = receipt_code(fixture.receipt);
  CHECK(code.starts_with("KENSHO1:"));
  CHECK(code.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:") ==
        std::string::npos);
  CHECK(receipt_of_code(code).value() == fixture.receipt);
  CHECK(receipt_of_code(code + "\n").value() == fixture.receipt);
  CHECK(receipt_of_code(fixture.receipt).value() == fixture.receipt);
  for (std::size_t i = receipt_code_start.size(); i < code.size(); ++i) {
    std::string damaged = code;
    damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
    CAPTURE(i);
    const auto read = receipt_of_code(damaged);  // a compression level that is only a remark
    CHECK((!read || *read == fixture.receipt));
  }
}

/// What stands between "```name" and "```" in a page of the documentation.
std::string block_of(const std::string& page, const std::string& name) {
  const std::string start = "```" + name + "\n";
  const std::size_t from = page.find(start);
  REQUIRE(from != std::string::npos);
  return page.substr(from + start.size(), page.find("```", from + 3) - from - start.size());
}

TEST_CASE("the receipt in the documentation, which another program made, is proven") {
  const std::string page = read_file(KENSHO_SOURCE_DIR "/docs/receipts.md").value();
  const auto policy = ledger::parse_policy(block_of(page, "policy"), "docs/receipts.md").value();
  const auto proven = verify_receipt(block_of(page, "receipt"), policy);
  REQUIRE(proven);
  CHECK(proven->entry.act.subject == "AM-0002");
  CHECK(proven->signers.witnesses[0].time_s == 1'717'729'300);
  CHECK(page.find(hex_encode(proven->entry.leaf)) != std::string::npos);
}

TEST_CASE("an opening has one spelling") {
  const std::string good = format_opening(some_entry(7));
  REQUIRE(parse_opening(good));
  CHECK(format_opening(*parse_opening(good)) == good);
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
