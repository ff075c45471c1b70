// client: who may send reports to a server that takes them.
#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/console.h"
#include "cli/session.h"
#include "journal/entry.h"
#include "wiring/intake.h"

namespace kensho::cli {
namespace {

/// A client reports for one institution, which must be there: a mistyped one would be refused with
/// every report. Reads only, so it works while a server runs.
Status check_institution(const ClientOptions& options) {
  Session session = TRY(Session::open(options.home, wiring::Purpose::reading));
  const auto known = TRY(session.home().store().newest_payload(
      journal::kind::institution_registered, options.organisation));
  if (known) return ok();
  return Error{Errc::not_found,
               fmt::format("institution '{}' is not registered here; register it first",
                           options.organisation)};
}

Status add(const ClientOptions& options) {
  TRY(check_institution(options));
  const std::string token =
      TRY(wiring::client_file(options.home).add(options.name, options.organisation));
  if (options.json) {
    print_json(Json::object()
                   .set("client", options.name)
                   .set("organisation", options.organisation)
                   .set("token", token));
    return ok();
  }
  print(fmt::format("{}\n", token));
  remark(
      fmt::format("Client '{}' may now report for '{}'. The token above is shown this once; the "
                  "registry keeps only its hash.",
                  options.name, options.organisation));
  return ok();
}

Status list(const ClientOptions& options) {
  const auto clients = TRY(wiring::client_file(options.home).read());
  if (options.json) {
    Json names = Json::array();
    for (const app::Client& client : clients) {
      names.push(
          Json::object().set("client", client.name).set("organisation", client.organisation));
    }
    print_json(Json::object().set("clients", std::move(names)));
    return ok();
  }
  for (const app::Client& client : clients)
    print(fmt::format("{}  reports for {}\n", client.name, client.organisation));
  if (clients.empty()) print("No clients.\n");
  return ok();
}

Status remove(const ClientOptions& options) {
  TRY(wiring::client_file(options.home).remove(options.name));
  print(fmt::format("Client '{}' removed.\n", options.name));
  return ok();
}

}  // namespace

int run_client_add(const ClientOptions& options) {
  return exit_code_of(add(options));
}
int run_client_list(const ClientOptions& options) {
  return exit_code_of(list(options));
}
int run_client_remove(const ClientOptions& options) {
  return exit_code_of(remove(options));
}

}  // namespace kensho::cli
