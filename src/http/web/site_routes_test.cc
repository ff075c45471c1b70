#include "http/web/site_routes.h"

#include <doctest/doctest.h>

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

}  // namespace
}  // namespace kensho::web
