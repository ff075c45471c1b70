// serve: the public side of a registry over HTTP. Reads public files only, never the journal.
#include <csignal>
#include <filesystem>
#include <thread>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/console.h"
#include "cli/session.h"
#include "http/api/log_routes.h"
#include "http/api/status_routes.h"
#include "http/server.h"
#include "http/web/site_routes.h"

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

Result<Router> make_router(const fs::path& home) {
  if (!fs::exists(home / "site")) {
    return Error{Errc::not_found,
                 fmt::format("{}: no site is published here; run kensho publish {} first",
                             home.string(), home.string())};
  }
  const ledger::LogDirectory log(home / "log");
  std::vector<Route> routes = TRY(web::site_routes(home / "site"));
  for (auto& more : {api::log_routes(log), api::status_routes(log, home / "site")}) {
    routes.insert(routes.end(), more.begin(), more.end());
  }
  return Router::make(std::move(routes));
}

/// One JSON line a request: no address, no query, no path, only the route.
void log_access(const AccessEvent& event) {
  remark(fmt::format(
      R"({{"event":"request","id":{},"method":"{}","route":"{}","status":{},"bytes":{},"us":{}}})",
      event.request_id, event.method, event.route, event.status, event.content_bytes,
      event.duration_us));
}

Status serve(const ServeOptions& options) {
  auto router = std::make_shared<Router>(TRY(make_router(options.home)));
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ServerOptions server_options;
  server_options.address = options.address;
  server_options.port = static_cast<std::uint16_t>(options.port);
  server_options.threads = 2;
  server_options.log = log_access;
  const SystemClock clock;
  server_options.unix_time_s = [&clock] { return clock.now().us / 1'000'000; };
  auto server = TRY(Server::listen(
      server_options, [router](Request request) { return router->handle(std::move(request)); }));
  print(
      fmt::format("Serving {} on http://{}:{}/\n", options.home, options.address, server->port()));
  std::jthread waiter([&signals, &server] {
    int signal = 0;
    sigwait(&signals, &signal);
    server->stop();
  });
  server->run();
  print("Stopped.\n");
  return ok();
}

}  // namespace

int run_serve(const ServeOptions& options) {
  return exit_code_of(serve(options));
}

}  // namespace kensho::cli
