#include "journal/receipt.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/canonical_json.h"
#include "base/encoding.h"
#include "base/json_read.h"
#include "journal/commitment.h"

namespace kensho::journal {
namespace {

constexpr std::string_view opening_name = "the opening";

Result<Hash> read_hash(const JsonReader& reader, std::string_view key) {
  const auto bytes = hex_decode(TRY(reader.text(key)));
  Hash hash{};
  if (!bytes || bytes->size() != hash.size())
    return reader.fail_at(key, "must be 64 hexadecimal digits");
  std::ranges::copy(*bytes, hash.begin());
  return hash;
}

/// Whole numbers that every JSON reader keeps exactly.
Result<std::int64_t> read_count(const JsonReader& reader, std::string_view key) {
  const std::int64_t value = TRY(reader.integer(key));
  if (value < 0 || value >= std::int64_t{1} << 53)
    return reader.fail_at(key, "must lie between 0 and 2^53 - 1");
  return value;
}

Status read_header(const JsonReader& header, Entry& entry) {
  TRY(header.only({"actor", "commitment", "kind", "organisation", "seq", "time_us"}));
  entry.act.actor = TRY(header.text("actor"));
  entry.commitment = TRY(read_hash(header, "commitment"));
  entry.act.kind = TRY(header.text("kind"));
  entry.act.organisation = TRY(header.text("organisation"));
  entry.seq = static_cast<std::uint64_t>(TRY(read_count(header, "seq")));
  entry.time = {TRY(read_count(header, "time_us"))};
  return ok();
}

Status read_sealed(const JsonReader& opening, Entry& entry) {
  entry.key = TRY(read_hash(opening, "key"));
  const JsonReader sealed = TRY(opening.object("sealed"));
  TRY(sealed.only({"payload", "reason", "subject"}));
  const JsonReader payload = TRY(sealed.object("payload"));
  entry.act.payload = TRY(canonical_json(payload.value()));
  entry.act.reason = TRY(sealed.text("reason"));
  entry.act.subject = TRY(sealed.text("subject"));
  return ok();
}

}  // namespace

std::string format_opening(const Entry& entry) {
  if (entry.erased) return fmt::format(R"({{"header":{}}})", header_bytes(entry));
  return fmt::format(R"({{"header":{},"key":"{}","sealed":{}}})", header_bytes(entry),
                     hex_encode(entry.key), sealed_bytes(entry.act));
}

Result<Entry> parse_opening(std::string_view text) {
  const Json document = TRY(parse_json(text));
  const JsonReader reader(document, opening_name);
  TRY(reader.only({"header", "key", "sealed"}));
  const JsonReader header = TRY(reader.object("header"));
  Entry entry;
  TRY(read_header(header, entry));
  entry.leaf = leaf_data(entry);
  entry.erased = !reader.has("key") && !reader.has("sealed");
  if (!entry.erased) TRY(read_sealed(reader, entry));
  // Two spellings of one opening would let a receipt be changed without a word in it changing.
  if (text != format_opening(entry)) {
    return reader.fail("is not canonical JSON as receipts carry it");
  }
  TRY(check_sealed(entry));
  return entry;
}

std::string format_receipt(const Entry& entry, ledger::LogProof proof) {
  ENSURE(proof.index == entry.seq);
  proof.extra = format_opening(entry);
  return ledger::format_log_proof(proof);
}

ledger::Policy trust_in(const ledger::NoteKey& log) {
  return {.logs = {{log, ""}}};
}

Result<ProvenReceipt> verify_receipt(std::string_view text, const ledger::Policy& policy,
                                     ReceiptStep* reached) {
  ReceiptStep ignored{};
  ReceiptStep& step = reached != nullptr ? *reached : ignored;
  step = ReceiptStep::form;
  const ledger::LogProof proof = TRY(ledger::parse_log_proof(text));
  if (proof.extra.empty()) {
    return Error{Errc::invalid_argument,
                 "it opens no entry: there is no extra line, so it cannot show what was reported"};
  }
  step = ReceiptStep::signature;
  const ledger::PolicyReport signers = TRY(ledger::examine(policy, proof.checkpoint));
  step = ReceiptStep::witnesses;
  TRY(ledger::check(policy, proof.checkpoint));
  step = ReceiptStep::opening;
  Entry entry = TRY(parse_opening(proof.extra));
  step = ReceiptStep::inclusion;
  if (entry.seq != proof.index) {
    return Error{Errc::corrupted,
                 fmt::format("it opens entry {} and proves entry {}", entry.seq, proof.index)};
  }
  const Hash leaf = ledger::leaf_hash(entry.leaf);
  TRY(ledger::verify_inclusion(leaf, proof.index, signers.checkpoint.tree, proof.hashes));
  return ProvenReceipt{std::move(entry), signers};
}

}  // namespace kensho::journal
