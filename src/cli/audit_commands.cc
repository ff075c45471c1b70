// verify and fsck: what an auditor does.
#include <filesystem>

#include <fmt/format.h>

#include "app/check_registry.h"
#include "app/manifest.h"
#include "base/parallel.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/receipt_commands.h"
#include "cli/session.h"

namespace kensho::cli {
namespace {

Json finding_json(const app::Finding& finding) {
  Json out = Json::object().set("place", finding.place).set("problem", finding.problem);
  if (finding.kind.empty()) return out;
  out.set("kind", finding.kind).set("meaning", finding.meaning).set("remedy", finding.remedy);
  if (finding.first_entry) out.set("first_entry", *finding.first_entry);
  return out.set("further_entries", finding.further);
}

Json findings_json(const std::vector<app::Finding>& findings) {
  Json list = Json::array();
  for (const app::Finding& finding : findings) list.push(finding_json(finding));
  return list;
}

std::string entries_in_words(const app::Finding& finding) {
  if (!finding.first_entry) return "";
  if (finding.further == 0) return fmt::format("  Entry:  {}\n", *finding.first_entry);
  return fmt::format("  Entry:  {} is the first, {} further\n", *finding.first_entry,
                     finding.further);
}

std::string in_words(const app::Finding& finding) {
  const std::string line = fmt::format("{}: {}\n", finding.place, finding.problem);
  if (finding.kind.empty()) return line;
  return fmt::format("{}{}  Means:  {}\n  To do:  {}\n", line, entries_in_words(finding),
                     finding.meaning, finding.remedy);
}

int report_findings(const std::vector<app::Finding>& findings, bool json, const Json& document,
                    const std::string& clean) {
  if (json) print_json(document);
  for (const app::Finding& finding : findings) {
    if (!json) print(in_words(finding));
  }
  if (!findings.empty()) {
    return fail({Errc::corrupted,
                 fmt::format("{} finding{}", findings.size(), findings.size() == 1 ? "" : "s")});
  }
  if (!json) print(clean);
  return exit_done;
}

Result<ledger::NoteKey> key_for(const VerifyOptions& options) {
  if (!options.key.empty()) return ledger::NoteKey::parse(options.key);
  const std::string named = TRY(app::key_named_by(options.path));
  remark("Checked with the key that the site itself names:\n  " + named +
         "\nCompare it with one you have from elsewhere, or give that one with --key.");
  return ledger::NoteKey::parse(named);
}

Result<int> verify(const VerifyOptions& options) {
  if (!options.policy.empty()) {
    return Error{Errc::invalid_argument, "a policy is for receipts; a site is checked with --key"};
  }
  const ledger::NoteKey key = TRY(key_for(options));
  const app::SiteCheck check = TRY(app::verify_site(options.path, key));
  const Json document = Json::object()
                            .set("files", check.files)
                            .set("checkpoint_size", check.checkpoint_size)
                            .set("findings", findings_json(check.findings));
  return report_findings(check.findings, options.json, document,
                         fmt::format("{} files, each as it was published from checkpoint {}.\n",
                                     check.files, check.checkpoint_size));
}

/// The registry; where its file is too damaged to open, an error that names the damaged page.
Result<Session> open_or_explain(const FsckOptions& options) {
  const bool writes = options.rebuild_views || options.scrub;
  const auto purpose = writes ? wiring::Purpose::writing : wiring::Purpose::reading;
  auto session = Session::open(options.home, purpose);
  if (session || session.error().code != Errc::corrupted) return session;
  TRY(wiring::check_journal_file(options.home));
  return session;
}

void show_check(std::string_view what, std::uint64_t done, std::uint64_t total) {
  show_progress(total == 0 ? fmt::format("checking {}", what)
                           : fmt::format("checking {}: {} of {}", what, done, total));
}

Result<int> fsck(const FsckOptions& options) {
  Session session = TRY(open_or_explain(options));
  if (options.rebuild_views) TRY(session.home().store().rebuild_views());
  if (options.scrub) TRY(session.home().store().scrub());
  const app::CheckReport check = app::check_registry(
      session.journal(), {.threads = threads_to_feed(), .on_progress = show_check});
  end_progress();
  const std::string unchecked = TRY(session.home().store().unchecked_bytes());
  if (!unchecked.empty()) remark(unchecked);
  if (!check.views_compared) remark("The views were not compared; mend what is found first.");
  const Json document = Json::object()
                            .set("entries", check.entries)
                            .set("erased", check.erased)
                            .set("log_entries", check.log_entries)
                            .set("unchecked_bytes", unchecked)
                            .set("views_compared", check.views_compared)
                            .set("findings", findings_json(check.findings));
  const std::string erased =
      check.erased > 0 ? fmt::format(", or erased ({})", check.erased) : std::string();
  return report_findings(
      check.findings, options.json, document,
      fmt::format("Clean: {} entries, each as it was accepted{}; the public log proves {} of "
                  "them.\n",
                  check.entries, erased, check.log_entries));
}

int exit_code_of(const Result<int>& result) {
  return result ? *result : fail(result.error());
}

}  // namespace

int run_verify(const VerifyOptions& options) {
  std::error_code ignored;
  const auto found = std::filesystem::status(options.path, ignored);
  if (std::filesystem::exists(found) && !std::filesystem::is_directory(found)) {
    return run_verify_receipt({options.path, options.key, options.policy, options.json});
  }
  return exit_code_of(verify(options));
}
int run_fsck(const FsckOptions& options) {
  return exit_code_of(fsck(options));
}

}  // namespace kensho::cli
