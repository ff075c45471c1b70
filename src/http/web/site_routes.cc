#include "http/web/site_routes.h"

#include <charconv>

#include "base/file.h"
#include "http/static_files.h"

namespace kensho::web {
namespace {

/// The weight of a language range's parameters (";q=0.8"), 1 without them.
double weight_of(std::string_view parameters) {
  const std::size_t at = parameters.find("q=");
  if (at == parameters.npos) return 1;
  double weight = 0;
  std::from_chars(parameters.data() + at + 2, parameters.data() + parameters.size(), weight);
  return weight;
}

/// A study report is one file that needs no other: its style stands inside it. Scripts stay barred.
constexpr const char* report_policy =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

/// The page that checks receipts computes in the browser, and may neither load nor send anything.
constexpr const char* receipt_check_policy =
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A page that carries its style or script inside, with the policy that allows just that.
Result<Response> with_policy(const StaticFiles& files, const Request& request, const char* policy) {
  Response response = TRY(files(request));
  response.headers.push_back({"Content-Security-Policy", policy});
  return response;
}

/// The language of an address of the site, else the one the browser asks for.
std::string language_of(const Request& request) {
  if (request.raw_path.starts_with("/ja/")) return "ja";
  if (request.raw_path.starts_with("/en/")) return "en";
  return std::string(preferred_language(request.header("accept-language").value_or("")));
}

/// The site's own page for a missing one, in the reader's language. A program that asks under /api
/// or /log is answered as programs are.
Result<Response> not_found(const std::filesystem::path& site, const Request& request, Error error) {
  if (request.raw_path.starts_with("/api/") || request.raw_path.starts_with("/log/")) return error;
  auto page = read_file(site / language_of(request) / "not-found.html");
  if (!page) return error;
  return respond(404, "text/html; charset=utf-8", std::move(*page));
}

Result<Response> file_or_not_found(const StaticFiles& files, const std::filesystem::path& site,
                                   const Request& request) {
  auto response = files(request);
  if (response || response.error().code != Errc::not_found) return response;
  return not_found(site, request, response.error());
}

Result<Response> lead_to_language(const Request& request) {
  const std::string_view asked = request.header("accept-language").value_or("");
  Response response = redirect(302, "/" + std::string(preferred_language(asked)) + "/");
  response.headers.push_back({"Vary", "Accept-Language"});
  return response;
}

}  // namespace

std::string_view preferred_language(std::string_view accept_language) {
  double japanese = 0, english = 0;
  while (!accept_language.empty()) {
    const std::size_t end = std::min(accept_language.find(','), accept_language.size());
    std::string_view range = accept_language.substr(0, end);
    accept_language.remove_prefix(std::min(end + 1, accept_language.size()));
    while (range.starts_with(' ')) range.remove_prefix(1);
    const double weight = weight_of(range);
    if (range.starts_with("ja")) japanese = std::max(japanese, weight);
    if (range.starts_with("en")) english = std::max(english, weight);
  }
  return english > japanese ? "en" : "ja";
}

Result<std::vector<Route>> site_routes(const std::filesystem::path& site) {
  const StaticFiles files = TRY(StaticFiles::make({.root = site.string(), .mount = "/"}));
  return std::vector<Route>{
      {Method::get, "/", lead_to_language, "The site in the language the browser asks for"},
      {Method::get, "/{language}/reports/{file}",
       [files](const Request& request) { return with_policy(files, request, report_policy); },
       "The report of a study, in one file"},
      {Method::get, "/verify-receipt.html",
       [files](const Request& request) {
         return with_policy(files, request, receipt_check_policy);
       },
       "The page that checks receipts, in both languages"},
      {Method::get, "/{path...}",
       [files, site](const Request& request) { return file_or_not_found(files, site, request); },
       "A page of the published site"}};
}

}  // namespace kensho::web
