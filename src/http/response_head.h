// The status line and headers of a response, as bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace kensho {

/// The headers every response carries unless it brings its own of the same name: content security
/// policy, nosniff, no referrer, no device features, cross-origin isolation, and no storing in
/// caches. Source  OWASP HTTP Headers Cheat Sheet; W3C Content Security Policy Level 3.
std::vector<NamedValue> strict_headers();

/// What the server adds to a response of its own accord.
struct HeadContext {
  const std::vector<NamedValue>& common_headers;  // borrowed from the server's options
  std::optional<std::int64_t> unix_time_s;        // empty: no Date header
  bool keep_alive = false;
};

/// Whether the response can be put on the wire: status 200..599, header names are tokens, no value
/// holds a control character, and no header is one that frames the message.
/// Guards against a handler that copies a caller's text into a header (response splitting).
bool is_sendable(const Response& response);

/// The number of bytes a client will get after the head; 0 for 204 and 304.
std::uint64_t content_bytes(const Response& response);

/// Status line, headers and the empty line. The response must be sendable.
std::string response_head(const Response& response, const HeadContext& context);

}  // namespace kensho
