#include "http/message.h"

#include <doctest/doctest.h>

namespace kensho {
namespace {

Request sample() {
  Request request;
  request.headers = {{"accept", "text/html"}, {"accept", "text/plain"}};
  request.path_values = {{"id", "42"}, {"name", "4 2"}, {"big", "9223372036854775808"}};
  request.query = {{"q", "one"}, {"twice", "1"}, {"twice", "2"}};
  return request;
}

TEST_CASE("a request finds its values by name") {
  const Request request = sample();
  CHECK(request.header("accept") == "text/html");
  CHECK(request.header("cookie") == std::nullopt);
  CHECK(request.path_text("name") == "4 2");
  CHECK(request.path_int("id").value() == 42);
  CHECK(request.query_text("q").value() == "one");
}

TEST_CASE("a request refuses what is no number, absent or ambiguous") {
  const Request request = sample();
  CHECK(request.path_int("name").error().code == Errc::invalid_argument);
  CHECK(request.path_int("big").error().code == Errc::invalid_argument);
  CHECK(request.query_text("none").error().code == Errc::invalid_argument);
  CHECK(request.query_text("twice").error().code == Errc::invalid_argument);
}

}  // namespace
}  // namespace kensho
