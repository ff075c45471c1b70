#include "ledger/tile_proof.h"

#include <bit>
#include <map>

namespace kensho::ledger {
namespace {

// Leaves [begin, end). As in RFC 6962 every range here splits at the largest power of two below its
// length, so `begin` is a multiple of that power and each complete subtree is a node of the big
// tree.
struct Leaves {
  std::uint64_t begin;
  std::uint64_t end;

  std::uint64_t count() const { return end - begin; }
  std::uint64_t middle() const { return begin + std::bit_floor(count() - 1); }
  Leaves left() const { return {begin, middle()}; }
  Leaves right() const { return {middle(), end}; }
};

class TiledTree {
 public:
  TiledTree(const TileReader& read, std::uint64_t size) : read_(read), size_(size) {}

  // MTH(D[begin:end]) of RFC 6962.
  Result<Hash> hash(Leaves leaves) {
    if (std::has_single_bit(leaves.count())) return complete(leaves);
    const Hash left = TRY(hash(leaves.left()));
    const Hash right = TRY(hash(leaves.right()));
    return node_hash(left, right);
  }

  // PATH(index, D[begin:end]): appends the siblings from the leaf upwards.
  Status path(std::uint64_t index, Leaves leaves, Proof& proof) {
    if (leaves.count() == 1) return ok();
    const bool is_left = index < leaves.middle();
    TRY(path(index, is_left ? leaves.left() : leaves.right(), proof));
    proof.push_back(TRY(hash(is_left ? leaves.right() : leaves.left())));
    return ok();
  }

  // SUBPROOF(older, D[begin:end], known): `known` while the verifier has the root of these leaves.
  Status subproof(std::uint64_t older, Leaves leaves, bool known, Proof& proof) {
    if (older == leaves.end) {
      if (!known) proof.push_back(TRY(hash(leaves)));
      return ok();
    }
    const bool is_left = older <= leaves.middle();
    TRY(subproof(older, is_left ? leaves.left() : leaves.right(), known && is_left, proof));
    proof.push_back(TRY(hash(is_left ? leaves.right() : leaves.left())));
    return ok();
  }

 private:
  Result<Hash> complete(Leaves leaves) {
    const auto height = static_cast<unsigned>(std::countr_zero(leaves.count()));
    const unsigned level = height / tile_height;
    const std::uint64_t first = leaves.begin >> (level * tile_height);
    const std::vector<Hash>* hashes = TRY(tile(level, first / tile_width));
    return subtree_root(
        std::span(*hashes).subspan(first % tile_width, std::size_t{1} << height % tile_height));
  }

  Result<const std::vector<Hash>*> tile(unsigned level, std::uint64_t index) {
    const TileId id{static_cast<std::uint8_t>(level), index, tile_width_in(size_, level, index)};
    if (const auto found = tiles_.find(id); found != tiles_.end()) return &found->second;
    const Bytes bytes = TRY(read_(id));
    return &tiles_.emplace(id, TRY(parse_tile(id, bytes))).first->second;
  }

  const TileReader& read_;
  std::uint64_t size_;
  std::map<TileId, std::vector<Hash>> tiles_;  // node addresses stay valid as it grows
};

}  // namespace

Result<Hash> root_at(const TileReader& tiles, std::uint64_t size) {
  if (size == 0) return empty_root();
  return TiledTree(tiles, size).hash({0, size});
}

Result<Proof> inclusion_proof(const TileReader& tiles, std::uint64_t index, std::uint64_t size) {
  if (index >= size) return Error{Errc::invalid_argument, "the leaf index is not inside the tree"};
  Proof proof;
  TRY(TiledTree(tiles, size).path(index, {0, size}, proof));
  return proof;
}

Result<Proof> consistency_proof(const TileReader& tiles, std::uint64_t older_size,
                                std::uint64_t newer_size) {
  if (older_size == 0 || older_size > newer_size) {
    return Error{Errc::invalid_argument,
                 "a consistency proof needs an older tree with leaves, no larger than the newer"};
  }
  Proof proof;
  TRY(TiledTree(tiles, newer_size).subproof(older_size, {0, newer_size}, true, proof));
  return proof;
}

}  // namespace kensho::ledger
