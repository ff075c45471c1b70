// receipt: writes receipts, their printed form and the page that checks them.
#include "cli/receipt_commands.h"

#include <filesystem>

#include <fmt/format.h>

#include "app/make_receipt.h"
#include "base/encoding.h"
#include "base/file.h"
#include "catalog/texts.h"
#include "cli/console.h"
#include "cli/session.h"
#include "journal/receipt.h"
#include "journal/receipt_code.h"
#include "report/receipt_page.h"
#include "report/verifier_page.h"

namespace kensho::cli {
namespace {

namespace fs = std::filesystem;

std::string file_name(const ReceiptOptions& options, std::uint64_t entry) {
  if (!options.out.empty()) return fs::path(options.out).filename().string();
  return fmt::format("entry-{}.tlog-proof", entry);
}

Result<report::ReceiptFacts> facts_of(const app::MadeReceipt& made, const app::Journal& journal) {
  const journal::ProvenReceipt proven =
      TRY(journal::verify_receipt(made.text, journal::trust_in(journal.key())));
  const journal::Entry& entry = proven.entry;
  report::ReceiptFacts facts;
  facts.registry = TRY(journal.registry(1)).profile;
  facts.seq = entry.seq;
  facts.time = entry.time;
  facts.kind = entry.act.kind;
  facts.organisation = entry.act.organisation;
  facts.actor = entry.act.actor;
  facts.erased = entry.erased;
  facts.subject = entry.act.subject;
  facts.reason = entry.act.reason;
  if (!entry.erased) facts.payload = TRY(parse_json(entry.act.payload));
  facts.log_size = proven.signers.checkpoint.tree.size;
  facts.root = hex_encode(proven.signers.checkpoint.tree.root);
  facts.key = journal.key().text();
  facts.receipt = made.text;
  facts.code = journal::receipt_code(made.text);
  return facts;
}

Status write_page(const ReceiptOptions& options, const app::MadeReceipt& made,
                  const app::Journal& journal) {
  report::ReceiptFacts facts = TRY(facts_of(made, journal));
  facts.file_name = file_name(options, made.entry.seq);
  const Texts texts = TRY(Texts::load());
  return write_file_durably(options.html, report::receipt_page(facts, texts),
                            FileReaders::owner_only);
}

/// A receipt shows what was reported, so its files are for their owner alone.
Status write_receipt(const ReceiptOptions& options, std::uint64_t entry) {
  Session session = TRY(Session::open(options.home, wiring::Purpose::reading));
  const app::MadeReceipt made = TRY(app::make_receipt(session.journal(), entry));
  if (!options.out.empty())
    TRY(write_file_durably(options.out, made.text, FileReaders::owner_only));
  if (!options.html.empty()) TRY(write_page(options, made, session.journal()));
  if (options.out.empty() && options.html.empty()) print(made.text);
  if (made.entry.erased) {
    remark(
        fmt::format("Entry {} was erased: the receipt proves who made it, when and of what "
                    "kind; what it said can no longer be shown or proven.",
                    made.entry.seq));
  }
  return ok();
}

Status write_verifier(const std::string& file) {
  const Texts texts = TRY(Texts::load());
  return write_file_durably(file, report::verifier_page(texts));
}

int wrong_use() {
  remark(
      "kensho receipt takes a registry's folder and an entry's number, or --verifier FILE.\n"
      "Run with --help for more information.");
  return exit_wrong_use;
}

}  // namespace

int run_receipt(const ReceiptOptions& options) {
  const bool is_whole =
      options.home.empty() ? !options.verifier.empty() : options.entry.has_value();
  if (!is_whole) return wrong_use();
  Status done = ok();
  if (!options.verifier.empty()) done = write_verifier(options.verifier);
  if (done && options.entry) done = write_receipt(options, *options.entry);
  return exit_code_of(done);
}

}  // namespace kensho::cli
