#include "wiring/shown_log.h"

#include <filesystem>

#include <fmt/format.h>

#include "base/file.h"
#include "http/client.h"
#include "ledger/log_directory.h"
#include "ledger/signed_note.h"

namespace kensho::wiring {
namespace {

namespace fs = std::filesystem;

bool is_url(std::string_view place) {
  return place.starts_with("http://") || place.starts_with("https://");
}

Result<std::string> fetch(const std::string& url, std::size_t bytes_max) {
  ClientResponse response = TRY(http_get(url, {.body_bytes_max = bytes_max}));
  if (response.status == 200) return std::move(response.body);
  return Error{response.status == 404 ? Errc::not_found : Errc::unavailable,
               fmt::format("{}: status {}", url, response.status)};
}

Result<Bytes> fetch_tile(const std::string& log_url, ledger::TileId tile) {
  constexpr std::size_t bytes_max = ledger::tile_width * sizeof(Hash);
  const std::uint32_t wanted_width = tile.width;
  auto text = fetch(log_url + "/" + path_of(tile), bytes_max);
  if (!text && text.error().code == Errc::not_found) {  // a log may keep the full tile alone
    tile.width = ledger::tile_width;
    text = fetch(log_url + "/" + path_of(tile), bytes_max);
  }
  if (!text) return text.error();
  const ByteView bytes = as_bytes(*text);
  TRY(parse_tile(tile, bytes));
  return Bytes(bytes.begin(), bytes.begin() + wanted_width * sizeof(Hash));
}

Result<app::ShownLog> show_url(std::string url) {
  constexpr std::string_view checkpoint = "/checkpoint";
  if (url.ends_with(checkpoint)) url.resize(url.size() - checkpoint.size());
  if (url.ends_with('/')) url.pop_back();
  std::string note = TRY(fetch(url + std::string(checkpoint), ledger::max_note_bytes));
  return app::ShownLog{url, std::move(note),
                       [url](const ledger::TileId& tile) { return fetch_tile(url, tile); }};
}

Result<app::ShownLog> show_folder(const fs::path& folder) {
  const ledger::LogDirectory log(fs::exists(folder / "log") ? folder / "log" : folder);
  app::ShownLog shown{log.root().string(), TRY(log.read_checkpoint()), {}};
  if (fs::exists(log.file("tile")))
    shown.tiles = [log](const ledger::TileId& tile) { return log.read_tile(tile); };
  return shown;
}

}  // namespace

Result<app::ShownLog> show_log(const std::string& place) {
  if (is_url(place)) return show_url(place);
  if (fs::is_directory(place)) return show_folder(place);
  return app::ShownLog{place, TRY(read_file(place, ledger::max_note_bytes)), {}};
}

app::SendToWitness send_over_http() {
  return [](const std::string& url, const std::string& body) -> Result<app::WitnessReply> {
    ClientResponse response = TRY(http_post(url, body));
    return app::WitnessReply{response.status, std::move(response.body)};
  };
}

}  // namespace kensho::wiring
