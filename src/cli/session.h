#pragma once

#include <memory>

#include "cli/commands.h"
#include "wiring/home.h"

namespace kensho::cli {

/// A registry opened by a command, with who acts on it.
class Session {
 public:
  /// Errors: those of Home::open.
  static Result<Session> open(const std::string& home, wiring::Purpose purpose,
                              const ActorOptions& actor = {});

  wiring::Home& home() { return *home_; }
  app::Journal& journal() { return home_->journal(); }
  const app::Actor& actor() const { return actor_; }

 private:
  std::unique_ptr<Clock> clock_;
  std::unique_ptr<wiring::Home> home_;
  app::Actor actor_;
};

/// The profile in a registry's configuration. Errors: invalid_argument naming file, line, field.
Result<RegistryProfile> profile_of(const Json& document, const std::string& name);

/// What Home::create takes from the command line.
wiring::DatabaseChoice choice_of(const DatabaseOptions& options);

/// The name of a registry's log in its checkpoints.
std::string log_origin(const RegistryProfile& profile);

/// The exit code of a command that ended so; prints the error.
int exit_code_of(const Status& status);

}  // namespace kensho::cli
