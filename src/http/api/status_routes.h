#pragma once

#include <filesystem>

#include "http/router.h"
#include "ledger/log_directory.h"

namespace kensho::api {

/// Whether the server lives (/healthz) and what it serves (/api/v1/status): version, the log's
/// checkpoint, the published site. Made from the public files alone.
std::vector<Route> status_routes(const ledger::LogDirectory& log,
                                 const std::filesystem::path& site);

}  // namespace kensho::api
