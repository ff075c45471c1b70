#include "ledger/proof_cache.h"

#include <map>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "ledger/tile_appender.h"
#include "ledger/tile_proof.h"

namespace kensho::ledger {
namespace {

Hash leaf_number(std::uint64_t number) {
  Hash leaf{};
  for (std::size_t i = 0; i < 8; ++i) leaf[i] = static_cast<std::uint8_t>(number >> (8 * i));
  return leaf_hash(leaf);
}

/// A tree's tiles in memory, as a log of this size serves them; counts the readings.
class Tiles {
 public:
  void grow_to(std::uint64_t size) {
    while (appender_.size() < size) {
      leaves_.push_back(leaf_number(appender_.size()));
      (void)appender_.append(leaves_.back(), sink());
    }
    (void)appender_.write_partial_tiles(sink());
  }

  TileReader reader() {
    return [this](const TileId& id) -> Result<Bytes> {
      ++readings;
      const auto found = tiles_.lower_bound({id.level, id.index, id.width});
      if (found == tiles_.end() || found->first.level != id.level || found->first.index != id.index)
        return Error{Errc::not_found, path_of(id)};
      return Bytes(found->second.begin(), found->second.begin() + id.width * 32);
    };
  }

  std::span<const Hash> leaves(std::uint64_t first, std::uint64_t last) const {
    return std::span(leaves_).subspan(first, last - first);
  }
  TreeHead head() const { return appender_.head(); }

  int readings = 0;

 private:
  TileSink sink() {
    return [this](const TileId& id, ByteView bytes) {
      tiles_[id] = Bytes(bytes.begin(), bytes.end());
      return ok();
    };
  }

  TileAppender appender_ = TileAppender::open(0, nullptr).value();
  std::map<TileId, Bytes> tiles_;
  std::vector<Hash> leaves_;
};

TEST_CASE("every proof of every small tree is the one computed from tiles, and verifies") {
  Tiles tiles;
  auto cache = ProofCache::open(0, tiles.reader()).value();
  for (std::uint64_t size = 1; size <= 300; ++size) {
    tiles.grow_to(size);
    cache->append(tiles.leaves(size - 1, size));
    const TreeHead head = tiles.head();
    for (std::uint64_t index = 0; index < size; ++index) {
      const Proof proof = cache->inclusion(index, size).value();
      REQUIRE(proof == inclusion_proof(tiles.reader(), index, size).value());
      REQUIRE(verify_inclusion(leaf_number(index), index, head, proof));
    }
  }
}

TEST_CASE("proofs of every earlier size are the same from a cache that has grown past it") {
  Tiles tiles;
  tiles.grow_to(300);
  auto cache = ProofCache::open(0, tiles.reader()).value();
  cache->append(tiles.leaves(0, 300));
  for (std::uint64_t size = 1; size <= 300; ++size)
    for (std::uint64_t index = 0; index < size; index += 1 + size / 40)
      REQUIRE(cache->inclusion(index, size).value() ==
              inclusion_proof(tiles.reader(), index, size).value());
}

TEST_CASE("random proofs of a tree of three tile levels, with room for a few tiles only") {
  constexpr std::uint64_t size = 70'000;
  Tiles tiles;
  tiles.grow_to(size);
  Rng rng(20261122, 1);
  for (const std::uint64_t opened :
       {std::uint64_t{0}, std::uint64_t{65'536}, std::uint64_t{69'999}}) {
    auto cache = ProofCache::open(opened, tiles.reader(), 3).value();
    cache->append(tiles.leaves(opened, size));
    cache->published(size);
    for (int i = 0; i < 500; ++i) {
      const std::uint64_t at = 1 + rng.bits() % size;
      const std::uint64_t index = rng.bits() % at;
      REQUIRE(cache->inclusion(index, at).value() ==
              inclusion_proof(tiles.reader(), index, at).value());
    }
  }
}

TEST_CASE("tiles that nobody published are kept; published ones go when room is needed") {
  Tiles tiles;
  tiles.grow_to(256 * 20);
  auto cache = ProofCache::open(0, tiles.reader(), 2).value();
  cache->append(tiles.leaves(0, 256 * 20));
  for (std::uint64_t tile = 0; tile < 20; ++tile) REQUIRE(cache->inclusion(256 * tile, 256 * 20));
  CHECK(tiles.readings == 0);

  cache->published(256 * 20);
  for (std::uint64_t tile = 0; tile < 20; ++tile) REQUIRE(cache->inclusion(256 * tile, 256 * 20));
  CHECK(tiles.readings >= 18);
  const int before = tiles.readings;
  REQUIRE(cache->inclusion(256 * 19, 256 * 20));
  CHECK(tiles.readings == before);
}

TEST_CASE("what the tree does not have is refused, and a failing reader is passed on") {
  Tiles tiles;
  tiles.grow_to(600);
  auto cache = ProofCache::open(600, tiles.reader()).value();
  CHECK(cache->inclusion(5, 5).error().code == Errc::invalid_argument);
  CHECK(cache->inclusion(5, 601).error().code == Errc::invalid_argument);

  const TileReader lost = [](const TileId& id) -> Result<Bytes> {
    return Error{Errc::not_found, path_of(id)};
  };
  CHECK(ProofCache::open(600, lost).error().code == Errc::not_found);
  int left = 2;  // the edge can be read, nothing later
  auto reader = tiles.reader();
  auto failing = ProofCache::open(600, [&](const TileId& id) {
                   return left-- > 0 ? reader(id) : lost(id);
                 }).value();
  CHECK(failing->inclusion(5, 600).error().code == Errc::not_found);
}

}  // namespace
}  // namespace kensho::ledger
