#include "http/error_response.h"

#include <fmt/format.h>

#include "base/json.h"
#include "http/status.h"

namespace kensho {

int status_of(Errc code) {
  switch (code) {
    case Errc::invalid_argument:
      return 400;
    case Errc::not_found:
      return 404;
    case Errc::conflict:
      return 409;
    case Errc::permission_denied:
      return 403;
    case Errc::unavailable:
      return 503;
    case Errc::not_converged:
      return 422;
    case Errc::corrupted:
      return 500;
  }
  ENSURE(false);
}

Response problem_response(int status, std::string_view detail) {
  return respond(status, "application/problem+json",
                 fmt::format(R"({{"type":"about:blank","title":"{}","status":{},"detail":{}}})",
                             status_reason(status), status, json_quoted(detail)));
}

Response error_response(const Error& error) {
  const int status = status_of(error.code);
  if (status == 500) return problem_response(status, "the server could not answer this request");
  return problem_response(status, error.message);
}

}  // namespace kensho
