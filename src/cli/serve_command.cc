// serve: the public side of a registry over HTTP. Reads public files only, never the journal.
#include <filesystem>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/serving.h"
#include "cli/session.h"
#include "http/api/log_routes.h"
#include "http/api/status_routes.h"
#include "http/web/site_routes.h"

namespace kensho::cli {
namespace {

namespace fs = std::filesystem;

Result<std::vector<Route>> public_routes(const fs::path& home) {
  if (!fs::exists(home / "site")) {
    return Error{Errc::not_found,
                 fmt::format("{}: no site is published here; run kensho publish {} first",
                             home.string(), home.string())};
  }
  const ledger::LogDirectory log(home / "log");
  std::vector<Route> routes = TRY(web::site_routes(home / "site"));
  for (auto& more : {api::log_routes(log), api::status_routes(log, home / "site")}) {
    routes.insert(routes.end(), more.begin(), more.end());
  }
  return routes;
}

Status serve(const ServeOptions& options) {
  return serve_until_stopped({options.address, options.port}, TRY(public_routes(options.home)),
                             options.home);
}

}  // namespace

int run_serve(const ServeOptions& options) {
  return exit_code_of(serve(options));
}

}  // namespace kensho::cli
