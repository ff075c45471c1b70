#include "ledger/merkle.h"

#include <algorithm>
#include <array>

namespace kensho::ledger {
namespace {

// The prefixes keep a leaf from ever being read as a node (second preimage).
constexpr std::uint8_t leaf_prefix = 0x00;
constexpr std::uint8_t node_prefix = 0x01;
constexpr std::size_t short_leaf = 63;  // with its prefix one SHA-256 block's worth of bytes

}  // namespace

Hash leaf_hash(ByteView data) {
  if (data.size() > short_leaf) return Sha256().update({&leaf_prefix, 1}).update(data).finish();
  std::array<std::uint8_t, 1 + short_leaf> prefixed;
  prefixed[0] = leaf_prefix;
  std::ranges::copy(data, prefixed.begin() + 1);
  return sha256(ByteView(prefixed).first(1 + data.size()));
}

Hash node_hash(const Hash& left, const Hash& right) {
  std::array<std::uint8_t, 65> prefixed;
  prefixed[0] = node_prefix;
  std::ranges::copy(left, prefixed.begin() + 1);
  std::ranges::copy(right, prefixed.begin() + 33);
  return sha256(prefixed);
}

Hash empty_root() {
  return sha256({});
}

}  // namespace kensho::ledger
