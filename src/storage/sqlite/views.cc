#include "storage/sqlite/views.h"

#include <fmt/format.h>

#include "base/json_read.h"
#include "journal/payload.h"
#include "storage/sqlite/sql_text.h"

namespace kensho {
namespace {

std::string name_of(const journal::Entry& entry) {
  return fmt::format("entry {}", entry.seq);
}

Result<Json> payload_of(const journal::Entry& entry) {
  Result<Json> payload = parse_json(entry.act.payload);
  if (payload) return payload;
  return Error{Errc::corrupted, fmt::format("{}: {}", name_of(entry), payload.error().message)};
}

}  // namespace

Status Views::create(Database& database, std::string_view schema) {
  return database.execute(sql_text_in("views_schema", schema));
}

Result<Views> Views::open(const Database& database, std::string_view schema) {
  const auto prepare = [&](std::string_view name) {
    return Statement::prepare(database, sql_text_in(name, schema));
  };
  Statement participant = TRY(prepare("view_participant"));
  Statement participant_entry = TRY(prepare("view_participant_entry"));
  Statement withdrawn = TRY(prepare("view_withdrawn"));
  Statement erased = TRY(prepare("view_erased"));
  Statement import = TRY(prepare("view_import"));
  Statement newest = TRY(prepare("view_newest"));
  Statement submission = TRY(prepare("view_submission"));
  Statement forget_entry = TRY(prepare("forget_entry"));
  Statement forget_participant = TRY(prepare("forget_participant"));
  Statement forget_withdrawn = TRY(prepare("forget_withdrawn"));
  Statement forget_submission = TRY(prepare("forget_submission"));
  return Views(Statements{.participant = std::move(participant),
                          .participant_entry = std::move(participant_entry),
                          .withdrawn = std::move(withdrawn),
                          .erased = std::move(erased),
                          .import = std::move(import),
                          .newest = std::move(newest),
                          .submission = std::move(submission),
                          .forget_entry = std::move(forget_entry),
                          .forget_participant = std::move(forget_participant),
                          .forget_withdrawn = std::move(forget_withdrawn),
                          .forget_submission = std::move(forget_submission)});
}

Status Views::apply(const journal::Entry& entry) {
  if (entry.erased) return ok();
  if (entry.act.kind == journal::kind::case_reported) {
    const Json payload = TRY(payload_of(entry));
    const auto submission = TRY(journal::read_submission(payload, name_of(entry)));
    return apply_report(entry, TRY(journal::read_case_report(payload, name_of(entry))),
                        submission ? &*submission : nullptr);
  }
  if (entry.act.kind == journal::kind::consent_withdrawn) return apply_withdrawal(entry);
  if (entry.act.kind == journal::kind::import_accepted) return apply_import(entry);
  if (entry.act.kind == journal::kind::entries_erased) return apply_erasure(entry);
  to_.newest.bind(1, entry.act.kind).bind(2, entry.act.subject).bind(3, entry.seq);
  return to_.newest.run();
}

Status Views::apply_report(const journal::Entry& entry, const CaseReport& report,
                           const journal::SubmissionKey* submission) {
  const bool treated = report.treatment && !report.treatment->planned;
  to_.participant.bind(1, report.institution).bind(2, report.participant).bind(3, report.therapy);
  to_.participant.bind(4, treated ? 1 : 0).bind(5, entry.seq);
  TRY(to_.participant.run());
  to_.participant_entry.bind(1, report.institution).bind(2, report.participant).bind(3, entry.seq);
  TRY(to_.participant_entry.run());
  if (submission == nullptr) return ok();
  to_.submission.bind(1, submission->client).bind(2, submission->key).bind(3, entry.seq);
  return to_.submission.run();
}

Status Views::apply_withdrawal(const journal::Entry& entry) {
  const Json payload = TRY(payload_of(entry));
  const auto [institution, participant] =
      TRY(journal::read_participant_key(payload, name_of(entry)));
  for (Statement* put : {&to_.withdrawn, &to_.participant_entry}) {
    put->bind(1, institution).bind(2, participant).bind(3, entry.seq);
    TRY(put->run());
  }
  return ok();
}

Status Views::apply_erasure(const journal::Entry& entry) {
  const Json payload = TRY(payload_of(entry));
  const Erasure erasure = TRY(journal::read_erasure(payload, name_of(entry)));
  to_.erased.bind(1, erasure.tag).bind(2, entry.seq);
  return to_.erased.run();
}

Status Views::apply_import(const journal::Entry& entry) {
  const Json payload = TRY(payload_of(entry));
  const JsonReader reader(payload, name_of(entry));
  const std::string digest = TRY(reader.text("digest"));
  to_.import.bind(1, digest)
      .bind(2, TRY(reader.integer("first_seq")))
      .bind(3, TRY(reader.integer("rows")));
  return to_.import.run();
}

Status Views::forget(const journal::Entry& entry) {
  const Json payload = TRY(payload_of(entry));
  const auto [institution, participant] =
      TRY(journal::read_participant_key(payload, name_of(entry)));
  to_.forget_entry.bind(1, institution).bind(2, participant).bind(3, entry.seq);
  TRY(to_.forget_entry.run());
  for (Statement* forget : {&to_.forget_participant, &to_.forget_withdrawn}) {
    forget->bind(1, institution).bind(2, participant);
    TRY(forget->run());
  }
  const auto submission = TRY(journal::read_submission(payload, name_of(entry)));
  if (!submission) return ok();
  to_.forget_submission.bind(1, submission->client).bind(2, submission->key);
  return to_.forget_submission.run();
}

const std::vector<Views::Table>& Views::tables() {
  static const std::vector<Table> all = {
      {"participant", "institution, participant, therapy, treated, registered"},
      {"participant_entry", "institution, participant, seq"},
      {"withdrawn", "institution, participant, seq"},
      {"erased_participant", "tag, seq"},
      {"import_file", "digest, first_seq, rows"},
      {"newest", "kind, subject, seq"},
      {"submission", "client, key, seq"}};
  return all;
}

}  // namespace kensho
