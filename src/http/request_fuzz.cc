// HTTP requests: the same bytes mean the same request however the network cuts them, and a request
// that is served holds nothing a handler would have to fear.
#include <algorithm>
#include <memory>

#include "base/testing/fuzz_target.h"
#include "base/utf8.h"
#include "http/request_parser.h"
#include "http/target.h"

namespace kensho {
namespace {

constexpr RequestLimits limits{.header_bytes_max = 2048, .body_bytes_max = 4096};

/// What became of the first request of some bytes.
struct Outcome {
  RequestParser::State state = RequestParser::State::head;
  int status = 0;
  Request request;
  bool keep_alive = false;
  std::string left;
};

/// Feeds `piece_bytes` at a time.
Outcome read(std::string_view input, std::size_t piece_bytes) {
  RequestParser parser(limits);
  Outcome outcome;
  std::string pending;
  using enum RequestParser::State;
  while (!input.empty() && (outcome.state == head || outcome.state == body)) {
    pending += input.substr(0, piece_bytes);
    input.remove_prefix(std::min(piece_bytes, input.size()));
    outcome.state = parser.feed(pending);
  }
  outcome.left = pending + std::string(input);
  if (outcome.state == refused) outcome.status = parser.refusal().status;
  if (outcome.state == complete) {
    outcome.keep_alive = parser.keep_alive();
    outcome.request = parser.take();
  }
  return outcome;
}

void check_request(const Request& request) {
  ENSURE(request.raw_path.starts_with('/'));
  ENSURE(request.body.size() <= limits.body_bytes_max);
  for (const std::string& segment : request.segments) {
    ENSURE(segment != "." && segment != "..");
    ENSURE(segment.find('\0') == segment.npos && !find_invalid_utf8(segment));
  }
  for (const NamedValue& header : request.headers) {
    ENSURE(!header.name.empty());
    ENSURE(header.name.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ \t\r\n:") == header.name.npos);
    ENSURE(header.value.find_first_of("\r\n") == header.value.npos);
  }
  const auto count = [&](std::string_view name) {
    return std::ranges::count(request.headers, name, &NamedValue::name);
  };
  ENSURE(count("host") <= 1 && count("transfer-encoding") <= 1);
  ENSURE(count("content-length") == 0 || count("transfer-encoding") == 0);
}

bool same(const std::vector<NamedValue>& a, const std::vector<NamedValue>& b) {
  return std::ranges::equal(a, b, [](const NamedValue& left, const NamedValue& right) {
    return left.name == right.name && left.value == right.value;
  });
}

KENSHO_FUZZ(http_request) {
  const Outcome whole = read(input, input.size());
  if (whole.state == RequestParser::State::complete) check_request(whole.request);
  ENSURE(whole.state != RequestParser::State::refused || whole.status >= 400);
  for (const std::size_t piece_bytes : {std::size_t{1}, std::size_t{7}}) {
    const Outcome pieces = read(input, piece_bytes);
    // A fault may be seen earlier or later with another cut; a request is served or it is not.
    using enum RequestParser::State;
    ENSURE((pieces.state == complete) == (whole.state == complete));
    if (whole.state != complete) continue;
    ENSURE(pieces.left == whole.left && pieces.keep_alive == whole.keep_alive);
    ENSURE(pieces.request.method == whole.request.method);
    ENSURE(pieces.request.raw_path == whole.request.raw_path);
    ENSURE(pieces.request.raw_query == whole.request.raw_query);
    ENSURE(pieces.request.body == whole.request.body);
    ENSURE(same(pieces.request.headers, whole.request.headers));
  }
}

std::string escaped(std::string_view text) {
  static constexpr char hex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', hex[byte >> 4], hex[byte & 15]};
  }
  return out;
}

KENSHO_FUZZ(http_target) {
  if (const auto form = parse_form(input)) {
    std::string written;
    for (const NamedValue& field : *form)
      written += (written.empty() ? "" : "&") + escaped(field.name) + "=" + escaped(field.value);
    ENSURE(same(parse_form(written).value(), *form));
  }
  const auto target = parse_target(input);
  if (!target) return;
  std::string path, query;
  for (const std::string& segment : target->segments) path += "/" + escaped(segment);
  for (const NamedValue& field : target->query)
    query += (query.empty() ? "?" : "&") + escaped(field.name) + "=" + escaped(field.value);
  const Target again = parse_target(path + query).value();
  ENSURE(again.segments == target->segments);
  ENSURE(same(again.query, target->query));
  const Target raw = parse_target(target->raw_path + "?" + target->raw_query).value();
  ENSURE(raw.segments == target->segments && same(raw.query, target->query));
}

}  // namespace
}  // namespace kensho
