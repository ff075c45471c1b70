#include "wiring/database_file.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/file.h"
#include "base/json_read.h"
#include "base/toml.h"

namespace kensho::wiring {
namespace {

namespace fs = std::filesystem;

fs::path file_in(const fs::path& root) {
  return root / "database.toml";
}

/// What may stand in a URL, and so needs no escape between quotes.
bool is_url_character(char letter) {
  return letter > ' ' && letter < 0x7F && letter != '"' && letter != '\\';
}

}  // namespace

bool has_database(const fs::path& root) {
  return fs::exists(file_in(root));
}

Status write_new_database(const fs::path& root, const DatabaseChoice& choice) {
  if (!std::ranges::all_of(choice.url, is_url_character)) {
    return Error{Errc::invalid_argument,
                 "the database's URL holds a space, a quote, a backslash or another character that "
                 "must be percent-encoded in a URL"};
  }
  return write_file_durably(
      file_in(root),
      fmt::format("# Where this registry's journal is. May hold a password: keep it to yourself.\n"
                  "url = \"{}\"\nregistry = \"{}\"\naccept_data_loss = {}\n",
                  choice.url, new_registry_number(), choice.accept_data_loss),
      FileReaders::owner_only);
}

Result<PostgresLocation> read_database(const fs::path& root) {
  const std::string name = file_in(root).string();
  const std::string text = TRY(read_file(file_in(root)));
  const Json document = TRY(parse_toml(text, name));
  const JsonReader reader(document, name);
  TRY(reader.only({"url", "registry", "accept_data_loss"}));
  PostgresLocation location;
  location.url = TRY(reader.text("url"));
  const std::string number = TRY(reader.text("registry"));
  const char* const end = number.data() + number.size();
  const auto [stop, problem] = std::from_chars(number.data(), end, location.registry);
  if (problem != std::errc() || stop != end || location.registry <= 0) {
    return reader.fail_at("registry", "must be the number that kensho init gave the registry");
  }
  const bool waived = TRY(reader.flag_or("accept_data_loss", false));
  if (waived) location.durability = postgres::Durability::waived;
  return location;
}

}  // namespace kensho::wiring
