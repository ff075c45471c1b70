#include "http/router.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "http/error_response.h"

namespace kensho {
namespace {

Error bad_route(const Route& route, std::string_view why) {
  return Error{Errc::invalid_argument,
               fmt::format("route {} {}: {}", method_name(route.method), route.pattern, why)};
}

bool has(const std::vector<Method>& methods, Method method) {
  return std::ranges::find(methods, method) != methods.end();
}

std::string allow_list(const std::vector<Method>& methods) {
  static constexpr std::array order = {Method::get,   Method::head, Method::post,   Method::put,
                                       Method::patch, Method::del,  Method::options};
  std::string list;
  for (const Method method : order) {
    const bool implied =
        method == Method::options || (method == Method::head && has(methods, Method::get));
    if (!implied && !has(methods, method)) continue;
    if (!list.empty()) list += ", ";
    list += method_name(method);
  }
  return list;
}

}  // namespace

Result<std::vector<Router::Part>> Router::compile(const Route& route) {
  if (!route.handler == !route.async_handler)
    return bad_route(route, "it needs one handler, of one kind");
  if (!route.pattern.starts_with('/')) return bad_route(route, "it must begin with '/'");
  std::vector<Part> parts;
  std::string_view left = std::string_view(route.pattern).substr(1);
  for (;;) {
    const auto slash = left.find('/');
    std::string_view text = left.substr(0, slash);
    Kind kind = Kind::literal;
    if (text.starts_with('{') && text.ends_with('}')) {
      text = text.substr(1, text.size() - 2);
      kind = text.ends_with("...") ? Kind::rest : Kind::value;
      if (kind == Kind::rest) text.remove_suffix(3);
      if (text.empty()) return bad_route(route, "a value needs a name");
    }
    if (text.find_first_of("{}") != std::string_view::npos)
      return bad_route(route, "braces must enclose a whole segment");
    if (kind == Kind::rest && slash != std::string_view::npos)
      return bad_route(route, "nothing may follow {name...}");
    parts.push_back({kind, std::string(text)});
    if (slash == std::string_view::npos) return parts;
    left.remove_prefix(slash + 1);
  }
}

bool Router::same_shape(const Compiled& left, const Compiled& right) {
  return std::ranges::equal(left.parts, right.parts, [](const Part& a, const Part& b) {
    return a.kind == b.kind && (a.kind != Kind::literal || a.text == b.text);
  });
}

bool Router::more_specific(const Compiled& left, const Compiled& right) {
  const auto order = std::lexicographical_compare_three_way(
      left.parts.begin(), left.parts.end(), right.parts.begin(), right.parts.end(),
      [](const Part& a, const Part& b) { return a.kind <=> b.kind; });
  return order == 0 ? left.route < right.route : order < 0;
}

Result<Router> Router::make(std::vector<Route> routes) {
  Router router;
  for (std::size_t i = 0; i < routes.size(); ++i) {
    Compiled row{i, TRY(compile(routes[i]))};
    for (const Compiled& earlier : router.compiled_) {
      if (routes[earlier.route].method == routes[i].method && same_shape(earlier, row))
        return bad_route(routes[i], "an earlier row answers the same requests");
    }
    router.compiled_.push_back(std::move(row));
  }
  std::ranges::sort(router.compiled_, more_specific);
  router.routes_ = std::move(routes);
  return router;
}

bool Router::matches(const std::vector<Part>& parts, const std::vector<std::string>& segments) {
  const bool open_end = parts.back().kind == Kind::rest;
  if (open_end ? segments.size() < parts.size() : segments.size() != parts.size()) return false;
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (parts[i].kind == Kind::literal && parts[i].text != segments[i]) return false;
  return true;
}

void Router::bind(const std::vector<Part>& parts, Request& request) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].kind == Kind::literal) continue;
    std::string value = request.segments[i];
    if (parts[i].kind == Kind::rest) {
      for (std::size_t j = i + 1; j < request.segments.size(); ++j)
        value.append("/").append(request.segments[j]);
    }
    request.path_values.push_back({parts[i].text, std::move(value)});
  }
}

void Router::handle(Request request, Responder respond) const {
  try {
    route(request, respond);
  } catch (...) {  // the one place where a handler's exception ends
    respond(Error{Errc::corrupted, "the handler threw"});
  }
}

Response Router::handle(Request request) const {
  Response given;
  {
    const Responder respond([&given](Response response) { given = std::move(response); });
    handle(std::move(request), respond);
  }
  return given;
}

void Router::route(Request& request, const Responder& respond) const {
  std::vector<const Compiled*> matching;
  for (const Compiled& row : compiled_)
    if (matches(row.parts, request.segments)) matching.push_back(&row);
  if (!matching.empty()) respond.set_route(routes_[matching.front()->route].pattern);

  const auto row_for = [&](Method method) {
    const auto found = std::ranges::find_if(
        matching, [&](const Compiled* row) { return routes_[row->route].method == method; });
    return found == matching.end() ? nullptr : *found;
  };
  const Compiled* row = row_for(request.method);
  if (row == nullptr && request.method == Method::head) row = row_for(Method::get);
  if (row == nullptr) return respond(without_handler(request, std::move(matching)));

  bind(row->parts, request);
  const Route& found = routes_[row->route];
  respond.set_route(found.pattern);
  if (found.async_handler) return found.async_handler(request, respond);
  auto result = found.handler(request);
  respond(result ? std::move(result).value() : error_response(result.error()));
}

Response Router::without_handler(const Request& request,
                                 std::vector<const Compiled*> matching) const {
  if (matching.empty()) return problem_response(404, "there is nothing at this address");
  std::vector<Method> methods;
  methods.reserve(matching.size());
  for (const Compiled* row : matching) methods.push_back(routes_[row->route].method);
  Response response = request.method == Method::options
                          ? respond(204, "", "")
                          : problem_response(405, "this address does not answer this method");
  response.headers.push_back({"Allow", allow_list(methods)});
  return response;
}

}  // namespace kensho
