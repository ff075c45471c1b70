#include "http/api/log_routes.h"

#include "ledger/tile_path.h"

namespace kensho::api {
namespace {

constexpr const char* for_ever = "public, max-age=31536000, immutable";

Response bytes_response(const Bytes& bytes) {
  Response response = respond(200, "application/octet-stream", std::string(as_text(bytes)));
  response.headers.push_back({"Cache-Control", for_ever});  // a tile never changes
  return response;
}

Result<Response> checkpoint(const ledger::LogDirectory& log) {
  Response response = respond(200, "text/plain; charset=utf-8", TRY(log.read_checkpoint()));
  response.headers.push_back({"Cache-Control", "no-cache"});
  return response;
}

Result<Response> tile(const ledger::LogDirectory& log, const std::string& path) {
  const ledger::TileResource resource = TRY(ledger::parse_tile_path("tile/" + path));
  if (const auto* tile = std::get_if<ledger::TileId>(&resource)) {
    return bytes_response(TRY(log.read_tile(*tile)));
  }
  return bytes_response(TRY(log.read_bundle(std::get<ledger::BundleId>(resource))));
}

}  // namespace

std::vector<Route> log_routes(const ledger::LogDirectory& log) {
  return {{Method::get, "/log/checkpoint", [log](const Request&) { return checkpoint(log); },
           "The newest signed checkpoint"},
          {Method::get, "/log/tile/{path...}",
           [log](const Request& request) { return tile(log, request.path_text("path")); },
           "A hash tile or an entry bundle"}};
}

}  // namespace kensho::api
