// verify RECEIPT: what anyone does with a receipt, offline.
#include <array>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/file.h"
#include "catalog/texts.h"
#include "cli/console.h"
#include "cli/document_text.h"
#include "cli/receipt_commands.h"
#include "cli/session.h"
#include "journal/receipt.h"
#include "journal/receipt_code.h"

namespace kensho::cli {
namespace {

using journal::ReceiptStep;

struct StepWords {
  std::string_view name;
  std::string_view means;  // when it fails
};

const StepWords& words_of(ReceiptStep step) {
  static constexpr std::array<StepWords, 5> words{{
      {"form", "the file is no receipt, or was cut or damaged"},
      {"signature", "no log that you trust vouches for it, or its checkpoint was changed"},
      {"witnesses", "too few of the witnesses you ask for confirmed what the log signed"},
      {"opening", "what it shows is not what was recorded: it was changed"},
      {"inclusion", "the entry it shows is not in the record that the log signed"},
  }};
  return words[static_cast<std::size_t>(step)];
}

/// Text of a stranger's file on its way to a terminal, which takes control characters as commands.
std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n') || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

Result<ledger::Policy> trusted(const VerifyReceiptOptions& options) {
  if (!options.policy.empty()) {
    return ledger::parse_policy(TRY(read_file(options.policy, ledger::max_policy_bytes)),
                                options.policy);
  }
  if (options.key.empty()) {
    return Error{Errc::invalid_argument,
                 "a receipt is checked against somebody you trust: give the log's public key with "
                 "--key, or a policy file with --policy"};
  }
  return journal::trust_in(TRY(ledger::NoteKey::parse(options.key)));
}

Json witnesses_json(const ledger::PolicyReport& signers) {
  Json list = Json::array();
  for (const ledger::WitnessPart& part : signers.witnesses) {
    Json one = Json::object().set("name", part.name);
    one.set("time", part.time_s ? Json(to_iso_text({*part.time_s * 1'000'000})) : Json());
    list.push(std::move(one));
  }
  return list;
}

Result<Json> proven_json(const journal::ProvenReceipt& proven) {
  const journal::Entry& entry = proven.entry;
  Json out = Json::object().set("proven", true).set("entry", entry.seq);
  out.set("time", to_iso_text(entry.time)).set("kind", entry.act.kind);
  out.set("organisation", entry.act.organisation).set("actor", entry.act.actor);
  out.set("erased", entry.erased);
  if (!entry.erased) {
    out.set("subject", entry.act.subject).set("reason", entry.act.reason);
    out.set("payload", TRY(parse_json(entry.act.payload)));
  }
  const ledger::Checkpoint& checkpoint = proven.signers.checkpoint;
  out.set("log", checkpoint.origin).set("size", checkpoint.tree.size);
  out.set("root", hex_encode(checkpoint.tree.root));
  return out.set("witnesses", witnesses_json(proven.signers));
}

std::string witness_lines(const ledger::PolicyReport& signers) {
  std::string text;
  for (const ledger::WitnessPart& part : signers.witnesses) {
    const std::string time =
        part.time_s ? to_iso_text({*part.time_s * 1'000'000}) : "did not confirm it";
    text += fmt::format("  witness       {}: {}\n", part.name, time);
  }
  return text;
}

/// "A case was reported (case.reported)".
std::string kind_text(const std::string& kind, const Texts& texts) {
  const std::string key = "receipt.kind_of." + kind;
  if (!texts.has(key)) return kind;
  return fmt::format("{} ({})", texts.in(Language::english, key), kind);
}

Result<std::string> proven_text(const journal::ProvenReceipt& proven) {
  const journal::Entry& entry = proven.entry;
  const ledger::Checkpoint& checkpoint = proven.signers.checkpoint;
  const Texts texts = TRY(Texts::load());
  std::string text = fmt::format(
      "Proven: entry {} of the log {} was recorded as follows and has not changed since.\n\n"
      "  recorded at   {}\n  kind          {}\n  organisation  {}\n  by            {}\n",
      entry.seq, checkpoint.origin, to_iso_text(entry.time), kind_text(entry.act.kind, texts),
      entry.act.organisation, entry.act.actor);
  if (entry.erased) {
    text += "\nWhat it said was erased and can no longer be shown or proven.\n";
  } else {
    const Json payload = TRY(parse_json(entry.act.payload));
    text += fmt::format("  about         {}\n", entry.act.subject);
    if (!entry.act.reason.empty()) text += fmt::format("  reason        {}\n", entry.act.reason);
    text += "\n" + document_text(payload);
  }
  return text + fmt::format("\nThe log signed {} entries with the root hash\n  {}\n{}",
                            checkpoint.tree.size, hex_encode(checkpoint.tree.root),
                            witness_lines(proven.signers));
}

int refused(const VerifyReceiptOptions& options, ReceiptStep step, const Error& error) {
  const StepWords& words = words_of(step);
  if (options.json) {
    print_json(Json::object()
                   .set("proven", false)
                   .set("step", words.name)
                   .set("problem", error.message)
                   .set("means", words.means));
  }
  return fail(
      {error.code, fmt::format("{}: not proven. The check of the {} fails: {}.\nThat "
                               "means: {}. Believe nothing that it says.",
                               options.file, words.name, printable(error.message), words.means)});
}

Result<int> verify(const VerifyReceiptOptions& options) {
  const ledger::Policy policy = TRY(trusted(options));
  const std::string content = TRY(read_file(options.file, journal::max_receipt_bytes));
  const auto text = journal::receipt_of_code(content);
  if (!text) return refused(options, ReceiptStep::form, text.error());
  ReceiptStep reached{};
  const auto proven = journal::verify_receipt(*text, policy, &reached);
  if (!proven) return refused(options, reached, proven.error());
  if (options.json) {
    print_json(TRY(proven_json(*proven)));
  } else {
    print(printable(TRY(proven_text(*proven))));
  }
  return exit_done;
}

}  // namespace

int run_verify_receipt(const VerifyReceiptOptions& options) {
  const Result<int> exit_code = verify(options);
  return exit_code ? *exit_code : fail(exit_code.error());
}

}  // namespace kensho::cli
