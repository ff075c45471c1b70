#include "ledger/tree_builder.h"

#include <algorithm>
#include <bit>

namespace kensho::ledger {

void TreeBuilder::append(const Hash& leaf) {
  Hash subtree = leaf;
  for (std::uint64_t bits = size_; (bits & 1) != 0; bits >>= 1) {  // as a binary counter carries
    subtree = node_hash(frontier_.back(), subtree);
    frontier_.pop_back();
  }
  frontier_.push_back(subtree);
  ++size_;
}

Hash TreeBuilder::root() const {
  if (frontier_.empty()) return empty_root();
  Hash root = frontier_.back();
  for (std::size_t i = frontier_.size() - 1; i-- > 0;) root = node_hash(frontier_[i], root);
  return root;
}

Bytes TreeBuilder::serialise() const {
  Bytes bytes;
  for (int shift = 56; shift >= 0; shift -= 8)
    bytes.push_back(static_cast<std::uint8_t>(size_ >> shift));
  for (const Hash& hash : frontier_) bytes.insert(bytes.end(), hash.begin(), hash.end());
  return bytes;
}

Result<TreeBuilder> TreeBuilder::restore(ByteView serialised) {
  if (serialised.size() < 8)
    return Error{Errc::corrupted, "the saved tree frontier is shorter than its size field"};
  TreeBuilder builder;
  for (const std::uint8_t byte : serialised.first(8)) builder.size_ = builder.size_ << 8 | byte;
  const ByteView hashes = serialised.subspan(8);
  const auto subtrees = static_cast<std::size_t>(std::popcount(builder.size_));
  if (hashes.size() != subtrees * sizeof(Hash))
    return Error{Errc::corrupted, "the saved tree frontier does not fit its tree size"};
  builder.frontier_.resize(subtrees);
  for (std::size_t i = 0; i < subtrees; ++i)
    std::ranges::copy(hashes.subspan(i * sizeof(Hash), sizeof(Hash)), builder.frontier_[i].begin());
  return builder;
}

}  // namespace kensho::ledger
