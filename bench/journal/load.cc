// The closed loop: one thread, epoll, as little work a request as can be.
#include <cerrno>
#include <charconv>
#include <functional>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/json_read.h"
#include "base/random_bytes.h"
#include "journal/receipt.h"
#include "measures.h"

namespace kensho::bench {
namespace {

constexpr std::size_t kept_every = 1000;

/// What a kind of load asks and what it expects.
struct Script {
  std::function<void(std::string& request)> write_request;
  std::string_view status_line;
  std::vector<std::string> kept;  // contents of some answers
};

struct Connection {
  int socket = -1;
  std::string request;
  std::string received;
  SteadyClock::time_point sent;
};

/// The length of the whole answer at the front of `received`; 0 while it is not known.
std::size_t answer_bytes(std::string_view received, std::size_t& head_bytes) {
  static constexpr std::string_view field = "\r\nContent-Length: ";
  const std::size_t end = received.find("\r\n\r\n");
  if (end == received.npos) return 0;
  head_bytes = end + 4;
  const std::size_t at = received.find(field);
  std::size_t content = 0;
  if (at < end)
    std::from_chars(received.data() + at + field.size(), received.data() + end, content);
  return head_bytes + content;
}

class Loop {
 public:
  Loop(const Load& load, Script& script) : load_(load), script_(script) {}

  Result<Rate> run() {
    TRY(open());
    begin_ = SteadyClock::now() + load_.warm_up;
    end_ = begin_ + load_.time;
    for (Connection& connection : connections_) TRY(ask(connection));
    while (SteadyClock::now() < end_) TRY(wait());
    rate_.seconds = std::chrono::duration<double>(load_.time).count();
    for (const Connection& connection : connections_) ::close(connection.socket);
    ::close(epoll_);
    return std::move(rate_);
  }

 private:
  static Error failed(std::string_view what) { return {Errc::unavailable, std::string(what)}; }

  Status open() {
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    connections_.resize(load_.connections);
    for (std::size_t i = 0; i < connections_.size(); ++i) {
      const int handle = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      sockaddr_in address = {};
      address.sin_family = AF_INET;
      address.sin_port = htons(load_.port);
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      if (::connect(handle, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return failed("cannot connect to the server");
      const int on = 1;
      ::setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      connections_[i].socket = handle;
      epoll_event event = {.events = EPOLLIN, .data = {.u64 = i}};
      if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, handle, &event) != 0) return failed("epoll_ctl");
    }
    return ok();
  }

  Status ask(Connection& connection) {
    script_.write_request(connection.request);
    connection.received.clear();
    connection.sent = SteadyClock::now();
    const std::string& text = connection.request;
    const ssize_t count = ::send(connection.socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (count != static_cast<ssize_t>(text.size())) return failed("the server took half a request");
    return ok();
  }

  Status wait() {
    std::array<epoll_event, 64> events;
    const int count = ::epoll_wait(epoll_, events.data(), events.size(), 100);
    for (int i = 0; i < count; ++i)
      TRY(receive(connections_[events[static_cast<std::size_t>(i)].data.u64]));
    return ok();
  }

  Status receive(Connection& connection) {
    std::array<char, 16'384> bytes;
    const ssize_t count = ::recv(connection.socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return ok();
    if (count <= 0) return failed("the server closed a connection");
    connection.received.append(bytes.data(), static_cast<std::size_t>(count));
    std::size_t head_bytes = 0;
    const std::size_t whole = answer_bytes(connection.received, head_bytes);
    if (whole == 0 || connection.received.size() < whole) return ok();
    return take(connection, head_bytes);
  }

  Status take(Connection& connection, std::size_t head_bytes) {
    const auto now = SteadyClock::now();
    const std::string_view answer = connection.received;
    if (!answer.starts_with(script_.status_line))
      return failed(fmt::format("an answer was not as expected: {}", answer.substr(0, 2000)));
    if (now >= begin_ && now < end_) {
      rate_.durations_ns.push_back((now - connection.sent).count());
      if (rate_.durations_ns.size() % kept_every == 1)
        script_.kept.emplace_back(answer.substr(head_bytes));
    }
    return ask(connection);
  }

  const Load& load_;
  Script& script_;
  int epoll_ = -1;
  std::vector<Connection> connections_;
  SteadyClock::time_point begin_, end_;
  Rate rate_;
};

/// A registration with a baseline, a treatment and two assessments.
std::string case_body(const std::string& participant) {
  return fmt::format(
      R"({{"therapy":"allogeneic-bmt","institution":"osu","participant":"{}","registers":true,)"
      R"("baseline":{{"age_years":"41","sex":"female"}},)"
      R"("treatment":{{"number":"1","date":"2026-01-05"}},)"
      R"("assessments":[{{"variable":"score_before","value":"45.50","date":"2026-01-04"}},)"
      R"({{"variable":"score_after","value":"61.25","date":"2026-04-05"}}],)"
      R"("last_contact":{{"date":"2026-04-05"}}}})",
      participant);
}

/// 122 random bits in the form of a UUID; which run they are of does not repeat either.
std::string random_id(Rng& rng) {
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:08x}{:04x}", rng.bits(), rng.bits() & 0xffff,
                     rng.bits() & 0xfff, rng.bits() & 0xffff, rng.bits(), rng.bits() & 0xffff);
}

Status verify_receipts(const std::vector<std::string>& answers, const std::string& log_key) {
  const ledger::NoteKey key = TRY(ledger::NoteKey::parse(log_key));
  for (const std::string& answer : answers) {
    const Json document = TRY(parse_json(answer));
    const JsonReader reader(document, "answer");
    const std::string receipt = TRY(reader.text("receipt"));
    TRY(journal::verify_receipt(receipt, journal::trust_in(key)));
  }
  return ok();
}

}  // namespace

Result<Rate> measure_cases(const Load& load, const std::string& token, const std::string& log_key) {
  const Bytes seed = random_bytes(8);  // two runs on one registry must not repeat a participant
  std::uint64_t number = 0;
  for (const std::uint8_t byte : seed) number = number << 8 | byte;
  Rng rng(number, 1);
  Script script{.write_request =
                    [&](std::string& request) {
                      const std::string body = case_body(random_id(rng));
                      request = fmt::format(
                          "POST /api/v1/cases HTTP/1.1\r\nHost: localhost\r\n"
                          "Authorization: Bearer {}\r\nIdempotency-Key: {}\r\n"
                          "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
                          token, random_id(rng), body.size(), body);
                    },
                .status_line = "HTTP/1.1 201 "};
  Rate rate = TRY(Loop(load, script).run());
  TRY(verify_receipts(script.kept, log_key));
  return rate;
}

Result<Rate> measure_served_proofs(const Load& load, std::uint64_t entries) {
  Rng rng(20261122, 3);
  Script script{.write_request =
                    [&](std::string& request) {
                      request =
                          fmt::format("GET /api/v1/proofs/{} HTTP/1.1\r\nHost: localhost\r\n\r\n",
                                      rng.bits() % entries);
                    },
                .status_line = "HTTP/1.1 200 "};
  return Loop(load, script).run();
}

}  // namespace kensho::bench
