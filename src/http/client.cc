#include "http/client.h"

#include <memory>

#include <curl/curl.h>
#include <fmt/format.h>

#include "base/version.h"

namespace kensho {
namespace {

struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Handle = std::unique_ptr<CURL, FreeHandle>;

struct Received {
  std::string body;
  std::size_t bytes_max = 0;
  bool too_long = false;
};

// Called by libcurl with each piece of the body; anything but `count` ends the transfer.
std::size_t take_piece(char* bytes, std::size_t, std::size_t count, void* target) {
  auto& received = *static_cast<Received*>(target);
  received.too_long = received.body.size() + count > received.bytes_max;
  if (received.too_long) return 0;
  received.body.append(bytes, count);
  return count;
}

std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
  const std::string copy(text);
  curl_free(text);
  return copy;
}

// The host of an http or https URL, for messages.
Result<std::string> host_of(const std::string& url) {
  const std::unique_ptr<CURLU, FreeUrl> parsed(curl_url());
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) == CURLUE_OK) {
    const std::string scheme = part_of(parsed.get(), CURLUPART_SCHEME);
    if (scheme == "http" || scheme == "https") return part_of(parsed.get(), CURLUPART_HOST);
  }
  return Error{Errc::invalid_argument,
               fmt::format("'{}' is not an http or https URL; write one such as "
                           "https://witness.example/",
                           url)};
}

void set_limits(CURL* handle, const ClientLimits& limits) {
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect_timeout_ms));
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(limits.timeout_ms));
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);  // signals and threads do not go together
  curl_easy_setopt(handle, CURLOPT_USERAGENT, fmt::format("kensho/{}", program_version).c_str());
}

Result<ClientResponse> perform(CURL* handle, const std::string& url, const ClientLimits& limits) {
  const std::string host = TRY(host_of(url));
  Received received{{}, limits.body_bytes_max, false};
  set_limits(handle, limits);
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_piece);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &received);
  const CURLcode code = curl_easy_perform(handle);
  if (code != CURLE_OK) {
    const std::string why =
        received.too_long ? fmt::format("the answer is longer than {} bytes", limits.body_bytes_max)
                          : curl_easy_strerror(code);
    return Error{Errc::unavailable, fmt::format("{}: {}", host, why)};
  }
  long status = 0;
  char* type = nullptr;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(handle, CURLINFO_CONTENT_TYPE, &type);
  return ClientResponse{static_cast<int>(status), type == nullptr ? "" : type,
                        std::move(received.body)};
}

Handle new_handle() {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);  // once, thread safe
  ENSURE(ready == CURLE_OK);
  Handle handle(curl_easy_init());
  ENSURE(handle != nullptr);
  return handle;
}

}  // namespace

Result<ClientResponse> http_get(const std::string& url, const ClientLimits& limits) {
  const Handle handle = new_handle();
  return perform(handle.get(), url, limits);
}

Result<ClientResponse> http_post(const std::string& url, const std::string& body,
                                 const ClientLimits& limits) {
  const Handle handle = new_handle();
  // No "Expect: 100-continue": it costs a round trip and what we send is small.
  std::unique_ptr<curl_slist, FreeList> headers(curl_slist_append(nullptr, "Expect:"));
  headers.reset(curl_slist_append(headers.release(), "Content-Type: text/plain; charset=utf-8"));
  curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDS, body.c_str());
  return perform(handle.get(), url, limits);
}

}  // namespace kensho
