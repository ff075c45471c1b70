#pragma once

#include <filesystem>
#include <functional>

#include "app/journal.h"
#include "simulation/plan.h"

namespace kensho::app {

/// What playing a plan needs besides the journal.
struct SimulationRequest {
  std::filesystem::path folder;  // of the files the plan names
  /// Publishes, and leaves the entry that a publication started; called once a planned publication.
  std::function<Status(Journal&)> publish;
  std::function<void(std::size_t done, std::size_t of)>
      on_progress;       // after every act; may be empty
  unsigned threads = 1;  // for studies
};

/// What was played.
struct SimulationReport {
  std::uint64_t batches = 0;  // of case reports
  std::uint64_t reports = 0;
  int sealed = 0;
  int studies = 0;
  int publications = 0;
};

/// Plays a plan on a journal whose clock is `clock`, through the same use cases and checks that
/// real acts go through. The registry must be open and say that it is simulated; its clock should
/// have stood at `plan.opens` when it was opened.
///
/// Errors  permission_denied: the registry is not a simulated one; conflict: participants or
///         protocols are in it already; invalid_argument: the plan's calendar is another one than
///         the registry's; those of the use cases, naming the act. What was played until then
///         stays.
/// Cost    One durable batch an act.
Result<SimulationReport> simulate_registry(Journal& journal, ManualClock& clock,
                                           const simulation::Plan& plan,
                                           const SimulationRequest& request);

}  // namespace kensho::app
