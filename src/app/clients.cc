#include "app/clients.h"

#include <algorithm>

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/encoding.h"
#include "base/file.h"
#include "base/json_read.h"
#include "base/random_bytes.h"
#include "domain/identifier.h"

namespace kensho::app {
namespace {

constexpr std::size_t token_bytes = 32;
constexpr std::string_view token_prefix = "kensho_";  // so that one that leaked is recognised

Result<Client> read_client(const JsonReader& reader) {
  TRY(reader.only({"name", "organisation", "token_sha256"}));
  Client client;
  client.name = TRY(reader.text("name"));
  client.organisation = TRY(reader.text("organisation"));
  const std::string digits = TRY(reader.text("token_sha256"));
  const auto bytes = hex_decode(digits);
  if (!bytes || bytes->size() != client.token_hash.size())
    return reader.fail_at("token_sha256", "must be 64 hexadecimal digits");
  std::ranges::copy(*bytes, client.token_hash.begin());
  return client;
}

Status check_id(std::string_view what, std::string_view text) {
  if (is_identifier(text)) return ok();
  return Error{Errc::invalid_argument,
               fmt::format("the {} must be an id: 1 to 64 letters, digits, '-', '_' or '.'", what)};
}

/// Tells two versions of a file apart: a replaced file has another inode.
std::string version_of(const std::filesystem::path& path) {
  struct stat facts = {};
  if (::stat(path.c_str(), &facts) != 0) return "none";
  return fmt::format("{} {} {} {}", facts.st_ino, facts.st_size, facts.st_mtim.tv_sec,
                     facts.st_mtim.tv_nsec);
}

}  // namespace

Result<std::vector<Client>> ClientFile::read() const {
  std::vector<Client> clients;
  const auto text = read_file(path_);
  if (!text && text.error().code == Errc::not_found) return clients;
  if (!text) return text.error();
  const Json document = TRY(parse_json(*text));
  const JsonReader reader(document, path_.filename().string());
  TRY(reader.only({"clients"}));
  const auto items = TRY(reader.objects("clients"));
  for (const JsonReader& item : items) clients.push_back(TRY(read_client(item)));
  return clients;
}

Result<std::string> ClientFile::add(const std::string& name, const std::string& organisation) {
  TRY(check_id("name", name));
  TRY(check_id("organisation", organisation));
  auto clients = TRY(read());
  if (std::ranges::find(clients, name, &Client::name) != clients.end()) {
    return Error{Errc::conflict,
                 fmt::format("a client '{}' is there already; remove it first to give it a new "
                             "token",
                             name)};
  }
  const std::string token =
      fmt::format("{}{}", token_prefix, hex_encode(random_bytes(token_bytes)));
  clients.push_back({name, organisation, sha256(as_bytes(token))});
  TRY(write(clients));
  return token;
}

Status ClientFile::remove(const std::string& name) {
  auto clients = TRY(read());
  if (std::erase_if(clients, [&name](const Client& client) { return client.name == name; }) == 0)
    return Error{Errc::not_found, fmt::format("there is no client '{}'", name)};
  return write(clients);
}

Status ClientFile::write(const std::vector<Client>& clients) const {
  Json list = Json::array();
  for (const Client& client : clients) {
    list.push(Json::object()
                  .set("name", client.name)
                  .set("organisation", client.organisation)
                  .set("token_sha256", hex_encode(client.token_hash)));
  }
  return write_file_durably(path_, to_json_pretty(Json::object().set("clients", std::move(list))),
                            FileReaders::owner_only);
}

Result<std::optional<Actor>> ClientDirectory::find(std::string_view token) {
  const Hash hash = sha256(as_bytes(token));
  const std::lock_guard lock(mutex_);
  TRY(refresh());
  std::optional<Actor> found;
  for (const Client& client : clients_) {
    if (equal_in_constant_time(client.token_hash, hash))
      found = Actor{client.name, client.organisation};
  }
  return found;
}

Status ClientDirectory::refresh() {
  std::string version = version_of(file_.path());
  if (version == version_) return ok();
  version_.clear();
  clients_ = TRY(file_.read());
  version_ = std::move(version);
  return ok();
}

}  // namespace kensho::app
