#include "http/error_response.h"

#include <doctest/doctest.h>

namespace kensho {
namespace {

TEST_CASE("an error becomes a problem document with its message") {
  const Response response = error_response({Errc::not_found, "no plan \"PA-1\"\n"});
  CHECK(response.status == 404);
  CHECK(response.content_type == "application/problem+json");
  CHECK(response.body ==
        R"({"type":"about:blank","title":"Not Found","status":404,"detail":"no plan \"PA-1\"\n"})");
}

TEST_CASE("an internal error keeps its message to itself") {
  const Response response = error_response({Errc::corrupted, "page 7 of the journal"});
  CHECK(response.status == 500);
  CHECK(response.body.find("journal") == std::string::npos);
}

}  // namespace
}  // namespace kensho
