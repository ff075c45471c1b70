// simulate: a registry whose every entry is invented, for trying and for showing.
#include <filesystem>

#include <fmt/format.h>

#include "app/publish.h"
#include "app/register_masters.h"
#include "app/simulate_registry.h"
#include "base/file.h"
#include "base/toml.h"
#include "catalog/rules.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/session.h"
#include "simulation/plan.h"
#include "wiring/site_maker.h"

namespace kensho::cli {
namespace {

namespace fs = std::filesystem;

Result<simulation::Plan> read_plan(const fs::path& example) {
  const std::string text = TRY(read_file(example / "simulation.toml"));
  return simulation::make_plan(TRY(simulation::read_spec(text, "simulation.toml")));
}

/// The new registry, opened at the moment the plan says.
Result<std::unique_ptr<wiring::Home>> open_simulated(const SimulateOptions& options,
                                                     const Clock& clock) {
  const std::string text = TRY(read_file(fs::path(options.example) / "registry.toml"));
  const Json document = TRY(parse_toml(text, "registry.toml"));
  const RegistryProfile profile = TRY(profile_of(document, "registry.toml"));
  if (!profile.simulated) {
    return Error{
        Errc::permission_denied,
        "registry.toml: 'simulated' must be true under [registry]: invented entries go into "
        "a registry that says so on every page"};
  }
  auto home = TRY(
      wiring::Home::create(options.home, log_origin(profile), clock, choice_of(options.database)));
  const app::Actor actor{"simulation", profile.run_by.id};
  TRY(app::open_registry(home->journal(), actor, document, "registry.toml"));
  TRY(app::register_masters(home->journal(), actor, document, "registry.toml"));
  return home;
}

Status simulate(const SimulateOptions& options) {
  const simulation::Plan plan = TRY(read_plan(options.example));
  ManualClock clock(plan.opens);
  auto home = TRY(open_simulated(options, clock));
  const Texts texts = TRY(Texts::load());
  const RuleSet rules = TRY(catalog::load_rules());
  const std::string key = home->journal().key().text();
  app::SimulationRequest request{.folder = options.example};
  request.publish = [&](app::Journal& journal) -> Status {
    const app::Actor actor{"simulation", TRY(journal.registry(1)).profile.run_by.id};
    TRY(app::publish(journal, actor, rules, home->site(), [&](const app::PublicationData& data) {
      return wiring::make_site_files(data, key, texts);
    }));
    return ok();
  };
  request.on_progress = [](std::size_t done, std::size_t of) {
    show_progress(fmt::format("{} of {} acts", done, of));
  };
  const auto report = TRY(app::simulate_registry(home->journal(), clock, plan, request));
  end_progress();
  print(
      fmt::format("Simulated registry in {}: {} reports in {} batches, {} protocols sealed, {} "
                  "studies, {} publications.\n",
                  options.home, report.reports, report.batches, report.sealed, report.studies,
                  report.publications));
  return ok();
}

}  // namespace

int run_simulate(const SimulateOptions& options) {
  return exit_code_of(simulate(options));
}

}  // namespace kensho::cli
