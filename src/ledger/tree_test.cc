// The tree against the published vectors and against a transcription of RFC 6962.
#include <algorithm>
#include <fstream>
#include <map>
#include <random>
#include <set>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "base/encoding.h"
#include "ledger/proof.h"
#include "ledger/tile_appender.h"
#include "ledger/tile_proof.h"
#include "ledger/tree_builder.h"

namespace kensho::ledger {
namespace {

// RFC 6962 section 2.1 word for word: slow, obvious, the twin of everything faster.
Hash naive_root(std::span<const Hash> leaves) {
  if (leaves.empty()) return sha256({});
  if (leaves.size() == 1) return leaves[0];
  std::size_t split = 1;
  while (split * 2 < leaves.size()) split *= 2;
  return node_hash(naive_root(leaves.first(split)), naive_root(leaves.subspan(split)));
}

Proof naive_path(std::size_t m, std::span<const Hash> leaves) {
  if (leaves.size() == 1) return {};
  std::size_t split = 1;
  while (split * 2 < leaves.size()) split *= 2;
  const bool left = m < split;
  Proof proof =
      left ? naive_path(m, leaves.first(split)) : naive_path(m - split, leaves.subspan(split));
  proof.push_back(naive_root(left ? leaves.subspan(split) : leaves.first(split)));
  return proof;
}

Proof naive_subproof(std::size_t m, std::span<const Hash> leaves, bool known) {
  if (m == leaves.size()) return known ? Proof{} : Proof{naive_root(leaves)};
  std::size_t split = 1;
  while (split * 2 < leaves.size()) split *= 2;
  const bool left = m <= split;
  Proof proof = left ? naive_subproof(m, leaves.first(split), known)
                     : naive_subproof(m - split, leaves.subspan(split), false);
  proof.push_back(naive_root(left ? leaves.subspan(split) : leaves.first(split)));
  return proof;
}

std::vector<Hash> some_leaves(std::size_t count) {
  std::vector<Hash> leaves;
  for (std::size_t i = 0; i < count; ++i) leaves.push_back(leaf_hash(as_bytes(std::to_string(i))));
  return leaves;
}

// A log in memory: every tile ever written, by exact coordinates.
class Tiles {
 public:
  TileSink sink() {
    return [this](const TileId& id, ByteView bytes) {
      tiles[id] = Bytes(bytes.begin(), bytes.end());
      return ok();
    };
  }
  TileReader reader() {
    return [this](const TileId& id) -> Result<Bytes> {
      reads.push_back(id);
      const auto found = tiles.find(id);
      if (found == tiles.end()) return Error{Errc::not_found, path_of(id)};
      return found->second;
    };
  }
  std::map<TileId, Bytes> tiles;
  std::vector<TileId> reads;
};

// All tiles of all sizes 1..n, as a log that makes a checkpoint after every entry would have them.
Tiles every_tile(std::span<const Hash> leaves) {
  Tiles log;
  TileAppender appender = TileAppender::open(0, log.reader()).value();
  for (const Hash& leaf : leaves) {
    REQUIRE(appender.append(leaf, log.sink()));
    REQUIRE(appender.write_partial_tiles(log.sink()));
  }
  return log;
}

nlohmann::json vectors(const std::string& file) {
  std::ifstream in(KENSHO_SOURCE_DIR "/tests/reference/ledger/" + file);
  REQUIRE(in.good());
  return nlohmann::json::parse(in);
}

Bytes bytes_of(const nlohmann::json& text) {
  return text.is_null() ? Bytes{} : base64_decode(text.get<std::string>()).value();
}

// Some consistency vectors use a text that is no hash where only equality matters; its SHA-256
// keeps equality.
Hash hash_of(const nlohmann::json& text) {
  const Bytes bytes = bytes_of(text);
  Hash hash = sha256(bytes);
  if (bytes.size() == hash.size()) std::ranges::copy(bytes, hash.begin());
  return hash;
}

Proof proof_of(const nlohmann::json& list) {
  Proof proof;
  if (!list.is_null())
    for (const auto& text : list) proof.push_back(hash_of(text));
  return proof;
}

TEST_CASE("every inclusion vector of transparency-dev/merkle is judged as it says") {
  const nlohmann::json suite = vectors("merkle_inclusion.json");
  CHECK(suite["cases"].size() == 98);
  for (const auto& c : suite["cases"]) {
    const TreeHead tree{c["treeSize"].get<std::uint64_t>(), hash_of(c["root"])};
    const Status verdict = verify_inclusion(
        hash_of(c["leafHash"]), c["leafIdx"].get<std::uint64_t>(), tree, proof_of(c["proof"]));
    // What is not 32 bytes long never becomes a Hash, so it is refused where the proof is read.
    const bool readable = bytes_of(c["leafHash"]).size() == 32 && bytes_of(c["root"]).size() == 32;
    CHECK_MESSAGE((readable && verdict) != c["wantErr"].get<bool>(), c["file"].get<std::string>());
  }
}

TEST_CASE("every consistency vector of transparency-dev/merkle is judged as it says") {
  const nlohmann::json suite = vectors("merkle_consistency.json");
  CHECK(suite["cases"].size() == 98);
  for (const auto& c : suite["cases"]) {
    const TreeHead older{c["size1"].get<std::uint64_t>(), hash_of(c["root1"])};
    const TreeHead newer{c["size2"].get<std::uint64_t>(), hash_of(c["root2"])};
    const Status verdict = verify_consistency(older, newer, proof_of(c["proof"]));
    CHECK_MESSAGE(bool(verdict) != c["wantErr"].get<bool>(), c["file"].get<std::string>());
  }
}

TEST_CASE("a consistency proof from the empty tree is refused, made and verified") {
  Tiles log = every_tile(some_leaves(3));
  const TreeHead newer{3, naive_root(some_leaves(3))};
  CHECK(!consistency_proof(log.reader(), 0, 3));
  CHECK(!verify_consistency({}, newer, {}));
  CHECK(!verify_consistency({}, {}, {}));
  CHECK(!verify_consistency({0, newer.root}, newer, std::vector<Hash>{newer.root}));
}

TEST_CASE("builder, tiles and RFC text agree on the root of every size up to 300") {
  const auto leaves = some_leaves(300);
  Tiles log = every_tile(leaves);
  TreeBuilder builder;
  TileAppender appender = TileAppender::open(0, log.reader()).value();
  for (std::size_t size = 0; size <= leaves.size(); ++size) {
    const TreeHead expected{size, naive_root(std::span(leaves).first(size))};
    REQUIRE(builder.head() == expected);
    REQUIRE(appender.head() == expected);
    REQUIRE(root_at(log.reader(), size).value() == expected.root);
    REQUIRE(TileAppender::open(size, log.reader()).value().head() == expected);
    REQUIRE(TreeBuilder::restore(builder.serialise()).value().head() == expected);
    if (size == leaves.size()) break;
    builder.append(leaves[size]);
    REQUIRE(appender.append(leaves[size], log.sink()));
  }
}

TEST_CASE("proofs from tiles are the proofs of the RFC text for every pair of sizes up to 70") {
  const auto leaves = some_leaves(70);
  Tiles log = every_tile(leaves);
  for (std::size_t size = 1; size <= leaves.size(); ++size) {
    const auto tree = std::span(leaves).first(size);
    for (std::size_t m = 0; m < size; ++m)
      REQUIRE(inclusion_proof(log.reader(), m, size).value() == naive_path(m, tree));
    for (std::size_t m = 1; m <= size; ++m)
      REQUIRE(consistency_proof(log.reader(), m, size).value() == naive_subproof(m, tree, true));
  }
}

// Sizes around every edge of the tile geometry; all index and older sizes within them.
constexpr std::size_t largest = 600;
bool is_sampled(std::size_t size) {
  return size <= 20 || size % 256 <= 2 || size % 256 >= 254 || size % 37 == 0 || size == largest;
}

void flip_bit(Proof& proof, std::size_t bit) {
  const std::size_t in_hash = bit % 256;
  proof[bit / 256][in_hash / 8] ^= static_cast<std::uint8_t>(1U << in_hash % 8);
}

TEST_CASE("every proof verifies, and fails with one bit flipped, one hash less or one more") {
  const auto leaves = some_leaves(largest);
  Tiles log = every_tile(leaves);
  const TileReader reader = log.reader();
  std::vector<TreeHead> heads(1);
  TreeBuilder builder;
  for (const Hash& leaf : leaves) {
    builder.append(leaf);
    heads.push_back(builder.head());
  }
  std::mt19937_64 random(1);
  const auto check = [&](Proof proof, const auto& verify) {
    REQUIRE(verify(proof));
    for (int flips = 0; flips < 2 && !proof.empty(); ++flips) {
      const std::size_t bit = random() % (proof.size() * 256);
      flip_bit(proof, bit);
      REQUIRE(!verify(proof));
      flip_bit(proof, bit);
    }
    proof.push_back(leaves[0]);
    REQUIRE(!verify(proof));
    proof.pop_back();
    if (proof.empty()) return;
    proof.pop_back();
    REQUIRE(!verify(proof));
  };

  for (std::size_t size = 1; size <= largest; ++size) {
    if (!is_sampled(size)) continue;
    for (std::size_t m = 0; m < size; ++m)
      check(inclusion_proof(reader, m, size).value(),
            [&](const Proof& p) { return bool(verify_inclusion(leaves[m], m, heads[size], p)); });
    for (std::size_t m = 1; m <= size; ++m)
      check(consistency_proof(reader, m, size).value(),
            [&](const Proof& p) { return bool(verify_consistency(heads[m], heads[size], p)); });
  }
}

TEST_CASE("every single bit of one proof of each kind matters") {
  const auto leaves = some_leaves(530);
  Tiles log = every_tile(leaves);
  const TreeHead older{300, root_at(log.reader(), 300).value()};
  const TreeHead tree{530, root_at(log.reader(), 530).value()};
  Proof inclusion = inclusion_proof(log.reader(), 300, 530).value();
  Proof consistency = consistency_proof(log.reader(), 300, 530).value();
  for (std::size_t bit = 0; bit < inclusion.size() * 256; ++bit) {
    flip_bit(inclusion, bit);
    REQUIRE(!verify_inclusion(leaves[300], 300, tree, inclusion));
    flip_bit(inclusion, bit);
  }
  for (std::size_t bit = 0; bit < consistency.size() * 256; ++bit) {
    flip_bit(consistency, bit);
    REQUIRE(!verify_consistency(older, tree, consistency));
    flip_bit(consistency, bit);
  }
  for (std::uint64_t index = 0; index < 600; ++index)
    CHECK(bool(verify_inclusion(leaves[300], index, tree, inclusion)) == (index == 300));
}

TEST_CASE("a tree of three tile levels gives proofs that verify, from few tiles") {
  const std::size_t size = 70000;
  const auto leaves = some_leaves(size);
  Tiles log;
  TileAppender appender = TileAppender::open(0, log.reader()).value();
  TreeBuilder builder;
  TreeHead older;
  for (const Hash& leaf : leaves) {
    REQUIRE(appender.append(leaf, log.sink()));
    builder.append(leaf);
    if (builder.size() == 65000) older = builder.head();
  }
  REQUIRE(appender.write_partial_tiles(log.sink()));
  REQUIRE(appender.head() == builder.head());

  for (const unsigned index : {0U, 255U, 256U, 65535U, 65536U, 69887U, 69888U, 69999U}) {
    log.reads.clear();
    const Proof proof = inclusion_proof(log.reader(), index, size).value();
    CHECK(verify_inclusion(leaves[index], index, builder.head(), proof));
    CHECK(log.reads.size() <= 6);
    CHECK(std::set(log.reads.begin(), log.reads.end()).size() == log.reads.size());
  }
  const Proof proof = consistency_proof(log.reader(), 65000, size).value();
  CHECK(verify_consistency(older, builder.head(), proof));

  // tlog-tiles, section Partial Tiles: 273 full and one of width 112, one full and one of 17, one
  // of 1.
  CHECK(log.tiles.size() == 273 + 1 + 1 + 1 + 1);
  CHECK(log.tiles.contains({0, 272}));
  CHECK(log.tiles.contains({0, 273, 112}));
  CHECK(log.tiles.contains({1, 0}));
  CHECK(log.tiles.contains({1, 1, 17}));
  CHECK(log.tiles.contains({2, 0, 1}));
}

TEST_CASE("a tree of 256 has a full level-0 tile and a level-1 tile of width 1") {
  Tiles log;
  TileAppender appender = TileAppender::open(0, log.reader()).value();
  for (const Hash& leaf : some_leaves(256)) REQUIRE(appender.append(leaf, log.sink()));
  REQUIRE(appender.write_partial_tiles(log.sink()));
  CHECK(log.tiles.size() == 2);
  CHECK(log.tiles.contains({0, 0, 256}));
  CHECK(log.tiles.contains({1, 0, 1}));
}

TEST_CASE("an appender opened at any size writes the tiles of one that never stopped") {
  const auto leaves = some_leaves(600);
  const Tiles whole = every_tile(leaves);
  for (const unsigned stop : {1U, 255U, 256U, 257U, 511U, 512U, 513U, 599U}) {
    Tiles log = every_tile(std::span(leaves).first(stop));
    TileAppender appender = TileAppender::open(stop, log.reader()).value();
    for (const Hash& leaf : std::span(leaves).subspan(stop)) {
      REQUIRE(appender.append(leaf, log.sink()));
      REQUIRE(appender.write_partial_tiles(log.sink()));
    }
    CHECK(log.tiles == whole.tiles);
  }
}

TEST_CASE("a tile of another length or a missing tile is an error, not a wrong root") {
  Tiles log = every_tile(some_leaves(10));
  log.tiles[{0, 0, 10}].pop_back();
  CHECK(root_at(log.reader(), 10).error().code == Errc::corrupted);
  CHECK(TileAppender::open(10, log.reader()).error().code == Errc::corrupted);
  log.tiles.erase({0, 0, 10});
  CHECK(root_at(log.reader(), 10).error().code == Errc::not_found);
  CHECK(!inclusion_proof(log.reader(), 10, 10));
}

TEST_CASE("a frontier of another length is refused") {
  TreeBuilder builder;
  for (const Hash& leaf : some_leaves(7)) builder.append(leaf);
  Bytes saved = builder.serialise();
  CHECK(saved.size() == 8 + 3 * 32);
  saved.push_back(0);
  CHECK(TreeBuilder::restore(saved).error().code == Errc::corrupted);
  CHECK(!TreeBuilder::restore(ByteView(saved).first(7)));
  CHECK(!TreeBuilder::restore(ByteView(saved).first(8 + 2 * 32)));
  CHECK(TreeBuilder::restore(Bytes(8)).value().head() == TreeHead{});
}

}  // namespace
}  // namespace kensho::ledger
