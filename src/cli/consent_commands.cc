// withdraw and erase: what an operator does for a person who wants out. Neither ever prints whom it
// is about: only counts and entries.
#include <algorithm>

#include <fmt/format.h>

#include "app/erase_participant.h"
#include "app/withdraw_consent.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/session.h"
#include "domain/identifier.h"
#include "wiring/traces.h"

namespace kensho::cli {
namespace {

Result<std::string> participant_of(const ParticipantOptions& options) {
  const std::string id = options.participant == "-" ? TRY(read_input_line()) : options.participant;
  if (is_identifier(id)) return id;
  return Error{Errc::invalid_argument,
               "--participant must be an id: letters, digits, '-', '_' and '.', at most 64"};
}

Status withdraw(const WithdrawOptions& options) {
  app::WithdrawalRequest request{.institution = options.institution,
                                 .participant = TRY(participant_of(options)),
                                 .reason = options.reason};
  if (!options.date.empty()) {
    request.on = parse_iso_date(options.date);
    if (!request.on) return Error{Errc::invalid_argument, "--date must be a date, as 2026-03-31"};
  }
  Session session = TRY(Session::open(options.home, wiring::Purpose::writing, options.actor));
  request.actor = session.actor();
  const auto receipt = TRY(app::withdraw_consent(session.journal(), request));
  if (options.json) {
    print_json(Json::object().set("entry", receipt.first_seq));
  } else {
    print(
        fmt::format("Withdrawn in entry {}. From here on the person's data are in no dataset; "
                    "publish to bring the site up to date.\n",
                    receipt.first_seq));
  }
  return ok();
}

/// "12, 15, 17", the first twenty of many.
std::string list_of(const std::vector<std::uint64_t>& entries) {
  constexpr std::size_t shown_max = 20;
  std::string text;
  for (std::size_t i = 0; i < std::min(entries.size(), shown_max); ++i)
    text += fmt::format("{}{}", i == 0 ? "" : ", ", entries[i]);
  return entries.size() > shown_max ? text + ", ..." : text;
}

std::string erasure_text(const app::ErasureReport& report) {
  if (report.entries.empty())
    return "The erasure that was broken off is finished: its traces are overwritten.\n";
  std::string text = fmt::format(
      "{} entries erased ({}), recorded in entry {}. Nothing of them was found in the "
      "registry's files.\n",
      report.entries.size(), list_of(report.entries), report.erasure);
  if (!report.still_naming.empty()) {
    text += fmt::format(
        "{} entries stay whose reason or file name holds the same word: {}. See "
        "whether they mean the person.\n",
        report.still_naming.size(), list_of(report.still_naming));
  }
  return text +
         "Out of reach from here: copies given out (receipts, exports, CSV files), the published "
         "site until the next publish, backups until their next cycle.\n";
}

Json numbers_json(const std::vector<std::uint64_t>& numbers) {
  Json list = Json::array();
  for (const std::uint64_t number : numbers) list.push(number);
  return list;
}

Json erasure_json(const app::ErasureReport& report) {
  Json out = Json::object();
  out.set("erased", numbers_json(report.entries));
  if (!report.entries.empty()) out.set("entry", report.erasure);
  return out.set("still_naming", numbers_json(report.still_naming));
}

Status erase(const ParticipantOptions& options) {
  app::ErasureRequest request{.institution = options.institution,
                              .participant = TRY(participant_of(options)),
                              .reason = options.reason};
  Session session = TRY(Session::open(options.home, wiring::Purpose::writing, options.actor));
  request.actor = session.actor();
  const app::ErasureTools tools{.find_trace =
                                    [&options](const BytePatterns& traces) {
                                      return wiring::find_trace(options.home, traces);
                                    },
                                .on_step = show_progress};
  const auto report = TRY(app::erase_participant(session.journal(), request, tools));
  end_progress();
  const std::string_view unsearched = session.home().store().unsearched_files();
  if (!unsearched.empty()) remark(fmt::format("Not searched: {}.", unsearched));
  if (options.json) {
    print_json(erasure_json(report));
  } else {
    print(erasure_text(report));
  }
  return ok();
}

}  // namespace

int run_withdraw(const WithdrawOptions& options) {
  return exit_code_of(withdraw(options));
}
int run_erase(const ParticipantOptions& options) {
  return exit_code_of(erase(options));
}

}  // namespace kensho::cli
