#include "ledger/split_view.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/json_read.h"
#include "ledger/signed_note.h"

namespace kensho::ledger {
namespace {

constexpr std::string_view format_name = "kensho.split-view/1";
constexpr std::string_view explanation =
    "One log signed both notes. The hashes in \"proof\" lead from newer_root_at_older_size to the "
    "root of the newer note (RFC 9162 section 2.1.4.2), so the newer tree had that root at the "
    "size of the older note; the log signed another one for that size. No history of entries "
    "fulfils both.";

Result<Checkpoint> read_note(const std::string& note, std::span<const NoteKey> keys) {
  const VerifiedNote verified = TRY(verify_note(note, keys));
  return parse_checkpoint(verified.text);
}

Error not_split(std::string_view why) {
  return {Errc::invalid_argument, fmt::format("this is no split view: {}", why)};
}

Result<Hash> read_hash(const JsonReader& reader, std::string_view text) {
  const auto bytes = base64_decode(text);
  Hash hash;
  if (!bytes || bytes->size() != hash.size()) return reader.fail("not the base64 of a hash");
  std::ranges::copy(*bytes, hash.begin());
  return hash;
}

}  // namespace

Result<SplitFacts> verify_split_view(const SplitView& view, std::span<const NoteKey> keys) {
  const Checkpoint older = TRY(read_note(view.older, keys));
  const Checkpoint newer = TRY(read_note(view.newer, keys));
  if (older.origin != newer.origin) return not_split("the two notes are of two logs");
  if (older.tree.root == view.newer_root_at_older_size)
    return not_split("the root at the older size is the one that was signed");
  TRY(verify_consistency({older.tree.size, view.newer_root_at_older_size}, newer.tree, view.proof));
  return SplitFacts{older.origin, older.tree, newer.tree};
}

std::string format_split_view(const SplitView& view) {
  Json keys = Json::array();
  for (const NoteKey& key : view.keys) keys.push(key.text());
  Json proof = Json::array();
  for (const Hash& hash : view.proof) proof.push(base64_encode(hash));
  return to_json_pretty(
      Json::object()
          .set("format", format_name)
          .set("explanation", explanation)
          .set("keys", std::move(keys))
          .set("older", view.older)
          .set("newer", view.newer)
          .set("newer_root_at_older_size", base64_encode(view.newer_root_at_older_size))
          .set("proof", std::move(proof)));
}

Result<SplitView> parse_split_view(std::string_view text, const std::string& name) {
  const Json document = TRY(parse_json(text));
  const JsonReader reader(document, name);
  if (TRY(reader.text("format")) != format_name)
    return reader.fail_at("format", fmt::format("not {}", format_name));
  TRY(reader.only(
      {"format", "explanation", "keys", "older", "newer", "newer_root_at_older_size", "proof"}));
  SplitView view;
  for (const std::string& key : TRY(reader.texts("keys")))
    view.keys.push_back(TRY(NoteKey::parse(key)));
  view.older = TRY(reader.text("older"));
  view.newer = TRY(reader.text("newer"));
  const std::string root = TRY(reader.text("newer_root_at_older_size"));
  view.newer_root_at_older_size = TRY(read_hash(reader, root));
  for (const std::string& hash : TRY(reader.texts("proof")))
    view.proof.push_back(TRY(read_hash(reader, hash)));
  return view;
}

}  // namespace kensho::ledger
