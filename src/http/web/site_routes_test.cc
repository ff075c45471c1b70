#include "http/web/site_routes.h"

#include <filesystem>

#include <doctest/doctest.h>

#include "base/file.h"

namespace kensho::web {
namespace {

TEST_CASE("the browser's language is followed, Japanese where it asks for neither") {
  const struct {
    const char* asked;
    const char* language;
  } rows[] = {{"", "ja"},
              {"ja", "ja"},
              {"en-GB,en;q=0.9,ja;q=0.8", "en"},
              {"fr-FR, ja;q=0.7, en;q=0.3", "ja"},
              {"de", "ja"},
              {"en;q=broken", "ja"}};
  for (const auto& row : rows) {
    CAPTURE(row.asked);
    CHECK(preferred_language(row.asked) == row.language);
  }
}

Response answer(const std::filesystem::path& site, const std::string& path,
                const std::string& language) {
  const auto routes = site_routes(site);
  Request request{.raw_path = path, .segments = {path.substr(1)}};
  request.headers.push_back({"accept-language", language});
  auto response = routes.value().back().handler(request);
  return response ? std::move(response).value()
                  : Response{.status = 0, .body = response.error().message};
}

TEST_CASE("a missing page is answered by the site's own page in the reader's language") {
  const auto site = std::filesystem::temp_directory_path() / "kensho_site_routes_test";
  std::filesystem::create_directories(site / "ja");
  std::filesystem::create_directories(site / "en");
  REQUIRE(write_file_durably(site / "ja" / "not-found.html", "ない"));
  REQUIRE(write_file_durably(site / "en" / "not-found.html", "none"));

  CHECK(answer(site, "/nowhere", "en").status == 404);
  CHECK(answer(site, "/nowhere", "en").body == "none");
  CHECK(answer(site, "/nowhere", "fr").body == "ない");
  CHECK(answer(site, "/en/nowhere", "ja").body == "none");
  CHECK(answer(site, "/api/v1/nowhere", "en").status == 0);

  std::filesystem::remove_all(site);
}

}  // namespace
}  // namespace kensho::web
