// What a handler sees of HTTP: plain values, no sockets and no library types.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/open_file.h"

namespace kensho {

/// The methods this server knows; any other is answered 501 before a handler is asked.
enum class Method : unsigned char { get, head, post, put, patch, del, options };

/// The method as written on the wire, e.g. "GET".
std::string_view method_name(Method method);

/// One header, one query parameter, one form field or one path value.
struct NamedValue {
  std::string name;
  std::string value;
};

/// A request that passed every check of the transport.
struct Request {
  std::uint64_t id = 0;  // counts up within one server run; joins log lines of one request
  Method method = Method::get;
  std::string raw_path;                 // as sent, begins with '/', without the query
  std::string raw_query;                // as sent, without '?'; may hold personal data: never log
  std::vector<std::string> segments;    // decoded once; "/a/" is {"a", ""} and "/" is {""}
  std::vector<NamedValue> query;        // decoded, in the order sent, repeats kept
  std::vector<NamedValue> headers;      // names in lower case, in the order sent
  std::vector<NamedValue> path_values;  // what the router bound to {names}
  std::string body;
  std::string caller_address;  // for rate limits only; personal data: never log

  /// The first header of that name, which must be in lower case; empty when it was not sent.
  std::optional<std::string_view> header(std::string_view lower_case_name) const;

  /// The value bound to "{name}" of the matched route. A name the route lacks is a broken contract.
  const std::string& path_text(std::string_view name) const;

  /// The same as a whole number. Errors: invalid_argument when it is not one of 64 bits.
  Result<std::int64_t> path_int(std::string_view name) const;

  /// A query parameter. Errors: invalid_argument when it is absent or sent more than once.
  Result<std::string> query_text(std::string_view name) const;
};

/// What a handler answers. `file`, when present, is streamed and takes the place of `body`.
/// A header given here wins over the server's common header of the same name.
/// Content-Length, Connection, Date and Transfer-Encoding are the server's alone.
struct Response {
  int status = 200;
  std::string content_type;  // empty: no such header
  std::vector<NamedValue> headers;
  std::string body;
  std::optional<OpenFile> file;
  std::string route;  // pattern of the matched route, for the access log; set by the router
};

/// Answers one request. Called from several threads at once.
using Handler = std::function<Response(Request)>;

/// A response with a body of one type, e.g. respond(200, "text/html; charset=utf-8", page).
Response respond(int status, std::string content_type, std::string body);

/// A redirection (301, 303, 307, 308) to a path of this server or an absolute URL.
Response redirect(int status, std::string location);

}  // namespace kensho
