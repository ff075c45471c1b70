#include "witness/witness.h"

#include <algorithm>

#include "ledger/signed_note.h"

namespace kensho::witness {
namespace {

// The origin that a note claims, before anything is verified: it only says which log to look up.
Result<std::string> claimed_origin(const std::string& note) {
  const ledger::UnverifiedNote parsed = TRY(ledger::parse_note(note));
  return TRY(ledger::parse_checkpoint(parsed.text)).origin;
}

Answer refusal(Verdict verdict, const Held& held) {
  switch (verdict) {
    case Verdict::not_signed:
      return {Outcome::not_signed, {}};
    case Verdict::old_size_too_big:
      return {Outcome::old_size_too_big, {}};
    case Verdict::other_old_size:
    case Verdict::other_root:
      return {Outcome::other_size, ledger::format_tree_size(held.tree.size)};
    case Verdict::bad_proof:
      return {Outcome::bad_proof, {}};
    case Verdict::cosign:
      break;
  }
  ENSURE(false);
}

LogState state_of(const WatchedLogs& logs, const std::string& id) {
  LogState state{.id = id};
  const auto log = logs.log(id);
  if (log) state.origin = log->origin;
  const auto held = log ? logs.held(id, *log) : Result<Held>(log.error());
  const auto split = logs.split(id);
  if (held) state.size = held->tree.size;
  if (!held) state.problem = held.error().message;
  state.split = !split || split->has_value();  // evidence that cannot be read still stops the log
  return state;
}

}  // namespace

Witness::Witness(ledger::Cosigner cosigner, WatchedLogs logs, const Clock& clock, OnSplit on_split)
    : cosigner_(std::move(cosigner)),
      logs_(std::move(logs)),
      clock_(&clock),
      on_split_(std::move(on_split)) {}

Result<Answer> Witness::add_checkpoint(std::string_view body) {
  const auto request = ledger::parse_add_checkpoint(body);
  if (!request) return Answer{Outcome::malformed, request.error().message};
  const auto origin = claimed_origin(request->note);
  if (!origin) return Answer{Outcome::malformed, origin.error().message};
  const std::string id = WatchedLogs::id_of(*origin);
  const std::lock_guard lock(one_at_a_time_);
  const auto log = logs_.log(id);
  if (!log && log.error().code == Errc::not_found) return Answer{Outcome::unknown_log, {}};
  if (!log) return log.error();
  return answer(*request, id, *log);
}

Result<Answer> Witness::answer(const ledger::AddCheckpoint& request, const std::string& id,
                               const WatchedLog& log) {
  const Held held = TRY(logs_.held(id, log));
  const auto decision = decide(log, held, request);
  if (!decision) return Answer{Outcome::malformed, decision.error().message};
  const bool stopped = TRY(logs_.split(id)).has_value();
  if (decision->split && !stopped) {  // the first evidence is enough
    TRY(logs_.keep_split(id, *decision->split));
    on_split_(log.origin, logs_.split_file(id));
  }
  if (decision->verdict != Verdict::cosign) return refusal(decision->verdict, held);
  if (stopped) return Answer{Outcome::stopped, id};
  return cosign(id, held, decision->next);
}

Result<Answer> Witness::cosign(const std::string& id, const Held& held, const Held& next) {
  // Of one tree the note that came first stays: another text (extension lines) is nothing we keep.
  if (held.note.empty() || held.tree != next.tree) TRY(logs_.hold(id, next));
  const std::string text = TRY(ledger::parse_note(next.note)).text;
  const ledger::NoteSignature signature = TRY(cosigner_.cosign(text, clock_->now()));
  return Answer{Outcome::cosigned, ledger::format_signature(signature)};
}

Result<std::vector<LogState>> Witness::state() const {
  std::vector<LogState> states;
  for (const std::string& id : TRY(logs_.ids())) states.push_back(state_of(logs_, id));
  std::ranges::sort(states, {}, &LogState::origin);
  return states;
}

Result<std::string> Witness::held_note(const std::string& id) const {
  const WatchedLog log = TRY(logs_.log(id));
  Held held = TRY(logs_.held(id, log));
  if (held.note.empty()) return Error{Errc::not_found, "nothing of this log was cosigned yet"};
  return std::move(held.note);
}

Result<std::string> Witness::evidence(const std::string& id) const {
  TRY(logs_.log(id));
  const auto view = TRY(logs_.split(id));
  if (!view) return Error{Errc::not_found, "there is no evidence against this log"};
  return ledger::format_split_view(*view);
}

}  // namespace kensho::witness
