#include "http/response_head.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

#include "http/http_date.h"
#include "http/status.h"

namespace kensho {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, lower, lower);
}

bool is_token_character(char c) {
  static constexpr std::string_view marks = "!#$%&'*+-.^_`|~";  // RFC 9110 section 5.6.2
  return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') ||
         marks.find(c) != std::string_view::npos;
}

bool is_token(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, is_token_character);
}

bool is_field_value(std::string_view value) {
  return std::ranges::none_of(value, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

bool is_reserved(std::string_view name) {
  static constexpr std::array<std::string_view, 5> reserved = {
      "content-length", "content-type", "connection", "transfer-encoding", "date"};
  return std::ranges::any_of(reserved, [&](auto taken) { return same_name(taken, name); });
}

bool brings_own(const Response& response, std::string_view name) {
  return std::ranges::any_of(response.headers,
                             [&](const auto& header) { return same_name(header.name, name); });
}

bool may_have_content(int status) {
  return status != 204 && status != 304;
}

}  // namespace

std::vector<NamedValue> strict_headers() {
  return {
      {"Content-Security-Policy",
       "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
       "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"Permissions-Policy",
       "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
       "magnetometer=(), microphone=(), payment=(), usb=()"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Embedder-Policy", "require-corp"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Cache-Control", "no-store"},
  };
}

bool is_sendable(const Response& response) {
  if (response.status < 200 || response.status > 599) return false;
  if (!is_field_value(response.content_type)) return false;
  return std::ranges::all_of(response.headers, [](const NamedValue& header) {
    return is_token(header.name) && !is_reserved(header.name) && is_field_value(header.value);
  });
}

std::uint64_t content_bytes(const Response& response) {
  if (!may_have_content(response.status)) return 0;
  return response.file ? response.file->size_bytes() : response.body.size();
}

std::string response_head(const Response& response, const HeadContext& context) {
  ENSURE(is_sendable(response));
  std::string head;
  head.reserve(1024);  // the strict headers alone are about 700 bytes
  const auto out = std::back_inserter(head);
  fmt::format_to(out, "HTTP/1.1 {} {}\r\n", response.status, status_reason(response.status));
  if (context.unix_time_s) fmt::format_to(out, "Date: {}\r\n", http_date(*context.unix_time_s));
  fmt::format_to(out, "Connection: {}\r\n", context.keep_alive ? "keep-alive" : "close");
  if (may_have_content(response.status))
    fmt::format_to(out, "Content-Length: {}\r\n", content_bytes(response));
  if (!response.content_type.empty())
    fmt::format_to(out, "Content-Type: {}\r\n", response.content_type);
  for (const NamedValue& header : response.headers)
    fmt::format_to(out, "{}: {}\r\n", header.name, header.value);
  for (const NamedValue& header : context.common_headers) {
    if (!brings_own(response, header.name))
      fmt::format_to(out, "{}: {}\r\n", header.name, header.value);
  }
  head += "\r\n";
  return head;
}

}  // namespace kensho
