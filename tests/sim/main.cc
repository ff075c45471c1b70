// kensho_sim: lives of a registry from a seed, against a model. See docs/fault-testing.md.
//   kensho_sim --seed N [--steps M] [--told]
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/random_bytes.h"
#include "story.h"
#include "world.h"

namespace kensho::sim {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::uint64_t seed = 1;
  std::size_t steps = 100;
  bool told = false;
};

/// The options, or nothing if the words are none.
bool read_options(int count, char** words, Options& options) {
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    if (word == "--told") {
      options.told = true;
    } else if ((word == "--seed" || word == "--steps") && i + 1 < count) {
      const std::uint64_t number = std::strtoull(words[++i], nullptr, 10);
      (word == "--seed" ? options.seed : options.steps) = number;
    } else {
      return false;
    }
  }
  return true;
}

void say(const std::string& line) {
  std::fputs((line + "\n").c_str(), stdout);
}

void tell(const Failure& life) {
  for (std::size_t i = 0; i < life.told.size(); ++i)
    say(fmt::format("{:4} {}", i + 1, life.told[i]));
}

int run(const Options& options) {
  std::vector<Step> steps = plan_of(options.seed, options.steps);
  const Failure life = live(steps);
  if (options.told || life) tell(life);
  if (!life) {
    say(fmt::format("seed {}: {} steps, as the model says", options.seed, options.steps));
    return 0;
  }
  say(fmt::format("seed {}: step {}: {}", options.seed, life.step + 1, life.what));
  steps.resize(life.step + 1);
  const std::vector<Step> fewest = shrunk(steps);
  const Failure story = live(fewest);
  say(fmt::format("the story in {} steps:", fewest.size()));
  tell(story);
  say(story ? story.what : "it does not fail again every time");
  return 1;
}

}  // namespace

Failure live(const std::vector<Step>& steps) {
  Failure life;
  const fs::path folder = fs::temp_directory_path() / ("kensho-sim-" + hex_encode(random_bytes(8)));
  auto world = World::open(folder);
  if (!world) life.what = world.error().message;
  for (std::size_t i = 0; i < steps.size() && !life; ++i) {
    life.step = i;
    Rng dice(steps[i].seed, 2);
    const auto told = (*world)->perform(steps[i]);
    life.told.push_back(told ? *told : "fails");
    const Status checked =
        told ? (*world)->check(dice, i % 8 == 7 || i + 1 == steps.size()) : Status(told.error());
    if (!checked) life.what = checked.error().message;
  }
  if (world) world->reset();
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  return life;
}

}  // namespace kensho::sim

int main(int count, char** words) {
  kensho::sim::Options options;
  if (kensho::sim::read_options(count, words, options)) return kensho::sim::run(options);
  std::fputs("usage: kensho_sim --seed N [--steps M] [--told]\n", stderr);
  return 2;
}
