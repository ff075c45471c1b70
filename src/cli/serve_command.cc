// serve: the public side of a registry over HTTP, from public files only, without the journal. With
// --accept also the way in for reports.
#include <filesystem>
#include <iterator>

#include <fmt/format.h>

#include "base/clock.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/serving.h"
#include "cli/session.h"
#include "http/api/case_routes.h"
#include "http/api/log_routes.h"
#include "http/api/proof_routes.h"
#include "http/api/status_routes.h"
#include "http/web/site_routes.h"
#include "wiring/intake.h"

namespace kensho::cli {
namespace {

namespace fs = std::filesystem;

void append(std::vector<Route>& routes, std::vector<Route> more) {
  routes.insert(routes.end(), std::make_move_iterator(more.begin()),
                std::make_move_iterator(more.end()));
}

/// What both kinds of server show: site, log, status. A server that takes reports can go without a
/// site, as a new registry has none.
Result<std::vector<Route>> public_routes(const ServeOptions& options) {
  const fs::path home = options.home;
  std::vector<Route> routes;
  if (fs::exists(home / "site")) {
    routes = TRY(web::site_routes(home / "site"));
  } else if (!options.accept) {
    return Error{Errc::not_found,
                 fmt::format("{}: no site is published here; run kensho publish {} first",
                             home.string(), home.string())};
  }
  const ledger::LogDirectory log(home / "log");
  append(routes, api::log_routes(log));
  append(routes, api::status_routes(log, home / "site"));
  return routes;
}

Listen place_of(const ServeOptions& options) {
  return {options.address, options.port};
}

/// The public files alone: the journal is never opened.
Status serve_public(const ServeOptions& options) {
  ledger::DirectoryProofs proofs(ledger::LogDirectory(fs::path(options.home) / "log"));
  std::vector<Route> routes = TRY(public_routes(options));
  append(routes, api::proof_routes(proofs));
  return serve_until_stopped(place_of(options), std::move(routes), options.home);
}

/// The same, and the registry open for reports.
Status serve_and_accept(const ServeOptions& options) {
  hold_stop_signals();
  const SystemClock clock;
  auto intake = TRY(wiring::Intake::open(options.home, clock, [](const Error& error) {
    remark(
        fmt::format("The public log could not be written: {}. It is tried again.", error.message));
  }));
  std::vector<Route> routes = TRY(public_routes(options));
  append(routes, api::proof_routes(intake->tree()));
  append(routes, api::case_routes({intake->clients(), intake->sequencer(), intake->receipts(),
                                   intake->variables()}));
  TRY(serve_until_stopped(place_of(options), std::move(routes), options.home));
  return intake->stop();
}

Status serve(const ServeOptions& options) {
  return options.accept ? serve_and_accept(options) : serve_public(options);
}

}  // namespace

int run_serve(const ServeOptions& options) {
  return exit_code_of(serve(options));
}

}  // namespace kensho::cli
