#ifdef __SANITIZE_THREAD__  // g++ warns of fences inside Asio, which also takes the locks TSan
                            // follows
#pragma GCC diagnostic ignored "-Wtsan"
#endif

#define BOOST_ASIO_NO_DEPRECATED  // functions that take an error_code& then return nothing

#include "http/server.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <unordered_map>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include "http/error_response.h"
#include "http/request_parser.h"

namespace kensho {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
// The concrete executor, not the type-erased default: no allocation for each operation.
using Tcp = asio::ip::tcp;
using Socket = asio::basic_stream_socket<Tcp, asio::io_context::executor_type>;
using Acceptor = asio::basic_socket_acceptor<Tcp, asio::io_context::executor_type>;

constexpr std::size_t head_read_bytes = 4'096;  // most requests fit; idle connections keep it
constexpr std::size_t body_read_bytes = 65'536;
constexpr std::size_t file_chunk_bytes = 65'536;
constexpr std::size_t refused_connections_max = 64;  // that are told 503 at one time
constexpr milliseconds tick_period{100};             // how late a deadline may be noticed
constexpr milliseconds linger_time{2'000};
constexpr milliseconds half_head_grace{1'000};  // for a request of which a part came before stop()

class Session;

/// What sessions need of the server. It lives as long as somebody still owes an answer.
struct Shared : std::enable_shared_from_this<Shared> {
  ServerOptions options;
  AsyncHandler handler;
  asio::io_context io{1};
  std::uint64_t last_request_id = 0;
  bool stopping = false;
  std::unordered_map<Session*, std::unique_ptr<Session>> sessions;
  std::size_t refused_connections = 0;  // of the sessions; they only hear 503
  std::function<void(Session*)> on_end;
  asio::thread_pool* pool = nullptr;
};

/// The response being written.
struct Outgoing {
  Response response;
  std::string head;
  std::string chunk;            // of the file
  std::uint64_t file_sent = 0;  // bytes of the file that went through `chunk`
  std::size_t head_sent = 0;
  std::size_t content_sent = 0;  // of `chunk` or of the body
  bool without_content = false;
  bool keep_alive = false;
  std::string_view method;

  std::string_view content() const {
    if (without_content) return {};
    return response.file ? std::string_view(chunk) : std::string_view(response.body);
  }
  bool file_left() const {
    return response.file && !without_content && file_sent < response.file->size_bytes();
  }
};

/// One connection. Everything runs on the thread of run(), and at any moment exactly one operation
/// (read, write or handler) is under way, whose completion is the only place that may end the
/// session; so `this` may be captured plainly. A deadline is only a number: the server's tick
/// closes the socket of a late session, which completes the operation with an error.
class Session {
 public:
  Session(Shared& shared, Socket socket)
      : shared_(shared), socket_(std::move(socket)), parser_(limits()) {}

  void start() {
    error_code ignored;
    socket_.set_option(Tcp::no_delay(true), ignored);
    const auto peer = socket_.remote_endpoint(ignored);
    if (!ignored) caller_address_ = peer.address().to_string();
    expect_within(shared_.options.header_timeout_ms);
    read();
  }

  void refuse_connection() {
    ++shared_.refused_connections;
    refused_connection_ = true;
    began_ = Clock::now();
    refuse({503, "too many connections"});
  }

  void close_if_late(Clock::time_point now) {
    if (now >= deadline_) close();
  }

  // A connection between two requests has nothing to lose; one with half a request gets a moment.
  void begin_drain() {
    error_code ignored;
    if (phase_ == Phase::idle && socket_.available(ignored) == 0) return close();
    if (phase_ == Phase::idle || phase_ == Phase::head)
      deadline_ = std::min(deadline_, Clock::now() + half_head_grace);
  }

  void close() {
    error_code ignored;
    socket_.close(ignored);
  }

 private:
  enum class Phase : unsigned char { idle, head, body, handling, writing, lingering };

  RequestLimits limits() const {
    return {shared_.options.header_bytes_max, shared_.options.body_bytes_max};
  }
  void expect_within(std::int64_t timeout_ms) {
    deadline_ = Clock::now() + milliseconds(timeout_ms);
  }

  void read();
  void on_read();
  void advance();
  void await_body();
  void dispatch();
  void reply(Response response);
  void refuse(const Refusal& refusal);
  void send(Response response, bool keep_alive, bool without_content);
  void write_more();
  bool refill();
  void on_written();
  void log(bool complete);
  void next_request();
  void linger();
  void end() {
    if (refused_connection_) --shared_.refused_connections;
    shared_.on_end(this);  // destroys this
  }

  Shared& shared_;
  Socket socket_;
  Phase phase_ = Phase::idle;
  Clock::time_point deadline_;
  Clock::time_point began_;  // the first byte of the request
  std::string caller_address_;
  std::string buffer_;  // received and not yet used
  RequestParser parser_;
  Method method_ = Method::get;
  std::uint64_t request_id_ = 0;
  bool continue_sent_ = false;
  bool refused_connection_ = false;
  Outgoing out_;
};

void Session::read() {
  const std::size_t held = buffer_.size();
  buffer_.resize(held + (phase_ == Phase::body ? body_read_bytes : head_read_bytes));
  socket_.async_read_some(asio::buffer(buffer_.data() + held, buffer_.size() - held),
                          [this, held](const error_code& error, std::size_t count) {
                            if (error) return end();
                            buffer_.resize(held + count);
                            on_read();
                          });
}

void Session::on_read() {
  if (phase_ == Phase::idle) {
    phase_ = Phase::head;
    began_ = Clock::now();
    expect_within(shared_.options.header_timeout_ms);
  }
  advance();
}

void Session::advance() {
  switch (parser_.feed(buffer_)) {
    case RequestParser::State::head:
      return read();
    case RequestParser::State::body:
      return await_body();
    case RequestParser::State::complete:
      return dispatch();
    case RequestParser::State::refused:
      return refuse(parser_.refusal());
  }
}

void Session::await_body() {
  if (phase_ != Phase::body) expect_within(shared_.options.body_timeout_ms);
  phase_ = Phase::body;
  if (!parser_.expects_continue() || continue_sent_ || !buffer_.empty()) return read();
  continue_sent_ = true;
  static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  // 25 bytes into an empty socket buffer are never split.
  socket_.async_write_some(asio::buffer(go_on), [this](const error_code& error, std::size_t) {
    if (error) return end();
    read();
  });
}

void Session::dispatch() {
  phase_ = Phase::handling;
  deadline_ = Clock::time_point::max();
  Request request = parser_.take();
  request.id = request_id_ = ++shared_.last_request_id;
  request.caller_address = caller_address_;
  method_ = request.method;
  Responder respond([this, shared = shared_.shared_from_this()](Response response) {
    if (!is_sendable(response))
      response = error_response({Errc::corrupted, "the response of the handler cannot be sent"});
    asio::post(shared->io,
               [this, response = std::move(response)]() mutable { reply(std::move(response)); });
  });
  asio::post(*shared_.pool, [&handler = shared_.handler, request = std::move(request),
                             respond = std::move(respond)]() mutable {
    try {
      handler(std::move(request), respond);
    } catch (...) {
      respond(Error{Errc::corrupted, "the handler threw"});
    }
  });
}

void Session::reply(Response response) {
  out_.method = method_name(method_);
  const bool keep_alive = parser_.keep_alive() && !shared_.stopping;
  send(std::move(response), keep_alive, method_ == Method::head);
}

void Session::refuse(const Refusal& refusal) {
  request_id_ = ++shared_.last_request_id;
  out_.method = {};
  Response response = problem_response(refusal.status, refusal.detail);
  if (refusal.status == 503) response.headers.push_back({"Retry-After", "1"});
  send(std::move(response), false, false);
}

void Session::send(Response response, bool keep_alive, bool without_content) {
  phase_ = Phase::writing;
  const auto& clock = shared_.options.unix_time_s;
  out_.head = response_head(response, {.common_headers = shared_.options.common_headers,
                                       .unix_time_s = clock ? std::optional(clock()) : std::nullopt,
                                       .keep_alive = keep_alive});
  out_.without_content = without_content || content_bytes(response) == 0;
  out_.response = std::move(response);
  out_.keep_alive = keep_alive;
  write_more();
}

// False when the file ends before the length that was announced: the client must see a broken
// connection, not a short file.
bool Session::refill() {
  const auto& file = out_.response.file;
  if (!file) return false;
  out_.content_sent = 0;
  out_.chunk.resize(std::min<std::uint64_t>(file->size_bytes() - out_.file_sent, file_chunk_bytes));
  const auto count = file->read_at(out_.file_sent, out_.chunk);
  if (!count || *count == 0) return false;
  out_.chunk.resize(*count);
  out_.file_sent += *count;
  return true;
}

void Session::write_more() {
  if (out_.content_sent == out_.content().size() && out_.file_left() && !refill()) {
    log(false);
    return end();
  }
  const std::array<asio::const_buffer, 2> left = {
      asio::buffer(std::string_view(out_.head).substr(out_.head_sent)),
      asio::buffer(out_.content().substr(out_.content_sent))};
  if (asio::buffer_size(left) == 0) return on_written();
  expect_within(shared_.options.idle_timeout_ms);
  socket_.async_write_some(left, [this](const error_code& error, std::size_t count) {
    if (error) {
      log(false);
      return end();
    }
    const std::size_t of_head = std::min(count, out_.head.size() - out_.head_sent);
    out_.head_sent += of_head;
    out_.content_sent += count - of_head;
    write_more();
  });
}

void Session::on_written() {
  log(true);
  const bool keep_alive = out_.keep_alive;
  out_ = Outgoing{};
  if (keep_alive && !shared_.stopping) return next_request();
  linger();
}

void Session::log(bool complete) {
  if (!shared_.options.log) return;
  const auto duration = Clock::now() - began_;
  shared_.options.log(
      {.request_id = request_id_,
       .method = out_.method,
       .route = out_.response.route,
       .status = out_.response.status,
       .content_bytes = out_.without_content ? 0 : content_bytes(out_.response),
       .complete = complete,
       .duration_us = std::chrono::duration_cast<std::chrono::microseconds>(duration).count()});
}

void Session::next_request() {
  parser_ = RequestParser(limits());
  continue_sent_ = false;
  if (buffer_.empty()) {
    if (buffer_.capacity() > body_read_bytes / 2) buffer_.shrink_to_fit();
    phase_ = Phase::idle;
    expect_within(shared_.options.idle_timeout_ms);
    return read();
  }
  phase_ = Phase::head;  // pipelined
  began_ = Clock::now();
  expect_within(shared_.options.header_timeout_ms);
  advance();
}

// Closing at once would reset the connection if the client is still sending, and a reset can
// destroy the answer before the client has read it (RFC 9112 section 9.6).
void Session::linger() {
  if (phase_ != Phase::lingering) {
    error_code ignored;
    socket_.shutdown(Tcp::socket::shutdown_send, ignored);
    phase_ = Phase::lingering;
    deadline_ = Clock::now() + linger_time;
    buffer_.resize(head_read_bytes);
  }
  socket_.async_read_some(asio::buffer(buffer_), [this](const error_code& error, std::size_t) {
    if (error) return end();
    linger();
  });
}

}  // namespace

struct Server::Impl {
  Impl(ServerOptions options, AsyncHandler handler) {
    shared.options = std::move(options);
    shared.handler = std::move(handler);
    shared.on_end = [this](Session* session) { remove(session); };
    pool.emplace(std::max<std::size_t>(shared.options.threads, 1));
    shared.pool = &*pool;
  }

  Status open();
  void accept();
  void on_accept(Socket socket);
  void tick();
  void arm_tick();
  void remove(Session* session);
  void begin_drain();
  void finish_if_drained();

  std::shared_ptr<Shared> shared_owner = std::make_shared<Shared>();
  Shared& shared = *shared_owner;
  Acceptor acceptor{shared.io};
  asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, asio::io_context::executor_type>
      timer{shared.io};
  std::uint16_t port = 0;
  bool tick_armed = false;
  bool accept_paused = false;  // out of descriptors; the tick tries again
  Clock::time_point drain_deadline = Clock::time_point::max();
  asio::executor_work_guard<asio::io_context::executor_type> work{shared.io.get_executor()};
  std::optional<asio::thread_pool> pool;  // last, so that its threads end before what they use
};

Status Server::Impl::open() {
  error_code error;
  const auto address = asio::ip::make_address(shared.options.address, error);
  if (error) {
    return Error{Errc::invalid_argument, "listen address: \"" + shared.options.address +
                                             "\" is not a numeric IPv4 or IPv6 address"};
  }
  const Tcp::endpoint endpoint(address, shared.options.port);
  try {
    acceptor.open(endpoint.protocol());
    acceptor.set_option(Tcp::acceptor::reuse_address(true));
    acceptor.bind(endpoint);
    acceptor.listen();
    port = acceptor.local_endpoint().port();
  } catch (const boost::system::system_error& failure) {
    return Error{Errc::unavailable, "cannot listen on " + shared.options.address + " port " +
                                        std::to_string(shared.options.port) + ": " +
                                        failure.code().message()};
  }
  return ok();
}

void Server::Impl::accept() {
  acceptor.async_accept([this](const error_code& error, Socket socket) {
    if (shared.stopping) return;
    if (!error) on_accept(std::move(socket));
    accept_paused = error && error != asio::error::connection_aborted;
    if (accept_paused) return arm_tick();
    accept();
  });
}

void Server::Impl::on_accept(Socket socket) {
  const std::size_t served = shared.sessions.size() - shared.refused_connections;
  const bool full = served >= shared.options.connections_max;
  if (full && shared.refused_connections >= refused_connections_max) return;  // closes
  auto session = std::make_unique<Session>(shared, std::move(socket));
  Session& started = *session;
  shared.sessions.emplace(&started, std::move(session));
  arm_tick();
  full ? started.refuse_connection() : started.start();
}

void Server::Impl::arm_tick() {
  if (tick_armed) return;
  tick_armed = true;
  timer.expires_after(tick_period);
  timer.async_wait([this](const error_code& error) {
    tick_armed = false;
    if (!error) tick();
  });
}

void Server::Impl::tick() {
  const auto now = Clock::now();
  for (const auto& [key, session] : shared.sessions) session->close_if_late(now);
  if (now >= drain_deadline) return shared.io.stop();
  if (std::exchange(accept_paused, false)) accept();
  if (!shared.sessions.empty() || shared.stopping) arm_tick();
}

void Server::Impl::remove(Session* session) {
  shared.sessions.erase(session);
  finish_if_drained();
}

void Server::Impl::begin_drain() {
  if (std::exchange(shared.stopping, true)) return;
  error_code ignored;
  acceptor.close(ignored);
  drain_deadline = Clock::now() + milliseconds(shared.options.drain_timeout_ms);
  for (const auto& [key, session] : shared.sessions) session->begin_drain();
  arm_tick();
  finish_if_drained();
}

void Server::Impl::finish_if_drained() {
  if (shared.stopping && shared.sessions.empty()) shared.io.stop();
}

Result<std::unique_ptr<Server>> Server::listen(ServerOptions options, Handler handler) {
  return listen(std::move(options),
                AsyncHandler([handler = std::move(handler)](Request request, Responder respond) {
                  respond(handler(std::move(request)));
                }));
}

Result<std::unique_ptr<Server>> Server::listen(ServerOptions options, AsyncHandler handler) {
  auto impl = std::make_unique<Impl>(std::move(options), std::move(handler));
  TRY(impl->open());
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

std::uint16_t Server::port() const {
  return impl_->port;
}

void Server::run() {
  impl_->accept();
  impl_->shared.io.run();
  for (const auto& [key, session] : impl_->shared.sessions) session->close();
}

void Server::stop() {
  asio::post(impl_->shared.io, [impl = impl_.get()] { impl->begin_drain(); });
}

}  // namespace kensho
