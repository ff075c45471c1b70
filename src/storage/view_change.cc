#include "storage/view_change.h"

#include <array>

#include <fmt/format.h>

#include "base/json_read.h"
#include "journal/payload.h"

namespace kensho::storage {
namespace {

enum View : std::size_t {
  participant,
  participant_entry,
  withdrawn,
  erased_participant,
  import_file,
  newest,
  submission
};

using Changes = std::vector<ViewChange>;

std::int64_t number(std::uint64_t seq) {
  return static_cast<std::int64_t>(seq);
}

ViewChange of_participant(const journal::Entry& entry, const std::string& institution,
                          const std::string& id) {
  const std::int64_t block = number(participant_block(entry.seq));
  return {participant_entry, entry.seq, {block, institution, id, number(entry.seq)}};
}

Changes of_withdrawal(const journal::Entry& entry, const ParticipantKey& key) {
  const auto& [institution, id] = key;
  return {{withdrawn, entry.seq, {institution, id, number(entry.seq)}},
          of_participant(entry, institution, id)};
}

Result<Changes> of_import(const journal::Entry& entry, const JsonReader& reader) {
  std::string digest = TRY(reader.text("digest"));
  const std::int64_t first = TRY(reader.integer("first_seq"));
  const std::int64_t rows = TRY(reader.integer("rows"));
  return Changes{{import_file, entry.seq, {std::move(digest), first, rows}}};
}

Result<Changes> changes_of(const journal::Entry& entry, const std::string& name) {
  const Json payload = TRY(parse_json(entry.act.payload));
  const std::string& kind = entry.act.kind;
  if (kind == journal::kind::case_reported) {
    const auto sent = TRY(journal::read_submission(payload, name));
    return view_changes(entry, TRY(journal::read_case_report(payload, name)),
                        sent ? &*sent : nullptr);
  }
  if (kind == journal::kind::consent_withdrawn)
    return of_withdrawal(entry, TRY(journal::read_participant_key(payload, name)));
  if (kind == journal::kind::entries_erased) {
    const Erasure erasure = TRY(journal::read_erasure(payload, name));
    return Changes{{erased_participant, entry.seq, {erasure.tag, number(entry.seq)}}};
  }
  return of_import(entry, JsonReader(payload, name));
}

bool is_read_for_views(std::string_view kind) {
  return kind == journal::kind::case_reported || kind == journal::kind::consent_withdrawn ||
         kind == journal::kind::entries_erased || kind == journal::kind::import_accepted;
}

}  // namespace

std::span<const ViewTable> view_tables() {
  static const std::array<ViewTable, 7> all{{
      {"participant",
       "view_participant",
       {"institution", "participant", "therapy", "treated", "registered"},
       2},
      {"participant_entry",
       "view_participant_entry",
       {"block", "institution", "participant", "seq"},
       4},
      {"withdrawn", "view_withdrawn", {"institution", "participant", "seq"}, 2},
      {"erased_participant", "view_erased", {"tag", "seq"}, 1},
      {"import_file", "view_import", {"digest", "first_seq", "rows"}, 1},
      {"newest", "view_newest", {"kind", "subject", "seq"}, 2},
      {"submission", "view_submission", {"client", "key", "seq"}, 2},
  }};
  return all;
}

Result<Changes> view_changes(const journal::Entry& entry) {
  if (entry.erased) return Changes();
  const journal::NewEntry& act = entry.act;
  if (!is_read_for_views(act.kind))
    return Changes{{newest, entry.seq, {act.kind, act.subject, number(entry.seq)}}};
  const std::string name = fmt::format("entry {}", entry.seq);
  auto changes = changes_of(entry, name);
  if (changes) return changes;
  const std::string& problem = changes.error().message;
  return Error{Errc::corrupted,
               problem.starts_with(name) ? problem : fmt::format("{}: {}", name, problem)};
}

Changes view_changes(const journal::Entry& entry, const CaseReport& report,
                     const journal::SubmissionKey* sent) {
  const bool treated = report.treatment && !report.treatment->planned;
  const std::int64_t seq = number(entry.seq);
  Changes changes = {
      {participant,
       entry.seq,
       {report.institution, report.participant, report.therapy, std::int64_t{treated}, seq}},
      of_participant(entry, report.institution, report.participant)};
  if (sent != nullptr) changes.push_back({submission, entry.seq, {sent->client, sent->key, seq}});
  return changes;
}

}  // namespace kensho::storage
