#include "story.h"

#include <algorithm>
#include <array>

#include "base/rng.h"

namespace kensho::sim {
namespace {

/// Acts and how often each comes, of 100.
constexpr std::array<std::pair<Act, unsigned>, 12> shares{{{Act::import_rows, 18},
                                                           {Act::send, 18},
                                                           {Act::report_one, 12},
                                                           {Act::read_old, 10},
                                                           {Act::kill_import, 9},
                                                           {Act::kill_send, 9},
                                                           {Act::drop_batch, 6},
                                                           {Act::import_again, 5},
                                                           {Act::restart, 5},
                                                           {Act::move_clock, 4},
                                                           {Act::register_more, 2},
                                                           {Act::register_again, 2}}};

}  // namespace

std::vector<Step> plan_of(std::uint64_t seed, std::size_t steps) {
  Rng dice(seed, 0);
  std::vector<Step> plan;
  while (plan.size() < steps) {
    unsigned ticket = dice.below(100);
    const auto drawn = std::ranges::find_if(shares, [&ticket](const auto& share) {
      const bool mine = ticket < share.second;
      ticket -= mine ? 0 : share.second;
      return mine;
    });
    plan.push_back({drawn->first, seed * 1'000'003 + plan.size()});
  }
  return plan;
}

std::vector<Step> shrunk(std::vector<Step> steps) {
  int lives = 150;  // enough for a hundred steps; a story a little too long is still a story
  for (std::size_t part = std::max<std::size_t>(1, steps.size() / 2); part > 0; part /= 2) {
    for (std::size_t at = 0; at < steps.size() && lives > 0;) {
      std::vector<Step> fewer = steps;
      const auto begin = fewer.begin() + static_cast<std::ptrdiff_t>(at);
      fewer.erase(begin, begin + static_cast<std::ptrdiff_t>(std::min(part, fewer.size() - at)));
      --lives;
      if (live(fewer)) {
        steps = std::move(fewer);
      } else {
        at += part;
      }
    }
  }
  return steps;
}

}  // namespace kensho::sim
