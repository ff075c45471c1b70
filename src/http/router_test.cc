#include "http/router.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "http/target.h"

namespace kensho {
namespace {

// Answers with its own name and what was bound.
RouteHandler named(std::string name) {
  return [name](const Request& request) -> Result<Response> {
    std::string text = name;
    for (const auto& [key, value] : request.path_values) text += " " + key + "=" + value;
    return respond(200, "text/plain", text);
  };
}

Router sample() {
  return Router::make({
                          {Method::get, "/", named("home"), "The first page."},
                          {Method::get, "/patients/{id}", named("patient"), ""},
                          {Method::post, "/patients/{id}", named("change"), ""},
                          {Method::get, "/patients/new", named("form"), ""},
                          {Method::get, "/log/{path...}", named("log"), ""},
                          {Method::get, "/log/checkpoint", named("checkpoint"), ""},
                          {Method::del, "/fail",
                           [](const Request&) -> Result<Response> {
                             return Error{Errc::conflict, "changed meanwhile"};
                           },
                           ""},
                      })
      .value();
}

Response ask(Method method, std::string_view target) {
  Request request;
  request.method = method;
  request.segments = parse_target(target)->segments;
  return sample().handle(std::move(request));
}

std::string allow(const Response& response) {
  const auto found = std::ranges::find(response.headers, "Allow", &NamedValue::name);
  return found == response.headers.end() ? "" : found->value;
}

TEST_CASE("a path finds its row, literal text before values, values decoded") {
  CHECK(ask(Method::get, "/").body == "home");
  CHECK(ask(Method::get, "/patients/7").body == "patient id=7");
  CHECK(ask(Method::get, "/patients/a%2Fb").body == "patient id=a/b");
  CHECK(ask(Method::get, "/patients/new").body == "form");
  CHECK(ask(Method::post, "/patients/new").body == "change id=new");
  CHECK(ask(Method::get, "/log/checkpoint").body == "checkpoint");
  CHECK(ask(Method::get, "/log/tile/0/001").body == "log path=tile/0/001");
  CHECK(ask(Method::get, "/log/").body == "log path=");
}

TEST_CASE("a response names its pattern, not its path") {
  CHECK(ask(Method::get, "/patients/7").route == "/patients/{id}");
  CHECK(ask(Method::get, "/nothing/7").route == "");
}

TEST_CASE("an unknown path is 404, slashes count") {
  for (const std::string target :
       {"/nothing", "/patients", "/patients/7/", "/log", "//", "/Patients/7"}) {
    CAPTURE(target);
    CHECK(ask(Method::get, target).status == 404);
  }
}

TEST_CASE("a known path with another method is 405 and says which are allowed") {
  const Response response = ask(Method::put, "/patients/7");
  CHECK(response.status == 405);
  CHECK(allow(response) == "GET, HEAD, POST, OPTIONS");
}

TEST_CASE("HEAD and OPTIONS need no rows") {
  CHECK(ask(Method::head, "/patients/7").status == 200);
  CHECK(ask(Method::head, "/fail").status == 405);
  CHECK(ask(Method::options, "/fail").status == 204);
  CHECK(allow(ask(Method::options, "/fail")) == "DELETE, OPTIONS");
}

TEST_CASE("an error of a handler becomes its response") {
  const Response response = ask(Method::del, "/fail");
  CHECK(response.status == 409);
  CHECK(response.route == "/fail");
}

TEST_CASE("a table with a wrong row is refused") {
  const RouteHandler any = named("any");
  CHECK_FALSE(Router::make({{Method::get, "a", any, ""}}));
  CHECK_FALSE(Router::make({{Method::get, "/{}", any, ""}}));
  CHECK_FALSE(Router::make({{Method::get, "/{...}", any, ""}}));
  CHECK_FALSE(Router::make({{Method::get, "/a{b}", any, ""}}));
  CHECK_FALSE(Router::make({{Method::get, "/{a...}/b", any, ""}}));
  CHECK_FALSE(Router::make({{Method::get, "/a", nullptr, ""}}));
  CHECK_FALSE(Router::make({{Method::get, "/{a}", any, ""}, {Method::get, "/{b}", any, ""}}));
  CHECK(Router::make({{Method::get, "/{a}", any, ""}, {Method::put, "/{b}", any, ""}}));
}

}  // namespace
}  // namespace kensho
