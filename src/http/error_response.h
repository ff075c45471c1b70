// Failures as HTTP sees them: one mapping from Errc, one body format for all of them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace kensho {

/// The status of an error code. A new Errc does not compile until it is mapped here.
int status_of(Errc code);

/// An application/problem+json response with type "about:blank" and the title of the status.
/// Source  RFC 9457 sections 3 and 4.2.1.
Response problem_response(int status, std::string_view detail);

/// The response for an error. A 500 shows no message: it speaks of our insides, not of the request.
Response error_response(const Error& error);

}  // namespace kensho
