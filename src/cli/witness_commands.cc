// witness init, add-log, serve, evidence, resume: what the operator of a witness does.
#include "cli/witness_commands.h"

#include <filesystem>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/file.h"
#include "cli/console.h"
#include "cli/serving.h"
#include "cli/session.h"
#include "http/witness/witness_routes.h"
#include "wiring/witness_home.h"

namespace kensho::cli {
namespace {

namespace fs = std::filesystem;

Status init(const WitnessInitOptions& options) {
  const auto key = TRY(wiring::WitnessHome::create(options.folder, options.name));
  if (options.json) {
    print_json(Json::object().set("name", key.name()).set("key", key.text()));
  } else {
    print(fmt::format("{}\n", key.text()));
    remark(
        "Publish this key; witness.key in the folder is secret and must have no second copy "
        "that runs.");
  }
  return ok();
}

Status add_log(const WitnessAddLogOptions& options) {
  auto home = TRY(wiring::WitnessHome::open(options.folder));
  const auto key = TRY(ledger::NoteKey::parse(options.key));
  const std::string origin = options.origin.empty() ? key.name() : options.origin;
  TRY(home.add_log(origin, key));
  print(fmt::format("{} watches {}.\n", home.key().name(), origin));
  return ok();
}

/// One JSON line on standard error; a log's origin is public.
void announce_split(const std::string& origin, const fs::path& file) {
  remark(fmt::format(R"({{"event":"split_view","origin":{},"evidence":{}}})", json_quoted(origin),
                     json_quoted(file.string())));
}

Status serve(const WitnessServeOptions& options) {
  const SystemClock clock;
  auto served = TRY(wiring::ServedWitness::open(options.folder, clock, announce_split));
  for (const auto& log : TRY(served.witness->state())) {
    if (log.split) remark(fmt::format("{}: a split view is on record; not cosigned", log.origin));
    if (!log.problem.empty()) remark(log.problem);
  }
  return serve_until_stopped({options.address, options.port},
                             witness_api::witness_routes(*served.witness),
                             fmt::format("witness {}", served.witness->key().name()));
}

Result<std::vector<fs::path>> evidence_at(const fs::path& place) {
  if (!fs::is_directory(place)) return std::vector<fs::path>{place};
  auto home = TRY(wiring::WitnessHome::open(place));
  std::vector<fs::path> files;
  for (const std::string& id : TRY(home.logs().ids())) {
    const auto more = home.logs().evidence_files(id);
    files.insert(files.end(), more.begin(), more.end());
  }
  return files;
}

struct CheckedEvidence {
  std::vector<ledger::NoteKey> keys;
  ledger::SplitFacts facts;
};

Result<CheckedEvidence> check_evidence(const fs::path& file, const std::string& key) {
  const std::string text = TRY(read_file(file));
  const auto view = TRY(ledger::parse_split_view(text, file.string()));
  std::vector<ledger::NoteKey> keys = view.keys;
  if (!key.empty()) keys = {TRY(ledger::NoteKey::parse(key))};
  auto facts = TRY(ledger::verify_split_view(view, keys));
  return CheckedEvidence{std::move(keys), std::move(facts)};
}

Json evidence_json(const fs::path& file, const Result<CheckedEvidence>& checked) {
  Json json = Json::object().set("file", file.string()).set("holds", bool(checked));
  if (!checked) return json.set("problem", checked.error().message);
  return json.set("origin", checked->facts.origin)
      .set("older_size", checked->facts.older.size)
      .set("newer_size", checked->facts.newer.size);
}

void print_evidence(const fs::path& file, const Result<CheckedEvidence>& checked) {
  if (!checked)
    return print(fmt::format("{}: DOES NOT HOLD: {}\n", file.string(), checked.error().message));
  print(fmt::format("{}: holds: {} signed two histories (sizes {} and {})\n", file.string(),
                    checked->facts.origin, checked->facts.older.size, checked->facts.newer.size));
  for (const auto& key : checked->keys) print(fmt::format("  key {}\n", key.text()));
}

Result<int> evidence(const WitnessEvidenceOptions& options) {
  Json list = Json::array();
  int code = exit_done;
  for (const fs::path& file : TRY(evidence_at(options.place))) {
    const auto checked = check_evidence(file, options.key);
    if (!checked) code = exit_failed;
    list.push(evidence_json(file, checked));
    if (!options.json) print_evidence(file, checked);
  }
  if (options.json) print_json(list);
  if (!options.json && list.items().empty()) print("No evidence of a split view.\n");
  return code;
}

Status resume(const WitnessResumeOptions& options) {
  auto home = TRY(wiring::WitnessHome::open(options.folder));
  const std::string id = witness::WatchedLogs::id_of(options.origin);
  TRY(home.logs().resume(id, SystemClock().now()));
  print(fmt::format("{} is cosigned again, on the history that {} holds.\n", options.origin,
                    home.key().name()));
  return ok();
}

}  // namespace

int run_witness_init(const WitnessInitOptions& options) {
  return exit_code_of(init(options));
}
int run_witness_add_log(const WitnessAddLogOptions& options) {
  return exit_code_of(add_log(options));
}
int run_witness_serve(const WitnessServeOptions& options) {
  return exit_code_of(serve(options));
}
int run_witness_evidence(const WitnessEvidenceOptions& options) {
  const auto code = evidence(options);
  return code ? *code : fail(code.error());
}
int run_witness_resume(const WitnessResumeOptions& options) {
  return exit_code_of(resume(options));
}

}  // namespace kensho::cli
