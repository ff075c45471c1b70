// study check, seal, run: what a statistician does.
#include <filesystem>

#include <fmt/format.h>

#include "app/run_study.h"
#include "app/seal_protocol.h"
#include "base/file.h"
#include "catalog/texts.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/session.h"
#include "report/study_report.h"
#include "study/protocol.h"

namespace kensho::cli {
namespace {

namespace fs = std::filesystem;

std::string name_of(const std::string& path) {
  return fs::path(path).filename().string();
}

Status check(const StudyCheckOptions& options) {
  const std::string text = TRY(read_file(options.file));
  const study::Protocol protocol = TRY(study::parse_protocol(text, name_of(options.file)));
  if (options.json) {
    print_json(Json::object()
                   .set("id", protocol.id)
                   .set("version", protocol.version)
                   .set("endpoints", std::uint64_t{protocol.endpoints.size()})
                   .set("analyses", std::uint64_t{protocol.analyses.size()}));
    return ok();
  }
  print(fmt::format("Protocol '{}' version {} holds together: {} endpoints, {} analyses.\n",
                    protocol.id, protocol.version, protocol.endpoints.size(),
                    protocol.analyses.size()));
  return ok();
}

Status seal(const StudySealOptions& options) {
  const std::string text = TRY(read_file(options.file));
  Session session = TRY(Session::open(options.home, wiring::Purpose::writing, options.actor));
  const auto receipt =
      TRY(app::seal_protocol(session.journal(), session.actor(), text, name_of(options.file)));
  print(fmt::format("Sealed in entry {}.\n", receipt.first_seq));
  return ok();
}

/// The protocol a run was a run of: the sealed text of that version, or the file's.
Result<study::Protocol> protocol_of(const app::Journal& journal, const app::StudyRequest& request,
                                    const app::StudyOutcome& outcome) {
  if (!outcome.as_sealed)
    return study::parse_protocol(request.post_hoc_toml, request.post_hoc_name);
  const Registry registry = TRY(journal.registry(outcome.checkpoint_size));
  return study::parse_protocol(find_protocol(registry, outcome.protocol)->text, outcome.protocol);
}

Status write_reports(const app::Journal& journal, const app::StudyRequest& request,
                     const app::StudyOutcome& outcome, const std::string& prefix) {
  const Texts texts = TRY(Texts::load());
  const study::Protocol protocol = TRY(protocol_of(journal, request, outcome));
  const Json result = TRY(parse_json(outcome.text));
  const Registry opened = TRY(journal.registry(1));
  const report::ReportInput input{.result = result,
                                  .protocol = protocol,
                                  .registry_name = opened.profile.name,
                                  .utc_offset_minutes = opened.profile.utc_offset_minutes,
                                  .result_sha256 = outcome.sha256};
  for (const auto& [language, suffix] :
       {std::pair(Language::english, "en"), std::pair(Language::japanese, "ja")}) {
    const auto page = TRY(report::standalone_report(input, texts, language));
    TRY(write_file_durably(fmt::format("{}.{}.html", prefix, suffix), page.html));
  }
  return ok();
}

Result<app::StudyRequest> request_of(const StudyRunOptions& options) {
  app::StudyRequest request{
      .protocol = options.protocol, .size = options.checkpoint, .threads = options.threads};
  if (options.protocol.empty()) {
    request.post_hoc_toml = TRY(read_file(options.post_hoc_file));
    request.post_hoc_name = name_of(options.post_hoc_file);
  }
  return request;
}

Status run(const StudyRunOptions& options) {
  const app::StudyRequest request = TRY(request_of(options));
  const auto purpose = options.record ? wiring::Purpose::writing : wiring::Purpose::reading;
  Session session = TRY(Session::open(options.home, purpose, options.actor));
  const app::StudyOutcome outcome = TRY(app::run_study(session.journal(), request));
  if (options.out.empty()) print(outcome.text);
  if (!options.out.empty()) TRY(write_file_durably(options.out, outcome.text));
  if (!options.html_prefix.empty()) {
    TRY(write_reports(session.journal(), request, outcome, options.html_prefix));
  }
  if (options.record) {
    const bool is_new = TRY(app::record_study(session.journal(), session.actor(), outcome));
    remark(is_new ? "The result is recorded in the journal."
                  : "This very result is recorded in the journal already.");
  }
  return ok();
}

}  // namespace

int run_study_check(const StudyCheckOptions& options) {
  return exit_code_of(check(options));
}
int run_study_seal(const StudySealOptions& options) {
  return exit_code_of(seal(options));
}

int run_study_run(const StudyRunOptions& options) {
  if (options.protocol.empty() == options.post_hoc_file.empty()) {
    fail({Errc::invalid_argument, "give the id of a sealed protocol, or --post-hoc FILE"});
    return exit_wrong_use;
  }
  return exit_code_of(run(options));
}

}  // namespace kensho::cli
