#include "http/message.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace kensho {
namespace {

const NamedValue* find_named(const std::vector<NamedValue>& values, std::string_view name) {
  const auto found = std::ranges::find(values, name, &NamedValue::name);
  return found == values.end() ? nullptr : &*found;
}

}  // namespace

std::string_view method_name(Method method) {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::head:
      return "HEAD";
    case Method::post:
      return "POST";
    case Method::put:
      return "PUT";
    case Method::patch:
      return "PATCH";
    case Method::del:
      return "DELETE";
    case Method::options:
      return "OPTIONS";
  }
  ENSURE(false);
}

std::optional<std::string_view> Request::header(std::string_view lower_case_name) const {
  const NamedValue* found = find_named(headers, lower_case_name);
  if (found == nullptr) return std::nullopt;
  return found->value;
}

const std::string& Request::path_text(std::string_view name) const {
  const NamedValue* found = find_named(path_values, name);
  ENSURE(found != nullptr);
  return found->value;
}

Result<std::int64_t> Request::path_int(std::string_view name) const {
  const std::string& text = path_text(name);
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stopped != end) {
    return Error{Errc::invalid_argument,
                 fmt::format("path value \"{}\" is not a whole number", name)};
  }
  return number;
}

Result<std::string> Request::query_text(std::string_view name) const {
  const auto count = std::ranges::count(query, name, &NamedValue::name);
  if (count == 0)
    return Error{Errc::invalid_argument, fmt::format("query parameter \"{}\" is missing", name)};
  if (count > 1) {
    return Error{
        Errc::invalid_argument,
        fmt::format("query parameter \"{}\" is given {} times, once is allowed", name, count)};
  }
  return find_named(query, name)->value;
}

Response respond(int status, std::string content_type, std::string body) {
  Response response;
  response.status = status;
  response.content_type = std::move(content_type);
  response.body = std::move(body);
  return response;
}

Response redirect(int status, std::string location) {
  Response response;
  response.status = status;
  response.headers.push_back({"Location", std::move(location)});
  return response;
}

}  // namespace kensho
