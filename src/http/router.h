// Which function answers which path and method: a table, so that other things can be made from it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/message.h"
#include "http/responder.h"

namespace kensho {

/// Answers a routed request, path values bound. Called from several threads at once.
using RouteHandler = std::function<Result<Response>(const Request&)>;

/// The same, but answers through the responder, now or later.
using AsyncRouteHandler = std::function<void(const Request&, Responder)>;

/// One row of the table. It has a handler or an async_handler.
struct Route {
  Method method = Method::get;
  /// "/a/{name}" binds one segment, "/files/{path...}" at the end binds the rest, one segment or
  /// more, joined with '/'. "/a" and "/a/" are different paths.
  std::string pattern;
  RouteHandler handler;
  std::string summary;  // one sentence for the API description
  AsyncRouteHandler async_handler = nullptr;
};

/// The compiled table.
class Router {
 public:
  /// Errors  invalid_argument: a pattern is malformed, a row has no handler or two, or two rows
  ///         answer the same method and paths.
  static Result<Router> make(std::vector<Route> routes);

  /// Calls the handler of the row that matches; where several do, the one with literal text at the
  /// first segment in which they differ, whatever the order of the rows. HEAD is answered by GET
  /// and OPTIONS from the table, unless a row says otherwise. No path: 404. No method for the
  /// path: 405 with Allow. An Error of the handler becomes its problem response.
  /// A row with an async_handler answers when it likes to; what a handler throws becomes 500.
  /// Cost  one pass over the table.
  void handle(Request request, Responder respond) const;
  /// The same for a table whose rows all answer at once.
  Response handle(Request request) const;

  /// The table as given, e.g. to describe the API.
  const std::vector<Route>& routes() const { return routes_; }

 private:
  enum class Kind : unsigned char { literal, value, rest };
  struct Part {
    Kind kind = Kind::literal;
    std::string text;  // the literal, or the name of the value
  };
  struct Compiled {
    std::size_t route = 0;
    std::vector<Part> parts;
  };

  static Result<std::vector<Part>> compile(const Route& route);
  static bool matches(const std::vector<Part>& parts, const std::vector<std::string>& segments);
  static void bind(const std::vector<Part>& parts, Request& request);
  static bool more_specific(const Compiled& left, const Compiled& right);
  static bool same_shape(const Compiled& left, const Compiled& right);
  void route(Request& request, const Responder& respond) const;
  Response without_handler(const Request& request, std::vector<const Compiled*> matching) const;

  std::vector<Route> routes_;
  std::vector<Compiled> compiled_;  // most specific first
};

}  // namespace kensho
