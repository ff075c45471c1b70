// Work split into fixed blocks, so that a result does not depend on the number of threads.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace kensho {

/// One block of the index range [0, count): the indices [begin, end), the `index`-th block.
struct Block {
  std::size_t index;
  std::size_t begin;
  std::size_t end;
};

/// How a range is split. `block_size` alone decides the blocks; `threads` only who works on them.
struct BlockPlan {
  std::size_t count;
  std::size_t block_size;  // at least 1
  unsigned threads;        // at least 1; the caller is one of them
};

/// How many threads are worth starting for work that one thread feeds: those of the machine, few.
unsigned threads_to_feed();

/// The number of blocks of a plan; 0 for an empty range.
std::size_t block_count(const BlockPlan& plan);

/// Calls `body` once for every block, on up to `plan.threads` threads, in no promised order.
/// `body` may write only to what belongs to its block, and must not throw.
/// Cost    one atomic step and one indirect call a block; no thread is started for 1 thread or
/// block.
void parallel_for(const BlockPlan& plan, const std::function<void(const Block&)>& body);

/// Folds `map(block)` over all blocks in index order, from `initial`: the same bits for any number
/// of threads. `map` is under the rules of parallel_for's body.
/// Cost    memory for one Value a block.
template <class Value, class Map, class Fold>
Value parallel_reduce(const BlockPlan& plan, Value initial, const Map& map, const Fold& fold) {
  std::vector<Value> partial(block_count(plan), initial);
  parallel_for(plan, [&](const Block& block) { partial[block.index] = map(block); });
  for (const Value& value : partial) initial = fold(initial, value);
  return initial;
}

}  // namespace kensho
