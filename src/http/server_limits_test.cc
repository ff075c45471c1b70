// What the server does when clients are slow, many, greedy or late.
#include <atomic>
#include <chrono>
#include <deque>
#include <latch>
#include <thread>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "http/loopback_client.h"
#include "http/server.h"

namespace kensho {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

Response hello(Request) {
  return respond(200, "text/plain", "hello");
}

constexpr std::string_view get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr std::string_view half = "GET / HTTP/1.1\r\nHost: x\r\n";

TEST_CASE("a body beyond the limit is answered 413 even while the client still sends it") {
  RunningServer server({.body_bytes_max = 1000}, hello);
  LoopbackClient announced(server.port());
  announced.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n");
  announced.send(std::string(2'000'000, 'x'));
  CHECK(announced.response().starts_with("HTTP/1.1 413 "));

  LoopbackClient chunked(server.port());
  chunked.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 3; ++i) chunked.send("1f4\r\n" + std::string(500, 'x') + "\r\n");
  CHECK(chunked.response().starts_with("HTTP/1.1 413 "));
}

TEST_CASE("a header beyond the limit is answered 431") {
  RunningServer server({.header_bytes_max = 4096}, hello);
  LoopbackClient client(server.port());
  client.send(half);
  client.send("A: " + std::string(100'000, 'x'));
  CHECK(client.response().starts_with("HTTP/1.1 431 "));
}

TEST_CASE("a header or body that comes too slowly ends the connection") {
  RunningServer server({.header_timeout_ms = 300, .body_timeout_ms = 300}, hello);
  LoopbackClient silent(server.port());
  LoopbackClient slow_header(server.port());
  LoopbackClient slow_body(server.port());
  slow_body.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n");
  slow_header.send(half);
  for (int i = 0; i < 10; ++i) {  // a drip now and then buys no time
    slow_header.send("A: b\r\n");
    slow_body.send("x");
    std::this_thread::sleep_for(milliseconds(60));
  }
  CHECK(silent.is_closed());
  CHECK_FALSE(slow_header.response().starts_with("HTTP/1.1 200"));
  CHECK_FALSE(slow_body.response().starts_with("HTTP/1.1 200"));
}

TEST_CASE("an idle connection is closed after its time") {
  RunningServer server({.idle_timeout_ms = 200}, hello);
  LoopbackClient client(server.port());
  client.send(get);
  CHECK(client.response().ends_with("hello"));
  CHECK(client.is_closed());
}

TEST_CASE("a client that reads nothing does not hold its connection for ever") {
  std::atomic<int> cut = 0;
  RunningServer server({.idle_timeout_ms = 300,
                        .log = [&](const AccessEvent& event) { cut += event.complete ? 0 : 1; }},
                       [](Request) { return respond(200, "", std::string(50'000'000, 'x')); });
  LoopbackClient client(server.port());
  client.send(get);
  for (int i = 0; i < 50 && cut == 0; ++i) std::this_thread::sleep_for(milliseconds(100));
  CHECK(cut == 1);
}

TEST_CASE("two hundred half-open clients delay nobody") {
  RunningServer server({.threads = 1}, hello);
  std::deque<LoopbackClient> half_open;
  for (int i = 0; i < 200; ++i) {
    half_open.emplace_back(server.port());
    REQUIRE(half_open.back().connected());
    half_open.back().send(half);
  }
  const auto start = steady_clock::now();
  LoopbackClient client(server.port());
  client.send(get);
  CHECK(client.response().ends_with("hello"));
  CHECK(steady_clock::now() - start < seconds(2));
  half_open.front().send("\r\n");
  CHECK(half_open.front().response().ends_with("hello"));
}

TEST_CASE("connections beyond the limit are told 503, and served again when others leave") {
  RunningServer server({.connections_max = 2}, hello);
  LoopbackClient first(server.port());
  first.send(get);
  CHECK(first.response().ends_with("hello"));
  {
    LoopbackClient second(server.port());
    second.send(get);
    CHECK(second.response().ends_with("hello"));
    LoopbackClient third(server.port());
    third.send(get);
    const std::string refused = third.response();
    CHECK(refused.starts_with("HTTP/1.1 503 "));
    CHECK(refused.find("Retry-After: 1\r\n") != std::string::npos);
    CHECK(third.is_closed());
  }
  std::string answer;
  for (int i = 0; i < 50 && !answer.ends_with("hello"); ++i) {
    LoopbackClient fourth(server.port());
    fourth.send(get);
    answer = fourth.response();
    if (!answer.ends_with("hello")) std::this_thread::sleep_for(milliseconds(50));
  }
  CHECK(answer.ends_with("hello"));
}

TEST_CASE("a slow handler delays only requests beyond the number of threads") {
  std::latch release(1);
  RunningServer server({.threads = 2}, [&](Request request) {
    if (request.raw_path == "/slow") release.wait();
    return respond(200, "", "done");
  });
  LoopbackClient slow(server.port());
  slow.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  LoopbackClient quick(server.port());
  quick.send(get);
  CHECK(quick.response().ends_with("done"));
  release.count_down();
  CHECK(slow.response().ends_with("done"));
}

TEST_CASE("stop delivers what is under way, closes what is idle, and accepts nothing more") {
  std::latch entered(1);
  std::latch release(1);
  RunningServer server({}, [&](Request request) {
    if (request.raw_path == "/slow") {
      entered.count_down();
      release.wait();
    }
    return respond(200, "", "delivered");
  });
  LoopbackClient idle(server.port());
  idle.send(get);
  CHECK(idle.response().ends_with("delivered"));
  LoopbackClient slow(server.port());
  slow.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  entered.wait();
  const std::uint16_t port = server.port();

  server.stop();

  CHECK(idle.is_closed());
  CHECK_FALSE(LoopbackClient(port).connected());
  release.count_down();
  const std::string response = slow.response();
  CHECK(response.ends_with("delivered"));
  CHECK(response.find("Connection: close\r\n") != std::string::npos);
  CHECK(slow.is_closed());
  slow.finish_sending();  // so that the server need not wait for us
  server.join();
}

TEST_CASE("stop waits for a half-sent request a moment and for a handler no longer than told") {
  std::latch entered(1);
  std::latch release(1);
  RunningServer server({.drain_timeout_ms = 1'500}, [&](Request) {
    entered.count_down();
    release.wait();
    return respond(200, "", "too late");
  });
  LoopbackClient half_open(server.port());
  half_open.send(half);
  LoopbackClient stuck(server.port());
  stuck.send(get);
  entered.wait();

  const auto start = steady_clock::now();
  server.stop();
  server.stop();
  CHECK(half_open.is_closed());
  server.join();

  CHECK(steady_clock::now() - start < seconds(5));
  CHECK(stuck.is_closed());
  release.count_down();
}

TEST_CASE("a server stopped before it runs returns at once") {
  auto server = Server::listen({}, hello).value();
  server->stop();
  server->run();
  CHECK_FALSE(LoopbackClient(server->port()).connected());
}

}  // namespace
}  // namespace kensho
