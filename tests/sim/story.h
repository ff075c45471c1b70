// A life of a registry as a list of steps. A step carries a seed of its own, so steps can be left
// out and the others stay what they were.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace kensho::sim {

enum class Act : unsigned char {
  register_again,
  register_more,
  import_rows,
  import_again,
  report_one,
  drop_batch,
  send,
  read_old,
  move_clock,
  restart,
  kill_import,
  kill_send,
};

struct Step {
  Act act;
  std::uint64_t seed;
};

/// Where and how a life went wrong; `what` is empty if it did not.
struct Failure {
  std::size_t step = 0;
  std::string what;
  std::vector<std::string> told;  // one line a step, in the words of the run

  explicit operator bool() const { return !what.empty(); }
};

std::vector<Step> plan_of(std::uint64_t seed, std::size_t steps);

/// Lives the steps in a new folder, which goes away.
Failure live(const std::vector<Step>& steps);

/// The fewest steps, out of those that failed, that still fail.
std::vector<Step> shrunk(std::vector<Step> steps);

}  // namespace kensho::sim
