// Bytes in, a checked request or the status of a refusal out. No sockets: the transport feeds it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "http/message.h"

namespace kensho {

/// How much one request may be.
struct RequestLimits {
  std::size_t header_bytes_max = 16'384;  // request line and headers together
  std::size_t body_bytes_max = 1'048'576;
};

/// Why a request is not served; the connection is closed after telling so.
struct Refusal {
  int status = 400;
  std::string detail;
};

/// Reads one HTTP/1.0 or 1.1 request.
///
/// Refused: malformed bytes 400; no Host, two, or one with foreign characters 400; both
/// Content-Length and Transfer-Encoding 400; any transfer coding but "chunked" 501; a method
/// outside Method 501; header or trailer beyond the limit 431; body beyond it 413, before it is
/// read where its length is announced; an expectation but "100-continue" 417; another version of
/// HTTP 505. Trailer fields are read and dropped, so they can never pass for headers. Source  RFC
/// 9112; RFC 9110 section 10.1.1 (Expect).
class RequestParser {
 public:
  enum class State : unsigned char { head, body, complete, refused };

  explicit RequestParser(RequestLimits limits);
  RequestParser(RequestParser&&) noexcept;
  RequestParser& operator=(RequestParser&&) noexcept;
  ~RequestParser();

  /// Takes what it can use from the front of `bytes`; what is left belongs to this request when
  /// more must follow, else to the next one. Not to be called again once complete or refused.
  State feed(std::string& bytes);

  /// Whether the client waits for "100 Continue" before it sends the body. Valid in state body.
  bool expects_continue() const;

  /// Whether the connection may serve another request. Valid once complete.
  bool keep_alive() const;

  /// The request; valid once, when complete. `id` and `caller_address` are left empty.
  Request take();

  /// Valid once refused.
  const Refusal& refusal() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kensho
