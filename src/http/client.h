// An HTTP client for a few requests: one answer, within limits of size and time.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace kensho {

/// What a request may cost. Time is for the whole exchange, connecting included.
struct ClientLimits {
  std::int64_t connect_timeout_ms = 5'000;
  std::int64_t timeout_ms = 15'000;
  std::size_t body_bytes_max = 1 << 20;
};

/// Any answer of the server, whatever its status.
struct ClientResponse {
  int status = 0;
  std::string content_type;
  std::string body;
};

/// Asks with GET. Only http and https; a certificate that does not hold is an error; a redirection
/// is an answer like any other and is not followed, so that nobody sends us elsewhere.
///
/// Environment  The system's proxy variables (https_proxy, no_proxy) apply.
/// Threads      Safe from any number.
/// Errors       invalid_argument: no http or https URL; unavailable: no connection, too slow, an
///              answer above the limit; the message names the host, never a query.
Result<ClientResponse> http_get(const std::string& url, const ClientLimits& limits = {});

/// Sends a body with POST; the rest as http_get.
Result<ClientResponse> http_post(const std::string& url, const std::string& body,
                                 const ClientLimits& limits = {});

}  // namespace kensho
