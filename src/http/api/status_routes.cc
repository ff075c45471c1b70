#include "http/api/status_routes.h"

#include "base/encoding.h"
#include "base/file.h"
#include "base/json_read.h"
#include "base/version.h"
#include "ledger/checkpoint.h"

namespace kensho::api {
namespace {

Result<Json> log_json(const ledger::LogDirectory& log) {
  const std::string text = TRY(log.read_checkpoint());
  const ledger::UnverifiedNote note = TRY(ledger::parse_note(text));
  const ledger::Checkpoint checkpoint = TRY(ledger::parse_checkpoint(note.text));
  return Json::object()
      .set("origin", checkpoint.origin)
      .set("size", checkpoint.tree.size)
      .set("root", hex_encode(checkpoint.tree.root));
}

Result<Json> site_json(const std::filesystem::path& site) {
  const std::string text = TRY(read_file(site / "manifest.json"));
  const Json manifest = TRY(parse_json(text));
  const JsonReader reader(manifest, "manifest.json");
  const JsonReader checkpoint = TRY(reader.object("checkpoint"));
  return Json::object()
      .set("registry", TRY(reader.text("registry")))
      .set("simulated", TRY(reader.flag("simulated")))
      .set("checkpoint_size", TRY(checkpoint.integer("size")))
      .set("files", std::uint64_t{TRY(reader.objects("files")).size()});
}

Json value_or_null(Result<Json> value) {
  return value ? std::move(value).value() : Json(nullptr);
}

Result<Response> status(const ledger::LogDirectory& log, const std::filesystem::path& site) {
  const Json document = Json::object()
                            .set("version", program_version)
                            .set("log", value_or_null(log_json(log)))
                            .set("site", value_or_null(site_json(site)));
  Response response = respond(200, "application/json", to_json_pretty(document));
  response.headers.push_back({"Cache-Control", "no-cache"});
  return response;
}

Result<Response> health(const Request&) {
  return respond(200, "text/plain; charset=utf-8", "ok\n");
}

}  // namespace

std::vector<Route> status_routes(const ledger::LogDirectory& log,
                                 const std::filesystem::path& site) {
  return {{Method::get, "/healthz", health, "Answers while the server lives"},
          {Method::get, "/api/v1/status", [log, site](const Request&) { return status(log, site); },
           "Version, log checkpoint and published site"}};
}

}  // namespace kensho::api
