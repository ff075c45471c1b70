// Beast's incremental parser asserts (debug builds only) when the final chunk of a body arrives in
// pieces of one byte, which is harmless: its checks are off here, ours stay on.
#define BOOST_DISABLE_ASSERTS

#include "http/request_parser.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "http/target.h"

namespace kensho {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

std::optional<Method> known_method(http::verb verb) {
  switch (verb) {
    case http::verb::get:
      return Method::get;
    case http::verb::head:
      return Method::head;
    case http::verb::post:
      return Method::post;
    case http::verb::put:
      return Method::put;
    case http::verb::patch:
      return Method::patch;
    case http::verb::delete_:
      return Method::del;
    case http::verb::options:
      return Method::options;
    default:
      return std::nullopt;  // a foreign enum with thirty more
  }
}

Refusal refusal_of(const beast::error_code& error) {
  if (error == http::error::header_limit) return {431, "the request header is too large"};
  if (error == http::error::body_limit) return {413, "the request body is too large"};
  if (error == http::error::bad_version)
    return {505, "the request line must end with HTTP/1.0 or HTTP/1.1 and CR LF"};
  return {400, "malformed request: " + error.message()};
}

// Host goes into no path and no page here, but a wrong one is a sign of request smuggling.
bool is_host(std::string_view host) {
  static constexpr std::string_view marks = "-._~%!$&'()*+,;=:[]";  // RFC 3986 section 3.2
  return std::ranges::all_of(host, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           marks.find(c) != std::string_view::npos;
  });
}

std::string lower_case(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lowered;
}

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

struct RequestParser::Impl {
  explicit Impl(RequestLimits given) : limits(given) {
    parser.header_limit(static_cast<std::uint32_t>(given.header_bytes_max));
    parser.body_limit(given.body_bytes_max);
  }

  State refuse(int status, std::string detail) {
    refusal = {status, std::move(detail)};
    return State::refused;
  }

  // The library forgets what it has consumed when it counts a header that arrives line by line.
  bool header_too_large(std::size_t pending_bytes) const {
    return header_bytes + pending_bytes > limits.header_bytes_max;
  }

  std::optional<Refusal> accept_head();
  std::optional<Refusal> fault_of_host() const;
  std::optional<Refusal> fault_of_framing() const;

  RequestLimits limits;
  http::request_parser<http::string_body> parser;
  std::size_t header_bytes = 0;
  bool started = false;
  bool head_accepted = false;
  bool expects_continue = false;
  bool keep_alive = false;
  Request request;
  Refusal refusal;
};

std::optional<Refusal> RequestParser::Impl::fault_of_host() const {
  const auto [first, last] = parser.get().equal_range(http::field::host);
  const auto count = std::distance(first, last);
  if (count > 1) return Refusal{400, "more than one Host header"};
  if (count == 0 && parser.get().version() >= 11) return Refusal{400, "no Host header"};
  if (count == 1 && !is_host(view(first->value()))) return Refusal{400, "malformed Host header"};
  return std::nullopt;
}

std::optional<Refusal> RequestParser::Impl::fault_of_framing() const {
  const auto [first, last] = parser.get().equal_range(http::field::transfer_encoding);
  if (first == last) return std::nullopt;
  if (parser.get().version() < 11) return Refusal{400, "Transfer-Encoding needs HTTP/1.1"};
  if (std::distance(first, last) > 1 || lower_case(view(first->value())) != "chunked")
    return Refusal{501, "the only transfer coding is chunked"};
  return std::nullopt;
}

// Everything is copied here, before the body: trailer fields join the library's header list later.
std::optional<Refusal> RequestParser::Impl::accept_head() {
  const auto& message = parser.get();
  if (auto fault = fault_of_framing()) return fault;
  if (auto fault = fault_of_host()) return fault;
  const auto method = known_method(message.method());
  if (!method) return Refusal{501, "the method is not implemented"};
  auto target = parse_target(view(message.target()));
  if (!target) return Refusal{400, std::move(target).error().message};

  request.method = *method;
  request.raw_path = std::move(target->raw_path);
  request.raw_query = std::move(target->raw_query);
  request.segments = std::move(target->segments);
  request.query = std::move(target->query);
  for (const auto& field : message) {
    request.headers.push_back(
        {lower_case(view(field.name_string())), std::string(view(field.value()))});
  }
  keep_alive = message.keep_alive();
  if (const auto expected = request.header("expect")) {
    if (lower_case(*expected) != "100-continue") return Refusal{417, "unknown expectation"};
    expects_continue = message.version() >= 11;  // a 1.0 client does not know the interim answer
  }
  head_accepted = true;
  return std::nullopt;
}

RequestParser::RequestParser(RequestLimits limits) : impl_(std::make_unique<Impl>(limits)) {}
RequestParser::RequestParser(RequestParser&&) noexcept = default;
RequestParser& RequestParser::operator=(RequestParser&&) noexcept = default;
RequestParser::~RequestParser() = default;

RequestParser::State RequestParser::feed(std::string& bytes) {
  Impl& self = *impl_;
  // RFC 9112 section 2.2: empty lines before the request line are to be ignored.
  for (; !self.started && bytes.starts_with("\r\n"); self.header_bytes += 2) bytes.erase(0, 2);
  while (!self.parser.is_done() && !bytes.empty()) {
    if (!self.started && bytes == "\r") break;
    self.started = true;
    beast::error_code error;
    const std::size_t used =
        self.parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
    bytes.erase(0, used);
    if (!self.head_accepted) self.header_bytes += used;
    const bool in_head = !self.parser.is_header_done();
    if (self.header_too_large(in_head ? bytes.size() : 0))
      return self.refuse(431, "the request header is too large");
    if (error == http::error::need_more) {
      // Only a chunk extension or a trailer can make the library ask for more while it takes none.
      if (bytes.size() > self.limits.header_bytes_max)
        return self.refuse(431, "a chunk header or trailer is too large");
      break;
    }
    if (error) return self.refuse(refusal_of(error).status, refusal_of(error).detail);
    if (!in_head && !self.head_accepted) {
      if (auto fault = self.accept_head())
        return self.refuse(fault->status, std::move(fault->detail));
    }
  }
  if (self.parser.is_done()) return State::complete;
  return self.head_accepted ? State::body : State::head;
}

bool RequestParser::expects_continue() const {
  return impl_->expects_continue;
}
bool RequestParser::keep_alive() const {
  return impl_->keep_alive;
}
const Refusal& RequestParser::refusal() const {
  return impl_->refusal;
}

Request RequestParser::take() {
  impl_->request.body = std::move(impl_->parser.get().body());
  return std::move(impl_->request);
}

}  // namespace kensho
