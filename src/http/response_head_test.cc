#include "http/response_head.h"

#include <algorithm>

#include <doctest/doctest.h>

namespace kensho {
namespace {

std::string head_of(const Response& response) {
  const auto common = strict_headers();
  return response_head(response, {.common_headers = common, .unix_time_s = 0});
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

TEST_CASE("every response carries the strict headers") {
  const std::string head = head_of(respond(200, "text/plain", "hello"));
  CHECK(head.starts_with("HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"));
  CHECK(head.ends_with("\r\n\r\n"));
  CHECK(contains(head, "Content-Length: 5\r\n"));
  for (const std::string header :
       {"Content-Security-Policy: default-src 'none';", "frame-ancestors 'none'",
        "X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer", "Permissions-Policy: ",
        "Cross-Origin-Opener-Policy: same-origin", "Cross-Origin-Embedder-Policy: require-corp",
        "Cross-Origin-Resource-Policy: same-origin", "Cache-Control: no-store"}) {
    CAPTURE(header);
    CHECK(contains(head, header));
  }
}

TEST_CASE("a header of the response wins over the common one, whatever its case") {
  Response response = respond(200, "text/plain", "");
  response.headers = {{"cache-control", "max-age=60"}};
  CHECK(contains(head_of(response), "cache-control: max-age=60\r\n"));
  CHECK_FALSE(contains(head_of(response), "no-store"));
}

TEST_CASE("a response without content announces no length") {
  CHECK_FALSE(contains(head_of(respond(204, "", "")), "Content-Length"));
  CHECK_FALSE(contains(head_of(respond(304, "", "")), "Content-Length"));
  CHECK(content_bytes(respond(304, "", "text")) == 0);
}

TEST_CASE("a response that would break the message is not sendable") {
  Response split = redirect(303, "/a\r\nSet-Cookie: b=c");
  CHECK_FALSE(is_sendable(split));
  CHECK_FALSE(is_sendable(respond(200, "text/html\r\nX: y", "")));
  CHECK_FALSE(is_sendable(respond(101, "", "")));
  CHECK_FALSE(is_sendable(respond(600, "", "")));
  for (const std::string name :
       {"", "a b", "a:", "Content-Length", "transfer-encoding", "Connection"}) {
    CAPTURE(name);
    Response response = respond(200, "", "");
    response.headers = {{name, "1"}};
    CHECK_FALSE(is_sendable(response));
  }
  CHECK(is_sendable(redirect(303, "/検証?a=b")));
}

}  // namespace
}  // namespace kensho
