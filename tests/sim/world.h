// A registry on a disk and the model beside it: performs steps on both and compares them.
#pragma once

#include <filesystem>
#include <memory>

#include "base/clock.h"
#include "base/rng.h"
#include "model.h"
#include "story.h"
#include "wiring/home.h"

namespace kensho::sim {

class World {
 public:
  /// A new registry in a new folder below `parent`.
  static Result<std::unique_ptr<World>> open(const std::filesystem::path& folder);

  /// Performs a step; gives what happened, in one line. Errors: the registry answered or became
  /// something else than the model says.
  Result<std::string> perform(const Step& step);

  /// Compares what the registry holds with the model. `deep` reads and checks everything.
  Status check(Rng& dice, bool deep);

 private:
  explicit World(std::filesystem::path folder);

  Result<std::string> register_again();
  Result<std::string> register_more(Rng& dice);
  Result<std::string> import_rows(Rng& dice, std::uint64_t seed);
  Result<std::string> import_again(Rng& dice);
  Result<std::string> report_one(Rng& dice);
  Result<std::string> drop_batch(Rng& dice);
  Result<std::string> send(Rng& dice);
  Result<std::string> read_old(Rng& dice);
  Result<std::string> move_clock(Rng& dice);
  Result<std::string> restart();
  Result<std::string> kill_import(Rng& dice, std::uint64_t seed);
  Result<std::string> kill_send(Rng& dice);

  std::vector<Sent> draw_sent(Rng& dice);
  Status reopen();
  Result<std::string> take_killed_import(const std::vector<CaseReport>& reports,
                                         const std::string& digest, bool ended);
  Status check_roots(Rng& dice);
  Status check_log(Rng& dice);

  std::filesystem::path folder_;
  ManualClock clock_;
  Model model_;
  std::unique_ptr<wiring::Home> home_;
  std::map<std::uint64_t, Hash> roots_;  // of every size the registry was seen at
  std::vector<std::pair<std::string, std::vector<CaseReport>>> imports_;  // digest, rows
  std::vector<Sent> sent_;  // what clients may send again
  TimeUtc last_time_;
};

}  // namespace kensho::sim
