// serve: the public side of a registry over HTTP, from public files only, without the journal. With
// --accept also the way in for reports.
#include <csignal>
#include <filesystem>
#include <iterator>
#include <thread>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/console.h"
#include "cli/session.h"
#include "http/api/case_routes.h"
#include "http/api/log_routes.h"
#include "http/api/proof_routes.h"
#include "http/api/status_routes.h"
#include "http/server.h"
#include "http/web/site_routes.h"
#include "wiring/intake.h"

namespace kensho::cli {
namespace {

namespace fs = std::filesystem;

/// The signals that end the server. They are blocked in every thread and waited for in one.
sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

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

/// One JSON line a request: no address, no query, no path, only the route.
void log_access(const AccessEvent& event) {
  remark(fmt::format(
      R"({{"event":"request","id":{},"method":"{}","route":"{}","status":{},"bytes":{},"us":{}}})",
      event.request_id, event.method, event.route, event.status, event.content_bytes,
      event.duration_us));
}

Status run_server(const ServeOptions& options, std::vector<Route> routes, const Clock& clock) {
  auto router = std::make_shared<Router>(TRY(Router::make(std::move(routes))));
  const sigset_t signals = stop_signals();
  ServerOptions server_options;
  server_options.address = options.address;
  server_options.port = static_cast<std::uint16_t>(options.port);
  server_options.threads = 2;
  server_options.log = log_access;
  server_options.unix_time_s = [&clock] { return clock.now().us / 1'000'000; };
  auto server =
      TRY(Server::listen(server_options, AsyncHandler([router](Request request, Responder respond) {
                           router->handle(std::move(request), std::move(respond));
                         })));
  print(
      fmt::format("Serving {} on http://{}:{}/\n", options.home, options.address, server->port()));
  std::jthread waiter([&signals, &server] {
    int signal = 0;
    sigwait(&signals, &signal);
    server->stop();
  });
  server->run();
  return ok();
}

/// The public files alone: the journal is never opened.
Status serve_public(const ServeOptions& options, const Clock& clock) {
  ledger::DirectoryProofs proofs(ledger::LogDirectory(fs::path(options.home) / "log"));
  std::vector<Route> routes = TRY(public_routes(options));
  append(routes, api::proof_routes(proofs));
  return run_server(options, std::move(routes), clock);
}

/// The same, and the registry open for reports.
Status serve_and_accept(const ServeOptions& options, const Clock& clock) {
  auto intake = TRY(wiring::Intake::open(options.home, clock, [](const Error& error) {
    remark(
        fmt::format("The public log could not be written: {}. It is tried again.", error.message));
  }));
  std::vector<Route> routes = TRY(public_routes(options));
  append(routes, api::proof_routes(intake->tree()));
  append(routes, api::case_routes({intake->clients(), intake->sequencer(), intake->receipts(),
                                   intake->variables()}));
  TRY(run_server(options, std::move(routes), clock));
  return intake->stop();
}

Status serve(const ServeOptions& options) {
  // Blocked before the first thread starts, so that every thread inherits it.
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const SystemClock clock;
  TRY(options.accept ? serve_and_accept(options, clock) : serve_public(options, clock));
  print("Stopped.\n");
  return ok();
}

}  // namespace

int run_serve(const ServeOptions& options) {
  return exit_code_of(serve(options));
}

}  // namespace kensho::cli
