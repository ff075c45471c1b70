#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/check.h"

namespace kensho {
namespace {

Block block_at(const BlockPlan& plan, std::size_t index) {
  const std::size_t begin = index * plan.block_size;
  return {index, begin, begin + std::min(plan.block_size, plan.count - begin)};
}

}  // namespace

unsigned threads_to_feed() {
  constexpr unsigned most = 8;
  return std::clamp(std::thread::hardware_concurrency(), 1U, most);
}

std::size_t block_count(const BlockPlan& plan) {
  ENSURE(plan.block_size > 0);
  return plan.count / plan.block_size + (plan.count % plan.block_size != 0 ? 1 : 0);
}

void parallel_for(const BlockPlan& plan, const std::function<void(const Block&)>& body) {
  ENSURE(plan.threads > 0);
  const std::size_t blocks = block_count(plan);
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t index = next++; index < blocks; index = next++) body(block_at(plan, index));
  };

  std::vector<std::jthread> helpers;  // joined when this function returns
  const std::size_t workers = std::min<std::size_t>(plan.threads, blocks);
  for (std::size_t worker = 1; worker < workers; ++worker) helpers.emplace_back(work);
  work();
}

}  // namespace kensho
