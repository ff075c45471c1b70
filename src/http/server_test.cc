#include "http/server.h"

#include <mutex>
#include <stdexcept>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "http/loopback_client.h"
#include "http/router.h"

namespace kensho {
namespace {

Result<Response> echo(const Request& request) {
  return respond(
      200, "text/plain; charset=utf-8",
      fmt::format("{} {} [{}]", method_name(request.method), request.raw_path, request.body));
}

Router sample_routes() {
  return Router::make({{Method::get, "/hello", echo, ""},
                       {Method::get, "/things/{id}", echo, ""},
                       {Method::post, "/hello", echo, ""},
                       {Method::get, "/throw",
                        [](const Request&) -> Result<Response> {
                          throw std::runtime_error("secret of the inside");
                        },
                        ""},
                       {Method::get, "/split",
                        [](const Request& request) -> Result<Response> {
                          return redirect(303, request.query_text("to").value());
                        },
                        ""},
                       {Method::get, "/large",
                        [](const Request&) -> Result<Response> {
                          return respond(200, "text/plain", std::string(10'000'000, 'x'));
                        },
                        ""}})
      .value();
}

Handler sample_handler() {
  return [router = std::make_shared<Router>(sample_routes())](Request request) {
    return router->handle(std::move(request));
  };
}

std::string get(std::string_view path, std::string_view more = "") {
  return fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", path, more);
}

std::string post(std::string_view body, std::string_view more = "") {
  return fmt::format("POST /hello HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n{}\r\n{}",
                     body.size(), more, body);
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

TEST_CASE("a connection serves one request after another") {
  RunningServer server({}, sample_handler());
  LoopbackClient client(server.port());
  for (int i = 0; i < 3; ++i) {
    client.send(get("/hello"));
    const std::string response = client.response();
    CHECK(response.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(contains(response, "Connection: keep-alive\r\n"));
    CHECK(response.ends_with("GET /hello []"));
  }
  client.send(get("/hello", "Connection: close\r\n"));
  CHECK(contains(client.response(), "Connection: close\r\n"));
  CHECK(client.is_closed());
}

TEST_CASE("pipelined requests are answered in their order") {
  RunningServer server({}, sample_handler());
  const std::string answers = server.exchange(get("/things/1") + post("two") + get("/things/3") +
                                              get("/none") + get("/things/5"));
  const auto first = answers.find("[]");
  const auto second = answers.find("POST /hello [two]");
  const auto third = answers.find("GET /things/3");
  const auto fourth = answers.find("404 Not Found");
  const auto fifth = answers.find("GET /things/5");
  CHECK(first < second);
  CHECK(second < third);
  CHECK(third < fourth);
  CHECK(fourth < fifth);
  CHECK(fifth != std::string::npos);
}

TEST_CASE("HTTP/1.0 closes unless asked to keep alive") {
  RunningServer server({}, sample_handler());
  LoopbackClient closing(server.port());
  closing.send("GET /hello HTTP/1.0\r\n\r\n");
  CHECK(closing.response().ends_with("GET /hello []"));
  CHECK(closing.is_closed());

  LoopbackClient keeping(server.port());
  for (int i = 0; i < 2; ++i) {
    keeping.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK(contains(keeping.response(), "Connection: keep-alive\r\n"));
  }
}

TEST_CASE("HEAD is the head of GET alone") {
  RunningServer server({}, sample_handler());
  LoopbackClient client(server.port());
  client.send("HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string head = client.response(true);
  CHECK(contains(head, "Content-Length: 14\r\n"));  // of "HEAD /hello []"
  CHECK(head.ends_with("\r\n\r\n"));
  client.send(get("/hello"));
  CHECK(client.response().starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST_CASE("a malformed request is answered 400 before the connection closes") {
  RunningServer server({}, sample_handler());
  for (const std::string request :
       {"nonsense\r\n\r\n", "GET /hello HTTP/1.1\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
        "0\r\n\r\n"}) {
    CAPTURE(request);
    LoopbackClient client(server.port());
    client.send(request);
    const std::string response = client.response();
    CHECK(response.starts_with("HTTP/1.1 400 Bad Request\r\n"));
    CHECK(contains(response, "Connection: close\r\n"));
    CHECK(contains(response, "application/problem+json"));
    CHECK(contains(response, "Content-Security-Policy: "));
    CHECK(client.is_closed());
  }
}

TEST_CASE("unknown methods are 501, unexpected ones 405, unknown paths 404") {
  RunningServer server({}, sample_handler());
  CHECK(server.exchange("BREW /hello HTTP/1.1\r\nHost: x\r\n\r\n").starts_with("HTTP/1.1 501 "));
  const std::string wrong = server.exchange("DELETE /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(wrong.starts_with("HTTP/1.1 405 "));
  CHECK(contains(wrong, "Allow: GET, HEAD, POST, OPTIONS\r\n"));
  CHECK(server.exchange(get("/none")).starts_with("HTTP/1.1 404 "));
}

TEST_CASE("an exception of a handler is a 500 that tells nothing, and the server goes on") {
  RunningServer server({}, sample_handler());
  LoopbackClient client(server.port());
  client.send(get("/throw"));
  const std::string response = client.response();
  CHECK(response.starts_with("HTTP/1.1 500 "));
  CHECK_FALSE(contains(response, "secret"));
  client.send(get("/hello"));
  CHECK(client.response().starts_with("HTTP/1.1 200 "));
}

TEST_CASE("a line break a caller smuggles into a header never reaches the wire") {
  RunningServer server({}, sample_handler());
  const std::string response = server.exchange(get("/split?to=/a%0d%0aSet-Cookie:%20x=y"));
  CHECK(response.starts_with("HTTP/1.1 500 "));
  CHECK_FALSE(contains(response, "Set-Cookie"));
}

TEST_CASE("a large body arrives whole, sent by either side") {
  RunningServer server({.body_bytes_max = 4'000'000}, sample_handler());
  const std::string response = server.exchange(get("/large"));
  CHECK(response.size() > 10'000'000);
  CHECK(response.ends_with("xxx"));
  const std::string body(3'000'000, 'y');
  CHECK(server.exchange(post(body)).ends_with("[" + body + "]"));
}

TEST_CASE("a client that expects 100 Continue gets it before the body, or the refusal") {
  RunningServer server({.body_bytes_max = 100}, sample_handler());
  LoopbackClient client(server.port());
  client.send(
      "POST /hello HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  CHECK(client.response() == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("hello");
  CHECK(client.response().ends_with("POST /hello [hello]"));

  client.send(
      "POST /hello HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 101\r\n\r\n");
  CHECK(client.response().starts_with("HTTP/1.1 413 "));
}

TEST_CASE("the caller chooses the policy of all responses and the clock of their date") {
  RunningServer server({.common_headers = {{"Content-Security-Policy", "default-src 'self'"}},
                        .unix_time_s = [] { return std::int64_t{784'111'777}; }},
                       sample_handler());
  const std::string response = server.exchange(get("/hello"));
  CHECK(contains(response, "Content-Security-Policy: default-src 'self'\r\n"));
  CHECK(contains(response, "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
  CHECK_FALSE(contains(response, "nosniff"));
}

TEST_CASE("the access log names pattern and status, never path or query") {
  std::mutex mutex;  // guards lines
  std::vector<std::string> lines;
  {
    RunningServer server({.log =
                              [&](const AccessEvent& event) {
                                const std::lock_guard lock(mutex);
                                CHECK(event.duration_us >= 0);
                                lines.push_back(fmt::format("{} {} {} {} {} {}", event.request_id,
                                                            event.method, event.route, event.status,
                                                            event.content_bytes, event.complete));
                              }},
                         sample_handler());
    LoopbackClient client(server.port());
    client.send(get("/things/patient-7?name=secret"));
    CHECK(client.response().starts_with("HTTP/1.1 200 "));
    client.send("nonsense\r\n\r\n");
    CHECK(client.response().starts_with("HTTP/1.1 400 "));
  }
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == "1 GET /things/{id} 200 24 true");
  CHECK(lines[1].starts_with("2   400 "));
}

TEST_CASE("a port in use and a name for an address are refused") {
  RunningServer server({}, sample_handler());
  const auto taken = Server::listen({.port = server.port()}, sample_handler());
  CHECK(taken.error().code == Errc::unavailable);
  const auto named = Server::listen({.address = "localhost"}, sample_handler());
  CHECK(named.error().code == Errc::invalid_argument);
}

}  // namespace
}  // namespace kensho
