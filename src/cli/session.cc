#include "cli/session.h"

#include <fmt/format.h>

#include "base/json_read.h"
#include "cli/console.h"
#include "journal/payload.h"

namespace kensho::cli {
namespace {

/// The registry's operator, from the first entry.
Result<std::string> operator_of(const app::Journal& journal) {
  const Registry opened = TRY(journal.registry(1));
  return opened.profile.run_by.id;
}

}  // namespace

Result<Session> Session::open(const std::string& home, wiring::Purpose purpose,
                              const ActorOptions& actor) {
  Session session;
  session.clock_ = std::make_unique<SystemClock>();
  session.home_ = TRY(wiring::Home::open(home, purpose, *session.clock_));
  session.actor_ = {actor.name, actor.organisation};
  if (actor.organisation.empty() && purpose == wiring::Purpose::writing) {
    session.actor_.organisation = TRY(operator_of(session.journal()));
  }
  return session;
}

Result<RegistryProfile> profile_of(const Json& document, const std::string& name) {
  const JsonReader reader(document, name);
  const JsonReader registry = TRY(reader.object("registry"));
  return journal::read_profile(registry.value(), name);
}

wiring::DatabaseChoice choice_of(const DatabaseOptions& options) {
  return {.url = options.url, .accept_data_loss = options.accept_data_loss};
}

std::string log_origin(const RegistryProfile& profile) {
  return fmt::format("kensho.registry/{}", profile.id);
}

int exit_code_of(const Status& status) {
  return status ? exit_done : fail(status.error());
}

}  // namespace kensho::cli
