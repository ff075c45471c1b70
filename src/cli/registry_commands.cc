// init, register, import: what an operator does to fill a registry.
#include <filesystem>

#include <fmt/format.h>

#include "app/import_cases.h"
#include "app/register_masters.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/json_read.h"
#include "base/toml.h"
#include "catalog/eras.h"
#include "catalog/variables.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/session.h"
#include "exchange/csv/csv_cases.h"

namespace kensho::cli {
namespace {

namespace fs = std::filesystem;

Result<Json> read_toml_file(const std::string& path) {
  const std::string text = TRY(read_file(path));
  return parse_toml(text, fs::path(path).filename().string());
}

Status check_is_new(const fs::path& home) {
  std::error_code problem;
  if (!fs::exists(home) || fs::is_empty(home, problem)) return ok();
  const bool is_registry = wiring::Home::is_there(home);
  return Error{Errc::conflict,
               fmt::format("{}: {}", home.string(),
                           is_registry ? "a registry is there already"
                                       : "this folder is not empty; a registry needs a new one")};
}

/// Makes the whole registry in a folder; gives what to say of it.
Result<std::string> make_registry(const fs::path& folder, const RegistryProfile& profile,
                                  const Json& document, const std::string& name,
                                  const InitOptions& options) {
  const SystemClock clock;
  const app::Actor actor{options.actor.name, profile.run_by.id};
  auto home =
      TRY(wiring::Home::create(folder, log_origin(profile), clock, choice_of(options.database)));
  TRY(app::open_registry(home->journal(), actor, document, name));
  const auto report = TRY(app::register_masters(home->journal(), actor, document, name));
  return fmt::format("{} registrations.\nKey: {}\n", report.added, home->journal().key().text());
}

/// The registry is made beside its place and moved there whole: broken off, there is none.
Status init(const InitOptions& options) {
  const Json document = TRY(read_toml_file(options.config));
  const std::string name = fs::path(options.config).filename().string();
  const RegistryProfile profile = TRY(profile_of(document, name));
  const fs::path part = options.home + ".part";
  std::error_code problem;
  fs::remove_all(part, problem);  // of an attempt that was broken off
  TRY(check_is_new(options.home));
  const std::string made = TRY(make_registry(part, profile, document, name, options));
  // On the disk before it has its name, and its name on the disk before anyone is told.
  TRY(sync_filesystem(part));
  fs::rename(part, options.home, problem);
  if (problem) {
    return Error{Errc::unavailable,
                 fmt::format("{}: cannot be made: {}", options.home, problem.message())};
  }
  TRY(sync_filesystem(options.home));
  print(fmt::format("Registry '{}' opened in {}: {}", profile.id, options.home, made));
  return ok();
}

Status register_file(const RegisterOptions& options) {
  Session session = TRY(Session::open(options.home, wiring::Purpose::writing, options.actor));
  const Json document = TRY(read_toml_file(options.file));
  const auto report = TRY(app::register_masters(session.journal(), session.actor(), document,
                                                fs::path(options.file).filename().string()));
  print(fmt::format("{} registered, {} known before.\n", report.added, report.unchanged));
  return ok();
}

/// The identity of an import: SHA-256 over both files' hashes. Read in pieces: a file may be large.
Result<std::string> import_digest(const ImportOptions& options) {
  const std::string file = TRY(sha256_of_file(options.file));
  const std::string mapping = TRY(sha256_of_file(options.mapping));
  return hex_encode(sha256(as_bytes(file + mapping)));
}

void show_problem(const RowProblem& problem) {
  std::string text = problem.line > 0 ? fmt::format("line {}", problem.line) : "";
  if (!problem.column.empty()) text += fmt::format(", column '{}'", problem.column);
  if (!problem.value.empty()) text += fmt::format(", value '{}'", problem.value);
  end_progress();
  remark(text.empty() ? problem.rule : text + ": " + problem.rule);
}

Status import_file(const ImportOptions& options) {
  const std::string mapping_text = TRY(read_file(options.mapping, 1u << 20));
  const VariableTable variables = TRY(catalog::load_variables());
  const EraTable eras = TRY(catalog::load_eras());
  const Mapping mapping =
      TRY(parse_mapping(mapping_text, fs::path(options.mapping).filename().string(), variables));
  auto cases = TRY(CsvCases::open(options.file, mapping, eras));
  Session session = TRY(Session::open(options.home, wiring::Purpose::writing, options.actor));
  app::ImportRequest request{.actor = session.actor(), .reason = options.reason};
  request.digest = TRY(import_digest(options));
  request.file_name = fs::path(options.file).filename().string();
  const auto report =
      TRY(app::import_cases(session.journal(), *cases, request,
                            {.on_problem = show_problem, .on_progress = [](std::uint64_t rows) {
                               show_progress(fmt::format("{} rows", rows));
                             }}));
  end_progress();
  if (options.json) {
    print_json(Json::object()
                   .set("known_before", report.known_before)
                   .set("rows", report.rows)
                   .set("first_entry", report.first_seq));
  } else if (report.known_before) {
    print(fmt::format("This file was imported before ({} rows from entry {}); nothing was added.\n",
                      report.rows, report.first_seq));
  } else {
    print(fmt::format("{} rows imported, entries {} to {}.\n", report.rows, report.first_seq,
                      report.first_seq + report.rows - 1));
  }
  return ok();
}

/// Opening for writing is all it takes.
Status migrate(const MigrateOptions& options) {
  TRY(Session::open(options.home, wiring::Purpose::writing));
  print(fmt::format("{}: as this version of the program needs it.\n", options.home));
  return ok();
}

}  // namespace

int run_migrate(const MigrateOptions& options) {
  return exit_code_of(migrate(options));
}
int run_init(const InitOptions& options) {
  return exit_code_of(init(options));
}
int run_register(const RegisterOptions& options) {
  return exit_code_of(register_file(options));
}
int run_import(const ImportOptions& options) {
  return exit_code_of(import_file(options));
}

}  // namespace kensho::cli
