#include "cli/serving.h"

#include <csignal>
#include <thread>

#include <fmt/format.h>

#include "base/clock.h"
#include "cli/console.h"
#include "http/server.h"

namespace kensho::cli {
namespace {

/// The signals that end the server. They are blocked in every thread and waited for in one.
sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

/// One JSON line a request: no address, no query, no path, only the route.
void log_access(const AccessEvent& event) {
  remark(fmt::format(
      R"({{"event":"request","id":{},"method":"{}","route":"{}","status":{},"bytes":{},"us":{}}})",
      event.request_id, event.method, event.route, event.status, event.content_bytes,
      event.duration_us));
}

}  // namespace

void hold_stop_signals() {
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

Status serve_until_stopped(const Listen& listen, std::vector<Route> routes,
                           const std::string& what) {
  const auto router = std::make_shared<Router>(TRY(Router::make(std::move(routes))));
  hold_stop_signals();
  ServerOptions server_options;
  server_options.address = listen.address;
  server_options.port = static_cast<std::uint16_t>(listen.port);
  server_options.threads = 2;
  server_options.log = log_access;
  const SystemClock clock;
  server_options.unix_time_s = [&clock] { return clock.now().us / 1'000'000; };
  auto server =
      TRY(Server::listen(server_options, AsyncHandler([router](Request request, Responder respond) {
                           router->handle(std::move(request), std::move(respond));
                         })));
  print(fmt::format("Serving {} on http://{}:{}/\n", what, listen.address, server->port()));
  const sigset_t signals = stop_signals();
  std::jthread waiter([&signals, &server] {
    int signal = 0;
    sigwait(&signals, &signal);
    server->stop();
  });
  server->run();
  print("Stopped.\n");
  return ok();
}

}  // namespace kensho::cli
