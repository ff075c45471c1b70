#include "witness/decision.h"

namespace kensho::witness {
namespace {

using ledger::AddCheckpoint;
using ledger::TreeHead;

// The contradiction between what we hold and what is sent, if the request proves one.
std::optional<ledger::SplitView> find_split(const WatchedLog& log, const Held& held,
                                            const Held& sent, const AddCheckpoint& request) {
  if (held.note.empty()) return std::nullopt;
  if (held.tree.size == sent.tree.size) {
    if (held.tree.size == 0 || held.tree.root == sent.tree.root) return std::nullopt;
    return ledger::SplitView{log.keys, held.note, sent.note, sent.tree.root, {}};
  }
  const auto root = ledger::proven_older_root(held.tree.size, sent.tree, request.proof);
  if (!root || *root == held.tree.root) return std::nullopt;
  return ledger::SplitView{log.keys, held.note, sent.note, *root, request.proof};
}

bool is_extension(const TreeHead& held, const TreeHead& sent, const ledger::Proof& proof) {
  if (held.size > 0) return bool(ledger::verify_consistency(held, sent, proof));
  return proof.empty() && (sent.size > 0 || sent.root == ledger::empty_root());
}

Verdict judge(const Held& held, const Held& sent, const AddCheckpoint& request) {
  if (request.old_size > sent.tree.size) return Verdict::old_size_too_big;
  if (request.old_size != held.tree.size) return Verdict::other_old_size;
  const bool same_size = held.tree.size == sent.tree.size;
  if (same_size && held.tree.root != sent.tree.root) return Verdict::other_root;
  return is_extension(held.tree, sent.tree, request.proof) ? Verdict::cosign : Verdict::bad_proof;
}

}  // namespace

Result<Decision> decide(const WatchedLog& log, const Held& held, const AddCheckpoint& request) {
  const auto note = ledger::keep_trusted(request.note, log.keys);
  if (!note && note.error().code == Errc::corrupted) return Decision{};
  if (!note) return note.error();
  const ledger::Checkpoint checkpoint = TRY(ledger::parse_checkpoint(note->text));
  if (checkpoint.origin != log.origin)
    return Error{Errc::corrupted, "the checkpoint is of another log than it was looked up for"};
  Decision decision;
  decision.next = {ledger::format_note(*note), checkpoint.tree};
  decision.verdict = judge(held, decision.next, request);
  if (decision.verdict != Verdict::cosign)
    decision.split = find_split(log, held, decision.next, request);
  return decision;
}

}  // namespace kensho::witness
