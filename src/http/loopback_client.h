// For tests: a client of plain sockets that can misbehave, and a server running on its own thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/server.h"

namespace kensho {

/// One connection to a port of this machine. Every wait ends after five seconds.
class LoopbackClient {
 public:
  explicit LoopbackClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ =
        ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  }
  LoopbackClient(LoopbackClient&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)),
        connected_(other.connected_),
        received_(std::move(other.received_)) {}
  LoopbackClient(const LoopbackClient&) = delete;
  LoopbackClient& operator=(const LoopbackClient&) = delete;
  ~LoopbackClient() {
    if (socket_ >= 0) ::close(socket_);
  }

  bool connected() const { return connected_; }

  /// Sends all of `bytes`; false when the peer has gone.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  /// Tells the server that nothing more will come.
  void finish_sending() { ::shutdown(socket_, SHUT_WR); }

  /// The next response: head and, by its Content-Length, content. Empty if none came.
  std::string response(bool to_head_request = false) {
    std::size_t head_end = 0;
    while ((head_end = received_.find("\r\n\r\n")) == std::string::npos)
      if (!receive()) return std::exchange(received_, {});
    std::size_t length = head_end + 4;
    const auto field = received_.find("\r\nContent-Length: ");
    if (!to_head_request && field < head_end) length += std::stoul(received_.substr(field + 18));
    while (received_.size() < length && receive()) {
    }
    std::string one = received_.substr(0, length);
    received_.erase(0, one.size());
    return one;
  }

  /// Everything until the server closes.
  std::string rest() {
    while (receive()) {
    }
    return std::exchange(received_, {});
  }

  /// Waits for something; false when the server closes or sends nothing.
  bool receive() {
    pollfd wait = {socket_, POLLIN, 0};
    if (::poll(&wait, 1, 5'000) <= 0) return false;
    char bytes[65536];
    const ssize_t count = ::recv(socket_, bytes, sizeof(bytes), 0);
    if (count <= 0) {
      closed_ = true;
      return false;
    }
    received_.append(bytes, static_cast<std::size_t>(count));
    return true;
  }

  /// Throws away what comes until the server closes; returns how many bytes it was.
  std::uint64_t count_rest() {
    std::uint64_t count = received_.size();
    for (received_.clear(); receive(); received_.clear()) count += received_.size();
    return count;
  }

  /// Whether the server closes the connection, without another byte, while we wait.
  bool is_closed() { return rest().empty() && closed_; }

 private:
  int socket_;
  bool connected_ = false;
  bool closed_ = false;
  std::string received_;
};

/// A server on a free port, stopped and joined at the end of its scope.
class RunningServer {
 public:
  template <class AnyHandler>  // Handler or AsyncHandler
  RunningServer(ServerOptions options, AnyHandler handler)
      : server_(Server::listen(std::move(options), std::move(handler)).value()),
        thread_([this] { server_->run(); }) {}
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;
  ~RunningServer() {
    server_->stop();
    join();
  }

  std::uint16_t port() const { return server_->port(); }
  void stop() { server_->stop(); }
  void join() {
    if (thread_.joinable()) thread_.join();
  }

  /// One request on a connection of its own; the response with nothing after it.
  std::string exchange(std::string_view request) const {
    LoopbackClient client(port());
    client.send(request);
    client.finish_sending();
    return client.rest();
  }

 private:
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

}  // namespace kensho
