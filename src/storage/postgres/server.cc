#include "storage/postgres/server.h"

#include <fmt/format.h>

namespace kensho::postgres {
namespace {

constexpr std::int64_t oldest_version = 150000;

struct Settings {
  std::int64_t version = 0;
  std::string encoding;
  bool fsync = false;
  bool full_page_writes = false;
  bool is_standby = false;
};

Result<Settings> read_settings(Connection& connection) {
  const Rows row = TRY(connection.run("read_settings"));
  return Settings{.version = row.int64(0, 0),
                  .encoding = std::string(row.text(0, 1)),
                  .fsync = row.text(0, 2) == "on",
                  .full_page_writes = row.text(0, 3) == "on",
                  .is_standby = row.boolean(0, 4)};
}

Status check_basics(const Settings& settings) {
  if (settings.version < oldest_version) {
    return Error{Errc::invalid_argument,
                 fmt::format("PostgreSQL {} is too old; version {} or newer is needed",
                             settings.version / 10000, oldest_version / 10000)};
  }
  if (settings.encoding == "UTF8") return ok();
  return Error{Errc::invalid_argument,
               fmt::format("the database is encoded in {}; make one with ENCODING 'UTF8' TEMPLATE "
                           "template0",
                           settings.encoding)};
}

Status check_durability(const Settings& settings) {
  if (settings.fsync && settings.full_page_writes) return ok();
  return Error{Errc::invalid_argument,
               fmt::format("{} is off on this PostgreSQL server: a power cut could take away what "
                           "was acknowledged; turn it on",
                           settings.fsync ? "full_page_writes" : "fsync")};
}

}  // namespace

Status prepare_for_reading(Connection& connection) {
  return check_basics(TRY(read_settings(connection)));
}

Status prepare_for_writing(Connection& connection, Durability durability) {
  const Settings settings = TRY(read_settings(connection));
  TRY(check_basics(settings));
  if (settings.is_standby) {
    return Error{Errc::permission_denied,
                 "this PostgreSQL server is a standby, which takes no writes; use the primary"};
  }
  if (durability == Durability::required) TRY(check_durability(settings));
  TRY(connection.run("commit_durably"));
  return ok();
}

}  // namespace kensho::postgres
