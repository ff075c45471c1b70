#pragma once

#include <filesystem>

#include "base/result.h"
#include "http/router.h"

namespace kensho::web {

/// The published site: "/" leads to the language the browser asks for, everything below is files.
/// Errors: invalid_argument: the folder does not exist.
Result<std::vector<Route>> site_routes(const std::filesystem::path& site);

/// The language of an Accept-Language header: "ja" or "en". Japanese where neither is asked for.
std::string_view preferred_language(std::string_view accept_language);

}  // namespace kensho::web
