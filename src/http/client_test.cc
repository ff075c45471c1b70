#include "http/client.h"

#include <chrono>
#include <thread>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "http/loopback_client.h"
#include "http/router.h"

namespace kensho {
namespace {

Handler sample_handler() {
  const auto router = std::make_shared<Router>(
      Router::make(
          {{Method::get, "/hello",
            [](const Request&) -> Result<Response> { return respond(200, "text/x.kind", "hi"); },
            ""},
           {Method::post, "/echo",
            [](const Request& request) -> Result<Response> {
              return respond(409, "text/plain", request.body);
            },
            ""},
           {Method::get, "/away",
            [](const Request&) -> Result<Response> { return redirect(302, "/hello"); }, ""},
           {Method::get, "/large",
            [](const Request&) -> Result<Response> {
              return respond(200, "text/plain", std::string(100'001, 'x'));
            },
            ""},
           {Method::get, "/slow",
            [](const Request&) -> Result<Response> {
              std::this_thread::sleep_for(std::chrono::milliseconds(600));
              return respond(200, "text/plain", "late");
            },
            ""}})
          .value());
  return [router](Request request) { return router->handle(std::move(request)); };
}

struct Site {
  RunningServer server{ServerOptions{}, sample_handler()};
  std::string url(const std::string& path) const {
    return fmt::format("http://127.0.0.1:{}{}", server.port(), path);
  }
};

TEST_CASE("an answer comes with status, type and body, whatever the status") {
  const Site site;
  const ClientResponse hello = http_get(site.url("/hello")).value();
  CHECK(hello.status == 200);
  CHECK(hello.content_type == "text/x.kind");
  CHECK(hello.body == "hi");
  CHECK(http_get(site.url("/nothing")).value().status == 404);
  const std::string sent("a\0b\n\xff", 5);
  const ClientResponse echo = http_post(site.url("/echo"), sent).value();
  CHECK(echo.status == 409);
  CHECK(echo.body == sent);
  CHECK(http_post(site.url("/echo"), "").value().body.empty());
}

TEST_CASE("a redirection is told, not followed") {
  const Site site;
  CHECK(http_get(site.url("/away")).value().status == 302);
}

TEST_CASE("an answer above the limit of size or time is an error") {
  const Site site;
  CHECK(http_get(site.url("/large"), {.body_bytes_max = 100'001}).value().body.size() == 100'001);
  const auto large = http_get(site.url("/large"), {.body_bytes_max = 100'000});
  CHECK(large.error().message.contains("longer than 100000 bytes"));
  CHECK(http_get(site.url("/slow"), {.timeout_ms = 5'000}).value().body == "late");
  CHECK(http_get(site.url("/slow"), {.timeout_ms = 100}).error().code == Errc::unavailable);
}

TEST_CASE("nobody there is an error that names the host") {
  std::uint16_t port = 0;
  {
    const Site gone;
    port = gone.server.port();
  }
  const auto answer = http_get(fmt::format("http://127.0.0.1:{}/?name=secret", port));
  CHECK(answer.error().code == Errc::unavailable);
  CHECK(answer.error().message.starts_with("127.0.0.1: "));
  CHECK(!answer.error().message.contains("secret"));
}

TEST_CASE("only http and https are spoken") {
  for (const char* url : {"", "file:///etc/hostname", "ftp://127.0.0.1/", "127.0.0.1/hello",
                          "gopher://127.0.0.1/", "http//x", "javascript:1"})
    CHECK_MESSAGE(http_get(url).error().code == Errc::invalid_argument, url);
}

TEST_CASE("requests from several threads do not disturb each other") {
  const Site site;
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 25; ++i) {
          const std::string body = fmt::format("{} {}", t, i);
          const auto answer = http_post(site.url("/echo"), body);
          good += answer && answer->body == body ? 1 : 0;
        }
      });
    }
  }
  CHECK(good == 100);
}

}  // namespace
}  // namespace kensho
