#include "http/responder.h"

#include <mutex>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "http/loopback_client.h"
#include "http/router.h"

namespace kensho {
namespace {

std::string get(std::string_view path) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
}

Response text(std::string body) {
  return respond(200, "text/plain", std::move(body));
}

/// Keeps responders until a test answers them.
class Waiting {
 public:
  void keep(Responder respond) {
    const std::lock_guard lock(mutex_);
    kept_.push_back(std::move(respond));
  }
  std::vector<Responder> take(std::size_t count) {
    while (true) {
      {
        const std::lock_guard lock(mutex_);
        if (kept_.size() >= count) return std::move(kept_);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

 private:
  std::mutex mutex_;
  std::vector<Responder> kept_;
};

TEST_CASE("handlers that answer later hold no thread: twenty wait, one thread serves others") {
  Waiting waiting;
  ServerOptions options;
  options.threads = 1;
  RunningServer server(options, AsyncHandler([&](const Request& request, Responder respond) {
                         if (request.raw_path == "/now") return respond(text("now"));
                         waiting.keep(std::move(respond));
                       }));
  std::vector<LoopbackClient> clients;
  for (int i = 0; i < 20; ++i) {
    clients.emplace_back(server.port());
    clients.back().send(get("/later"));
  }
  std::vector<Responder> responders = waiting.take(20);
  CHECK(server.exchange(get("/now")).ends_with("now"));
  std::thread other([&] {
    for (const Responder& respond : responders) respond(text("later"));
  });
  for (LoopbackClient& client : clients) CHECK(client.response().ends_with("later"));
  other.join();
}

TEST_CASE("a request is answered once, and always") {
  RunningServer server({}, AsyncHandler([](const Request& request, const Responder& respond) {
                         if (request.raw_path == "/throw") throw std::runtime_error("inside");
                         if (request.raw_path == "/forget") return;
                         if (request.raw_path == "/error")
                           return respond(Error{Errc::conflict, "it was there"});
                         if (request.raw_path == "/bad")
                           return respond(redirect(303, "a\r\nSet-Cookie: b"));
                         respond(text("first"));
                         respond(text("second"));
                       }));
  LoopbackClient client(server.port());
  for (int i = 0; i < 2; ++i) {
    client.send(get("/twice"));
    CHECK(client.response().ends_with("first"));
  }
  for (const char* path : {"/throw", "/forget", "/bad"}) {
    client.send(get(path));
    CHECK(client.response().starts_with("HTTP/1.1 500 "));
  }
  client.send(get("/error"));
  CHECK(client.response().starts_with("HTTP/1.1 409 "));
}

TEST_CASE("an answer that comes after the server has gone goes nowhere") {
  Waiting waiting;
  ServerOptions options;
  options.drain_timeout_ms = 1;
  std::vector<Responder> responders;
  {
    RunningServer server(options, AsyncHandler([&](const Request&, Responder respond) {
                           waiting.keep(std::move(respond));
                         }));
    LoopbackClient client(server.port());
    client.send(get("/"));
    responders = waiting.take(1);
  }
  responders.front()(text("late"));
}

TEST_CASE("the router hands an async row its responder and names the route") {
  const Router router =
      Router::make(
          {{.method = Method::post,
            .pattern = "/things/{id}",
            .async_handler =
                [](const Request& request, const Responder& respond) {
                  respond(text(request.path_text("id")));
                }},
           {.method = Method::get,
            .pattern = "/throw",
            .async_handler = [](const Request&,
                                const Responder&) { throw std::runtime_error("inside"); }}})
          .value();
  Request request;
  request.method = Method::post;
  request.segments = {"things", "7"};
  const Response response = router.handle(request);
  CHECK(response.body == "7");
  CHECK(response.route == "/things/{id}");
  request.method = Method::get;
  request.segments = {"throw"};
  CHECK(router.handle(request).status == 500);

  const auto sync = [](const Request&) -> Result<Response> { return text(""); };
  const auto async = [](const Request&, const Responder& respond) { respond(text("")); };
  CHECK_FALSE(Router::make({{Method::get, "/both", sync, "", async}}));
  CHECK_FALSE(Router::make({{Method::get, "/none", nullptr, ""}}));
}

}  // namespace
}  // namespace kensho
