#include "app/run_study.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/encoding.h"
#include "study/run.h"

namespace kensho::app {
namespace {

/// The newest checkpoint that a result can depend on: results and publications come after it.
Result<std::uint64_t> newest_data_checkpoint(const Journal& journal) {
  std::uint64_t size = 0;
  const storage::JournalHead head = TRY(journal.store().head());
  TRY(journal.store().read(0, head.size, [&](const journal::Entry& entry) {
    const std::string& kind = entry.act.kind;
    const bool derived = kind == journal::kind::study_recorded ||
                         kind == journal::kind::publication_started ||
                         kind == journal::kind::publication_sealed;
    if (!derived) size = entry.seq + 1;
    return ok();
  }));
  return size;
}

Result<StudyOutcome> outcome_of(const study::RunRequest& request) {
  const Json document = TRY(study::run_study(request));
  StudyOutcome outcome;
  outcome.text = to_json_pretty(document);
  outcome.sha256 = hex_encode(sha256(as_bytes(outcome.text)));
  outcome.protocol = request.protocol->id;
  outcome.protocol_version = request.protocol->version;
  outcome.checkpoint_size = request.registry->size;
  outcome.as_sealed = request.sealed != nullptr;
  return outcome;
}

}  // namespace

Result<StudyOutcome> run_study(const Journal& journal, const StudyRequest& request) {
  const std::uint64_t size = request.size ? *request.size : TRY(newest_data_checkpoint(journal));
  const storage::JournalHead head = TRY(journal.store().head());
  if (size > head.size) {
    return Error{
        Errc::not_found,
        fmt::format("checkpoint {} does not exist: the journal has {} entries", size, head.size)};
  }
  const Registry registry = TRY(journal.registry(size));
  study::RunRequest run{.registry = &registry, .threads = request.threads};
  run.root = hex_encode(TRY(journal.root_at(size)));
  const bool post_hoc = request.protocol.empty();
  if (!post_hoc) run.sealed = find_protocol(registry, request.protocol);
  if (!post_hoc && !run.sealed) {
    return Error{Errc::not_found, fmt::format("no protocol '{}' is sealed at checkpoint {}",
                                              request.protocol, size)};
  }
  const study::Protocol protocol =
      post_hoc ? TRY(study::parse_protocol(request.post_hoc_toml, request.post_hoc_name))
               : TRY(study::parse_protocol(run.sealed->text, request.protocol));
  run.protocol = &protocol;
  return outcome_of(run);
}

Result<bool> record_study(Journal& journal, const Actor& actor, const StudyOutcome& outcome) {
  const Registry registry = TRY(journal.registry());
  if (std::ranges::find(registry.studies, outcome.sha256, &RecordedStudy::sha256) !=
      registry.studies.end()) {
    return false;
  }
  Json payload = Json::object();
  payload.set("protocol", outcome.protocol).set("protocol_version", outcome.protocol_version);
  payload.set("checkpoint_size", outcome.checkpoint_size).set("as_sealed", outcome.as_sealed);
  payload.set("result", outcome.text).set("sha256", outcome.sha256);
  TRY(journal.append(actor, {.kind = journal::kind::study_recorded,
                             .subject = outcome.protocol,
                             .payload = std::move(payload)}));
  return true;
}

}  // namespace kensho::app
