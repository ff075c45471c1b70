#include "http/request_parser.h"

#include <string>

#include <doctest/doctest.h>

namespace kensho {
namespace {

using State = RequestParser::State;

struct Outcome {
  State state = State::head;
  int status = 0;  // of the refusal
  Request request;
  std::string left;
};

// Feeds `bytes` in pieces of the given size, as a slow network would.
Outcome parse(std::string_view bytes, std::size_t piece = std::string_view::npos,
              RequestLimits limits = {.header_bytes_max = 1000, .body_bytes_max = 100}) {
  RequestParser parser(limits);
  Outcome outcome;
  while (!bytes.empty() && (outcome.state == State::head || outcome.state == State::body)) {
    outcome.left += bytes.substr(0, piece);
    bytes.remove_prefix(std::min(piece, bytes.size()));
    outcome.state = parser.feed(outcome.left);
  }
  outcome.left += bytes;
  if (outcome.state == State::refused) outcome.status = parser.refusal().status;
  if (outcome.state == State::complete) outcome.request = parser.take();
  return outcome;
}

TEST_CASE("a request is the same in one piece and byte by byte, and what follows is left") {
  const std::string bytes =
      "\r\n\r\nPOST /a%20b?c=d HTTP/1.1\r\nHost: x\r\nX-Two: 1\r\nX-Two: 2\r\nContent-Length: "
      "5\r\n\r\n"
      "helloGET /next";
  for (const std::size_t piece : {1UL, 2UL, 3UL, 7UL, 1000UL}) {
    CAPTURE(piece);
    const Outcome got = parse(bytes, piece);
    REQUIRE(got.state == State::complete);
    CHECK(got.request.method == Method::post);
    CHECK(got.request.segments == std::vector<std::string>{"a b"});
    CHECK(got.request.query_text("c").value() == "d");
    CHECK(got.request.header("x-two") == "1");
    CHECK(got.request.body == "hello");
    CHECK(got.left == "GET /next");
  }
}

TEST_CASE("a chunked body is joined and its trailer dropped, in any pieces") {
  const std::string bytes =
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nCookie: evil=1\r\n\r\nrest";
  for (const std::size_t piece : {1UL, 2UL, 3UL, 5UL, 1000UL}) {
    CAPTURE(piece);
    const Outcome got = parse(bytes, piece);
    REQUIRE(got.state == State::complete);
    CHECK(got.request.body == "abcde");
    CHECK(got.request.header("cookie") == std::nullopt);
    CHECK(got.left == "rest");
  }
}

TEST_CASE("HTTP/1.0 needs no Host") {
  CHECK(parse("GET / HTTP/1.0\r\n\r\n").state == State::complete);
  CHECK(parse("GET http://x/ HTTP/1.1\r\nHost: x:80\r\n\r\n").state == State::complete);
}

struct Refused {
  std::string desc;
  std::string bytes;
  int status;
};

std::vector<Refused> refused_requests() {
  const std::string host = " HTTP/1.1\r\nHost: x\r\n";
  const std::string post = "POST /" + host;
  return {
      {"no request line", "\x16\x03\x01\x02", 400},
      {"two spaces", "GET  /" + host + "\r\n", 400},
      {"bare line feed", "GET / HTTP/1.1\nHost: x\n\r\n\r\n", 505},
      {"space before the colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400},
      {"control character in a header", "GET /" + host + "A: \x01\r\n\r\n", 400},
      {"bad escape", "GET /%zz" + host + "\r\n", 400},
      {"dots in the path", "GET /a/../b" + host + "\r\n", 400},
      {"asterisk", "OPTIONS *" + host + "\r\n", 400},
      {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two Hosts", "GET /" + host + "Host: x\r\n\r\n", 400},
      {"foreign characters in Host", "GET / HTTP/1.1\r\nHost: x/y\r\n\r\n", 400},
      {"version 2", "GET / HTTP/2.0\r\n\r\n", 505},
      {"unknown method", "BREW /" + host + "\r\n", 501},
      {"method of another trade", "MKCOL /" + host + "\r\n", 501},
      {"length, then coding", post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
       400},
      {"coding, then length", post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
       400},
      {"two lengths", post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\n", 400},
      {"negative length", post + "Content-Length: -3\r\n\r\n", 400},
      {"signed length", post + "Content-Length: +3\r\n\r\n", 400},
      {"length beyond 64 bits", post + "Content-Length: 18446744073709551617\r\n\r\n", 400},
      {"unknown coding", post + "Transfer-Encoding: gzip\r\n\r\n", 501},
      {"coding before chunked", post + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {"coding in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"unknown expectation", post + "Expect: tea\r\nContent-Length: 3\r\n\r\n", 417},
      {"announced body too large", post + "Content-Length: 101\r\n\r\n", 413},
      {"chunked body too large",
       post + "Transfer-Encoding: chunked\r\n\r\n32\r\n" + std::string(50, 'a') + "\r\n33\r\n",
       413},
      {"chunk size not hexadecimal", post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
      {"chunk size beyond 64 bits",
       post + "Transfer-Encoding: chunked\r\n\r\n11111111111111111\r\n", 400},
      {"chunk longer than its size", post + "Transfer-Encoding: chunked\r\n\r\n1\r\nabcd\r\n", 400},
      {"one long header", "GET /" + host + "A: " + std::string(1000, 'a'), 431},
      {"a long target", "GET /" + std::string(1000, 'a'), 431},
      {"a long chunk extension",
       post + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(1100, 'a'), 431},
      {"a long trailer",
       post + "Transfer-Encoding: chunked\r\n\r\n0\r\nA: " + std::string(1100, 'a'), 431},
  };
}

TEST_CASE("what is wrong is refused with its own status, in any pieces") {
  for (const Refused& row : refused_requests()) {
    for (const std::size_t piece : {1UL, 3UL, 10'000UL}) {
      CAPTURE(row.desc);
      CAPTURE(piece);
      const Outcome got = parse(row.bytes, piece);
      CHECK(got.state == State::refused);
      CHECK(got.status == row.status);
    }
  }
}

TEST_CASE("a header that grows line by line meets the same limit") {
  RequestParser parser({.header_bytes_max = 1000, .body_bytes_max = 100});
  std::string bytes = "GET / HTTP/1.1\r\nHost: x\r\n";
  State state = parser.feed(bytes);
  int lines = 0;
  for (; state == State::head && lines < 1000; ++lines) {
    bytes += "A: 0123456789\r\n";  // a whole line each time
    state = parser.feed(bytes);
  }
  CHECK(state == State::refused);
  CHECK(parser.refusal().status == 431);
  CHECK(lines < 100);
}

}  // namespace
}  // namespace kensho
