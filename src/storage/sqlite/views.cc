#include "storage/sqlite/views.h"

#include <fmt/format.h>

#include "base/json_read.h"
#include "journal/payload.h"
#include "storage/sqlite/sql_text.h"

namespace kensho {
namespace {

Result<Json> payload_of(const journal::Entry& entry) {
  Result<Json> payload = parse_json(entry.act.payload);
  if (payload) return payload;
  return Error{Errc::corrupted, fmt::format("entry {}: {}", entry.seq, payload.error().message)};
}

}  // namespace

Views::Views(Statement participant, Statement import, Statement newest, Statement submission)
    : participant_(std::move(participant)),
      import_(std::move(import)),
      newest_(std::move(newest)),
      submission_(std::move(submission)) {}

Status Views::create(Database& database, std::string_view schema) {
  return database.execute(sql_text_in("views_schema", schema));
}

Result<Views> Views::open(const Database& database, std::string_view schema) {
  Statement participant =
      TRY(Statement::prepare(database, sql_text_in("view_participant", schema)));
  Statement import = TRY(Statement::prepare(database, sql_text_in("view_import", schema)));
  Statement newest = TRY(Statement::prepare(database, sql_text_in("view_newest", schema)));
  Statement submission = TRY(Statement::prepare(database, sql_text_in("view_submission", schema)));
  return Views(std::move(participant), std::move(import), std::move(newest), std::move(submission));
}

Status Views::apply(const journal::Entry& entry) {
  if (entry.act.kind == journal::kind::case_reported) {
    const Json payload = TRY(payload_of(entry));
    const std::string name = fmt::format("entry {}", entry.seq);
    const auto submission = TRY(journal::read_submission(payload, name));
    return apply_report(entry, TRY(journal::read_case_report(payload, name)),
                        submission ? &*submission : nullptr);
  }
  if (entry.act.kind == journal::kind::import_accepted) return apply_import(entry);
  newest_.bind(1, entry.act.kind).bind(2, entry.act.subject).bind(3, entry.seq);
  return newest_.run();
}

Status Views::apply_report(const journal::Entry& entry, const CaseReport& report,
                           const journal::SubmissionKey* submission) {
  const bool treated = report.treatment && !report.treatment->planned;
  participant_.bind(1, report.institution).bind(2, report.participant).bind(3, report.therapy);
  participant_.bind(4, treated ? 1 : 0).bind(5, entry.seq);
  TRY(participant_.run());
  if (submission == nullptr) return ok();
  submission_.bind(1, submission->client).bind(2, submission->key).bind(3, entry.seq);
  return submission_.run();
}

Status Views::apply_import(const journal::Entry& entry) {
  const Json payload = TRY(payload_of(entry));
  const JsonReader reader(payload, fmt::format("entry {}", entry.seq));
  const std::string digest = TRY(reader.text("digest"));
  import_.bind(1, digest)
      .bind(2, TRY(reader.integer("first_seq")))
      .bind(3, TRY(reader.integer("rows")));
  return import_.run();
}

const std::vector<Views::Table>& Views::tables() {
  static const std::vector<Table> all = {
      {"participant", "institution, participant, therapy, treated, registered"},
      {"import_file", "digest, first_seq, rows"},
      {"newest", "kind, subject, seq"},
      {"submission", "client, key, seq"}};
  return all;
}

}  // namespace kensho
