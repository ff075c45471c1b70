// The HTTP/1.1 server: sockets, time limits, connection limits, graceful stop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"
#include "http/responder.h"
#include "http/response_head.h"

namespace kensho {

/// One answered or refused request, without anything that points to a person: no address, no query,
/// and the pattern of the route ("/patients/{id}") instead of the path.
struct AccessEvent {
  std::uint64_t request_id = 0;
  std::string_view method;  // empty when the request was refused before it was known
  std::string_view route;   // empty when no route matched
  int status = 0;
  std::uint64_t content_bytes = 0;  // announced; fewer were sent if `complete` is false
  bool complete = false;            // every byte was handed to the system
  std::int64_t duration_us = 0;     // first byte of the request to last byte of the response
};

/// Takes access events; called on the thread of Server::run(), so it must be quick and not
/// throw. The views in the event end with the call.
using LogFn = std::function<void(const AccessEvent&)>;

/// How a server listens and what it allows. The defaults suit a small server without a proxy.
struct ServerOptions {
  std::string address = "127.0.0.1";  // numeric, IPv4 or IPv6
  std::uint16_t port = 0;             // 0: any free one, see Server::port()
  std::size_t threads = 4;            // that run handlers; sockets have one thread of their own
  std::size_t connections_max = 1000;
  std::size_t body_bytes_max = 1'048'576;
  std::size_t header_bytes_max = 16'384;
  std::int64_t header_timeout_ms = 10'000;  // from the first byte (or accept) to the empty line
  std::int64_t body_timeout_ms = 60'000;    // for the whole body
  std::int64_t idle_timeout_ms = 30'000;    // between requests; also between two bits of a response
  std::int64_t drain_timeout_ms = 10'000;   // for stop()
  std::vector<NamedValue> common_headers = strict_headers();
  std::function<std::int64_t()> unix_time_s = nullptr;  // clock of the Date header; none: no header
  LogFn log = nullptr;
};

/// A listening server.
///
/// Threads  one, inside run(), owns all sockets; `threads` more call the handler. A slow handler
///          delays only requests beyond `threads` others; one that answers later, through its
///          Responder, delays nobody; nor does a slow client.
/// Cost     less than 8 KB for an idle connection (1000 measured); files go through 64 KiB buffers.
/// Source   RFC 9110, RFC 9112.
class Server {
 public:
  /// Opens the port; clients wait in the queue of the system until run().
  /// Errors  invalid_argument: the address is not numeric; unavailable: the port cannot be opened.
  static Result<std::unique_ptr<Server>> listen(ServerOptions options, AsyncHandler handler);
  /// The same for a handler that answers before it returns.
  static Result<std::unique_ptr<Server>> listen(ServerOptions options, Handler handler);

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  /// Waits for handlers that still run. A Responder may outlive the server; its answer then goes
  /// nowhere.
  ~Server();

  /// The port in use.
  std::uint16_t port() const;

  /// Serves until stop(); to be called once.
  void run();

  /// Ends run() gracefully: no new connections, idle ones closed, requests under way answered with
  /// "Connection: close", all within drain_timeout_ms. From any thread, at any time, repeatedly.
  void stop();

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kensho
