#include "storage/postgres/database_error.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <libpq-fe.h>

namespace kensho::postgres {
namespace {

/// The first entry whose letters a SQLSTATE starts with decides.
constexpr std::array<std::pair<std::string_view, Errc>, 16> meanings = {{
    {"23505", Errc::conflict},           // unique_violation
    {"25006", Errc::permission_denied},  // read_only_sql_transaction: a standby
    {"42501", Errc::permission_denied},  // insufficient_privilege
    {"28", Errc::permission_denied},     // who are you?
    {"3D", Errc::not_found},             // no such database
    {"XX001", Errc::corrupted},          // data_corrupted
    {"XX002", Errc::corrupted},          // index_corrupted
    {"08", Errc::unavailable},           // connection
    {"40", Errc::unavailable},           // serialization, deadlock
    {"53", Errc::unavailable},           // disk full, out of memory, too many connections
    {"55", Errc::unavailable},           // lock not available, object in use
    {"57", Errc::unavailable},           // cancelled, shutting down
    {"58", Errc::unavailable},           // input/output
    {"XX", Errc::unavailable},
    {"22", Errc::invalid_argument},
    {"", Errc::invalid_argument},
}};

/// One line, without the severity that libpq puts in front.
std::string one_line(std::string_view message) {
  std::string line(message.substr(0, message.find_last_not_of('\n') + 1));
  std::ranges::replace(line, '\n', ' ');
  return line;
}

}  // namespace

Errc meaning_of(std::string_view sqlstate) {
  const auto found = std::ranges::find_if(
      meanings, [&](const auto& meaning) { return sqlstate.starts_with(meaning.first); });
  return found->second;
}

Error statement_error(const pg_conn* connection, const pg_result* result) {
  const char* state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (state == nullptr) return connection_error(connection);
  const std::string_view sqlstate(state);
  if (sqlstate.starts_with("22")) {
    return {Errc::invalid_argument,
            fmt::format("PostgreSQL refuses a value (SQLSTATE {})", sqlstate)};
  }
  const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  const std::string_view advice = sqlstate == "53100" ? "; free space and repeat" : "";
  return {meaning_of(sqlstate), fmt::format("PostgreSQL: {} (SQLSTATE {}){}",
                                            message ? message : "failed", sqlstate, advice)};
}

Error connection_error(const pg_conn* connection) {
  return {Errc::unavailable, fmt::format("PostgreSQL: {}", one_line(PQerrorMessage(connection)))};
}

}  // namespace kensho::postgres
