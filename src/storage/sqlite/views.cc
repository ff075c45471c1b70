#include "storage/sqlite/views.h"

#include <fmt/format.h>

#include "journal/payload.h"
#include "storage/sqlite/sql_text.h"

namespace kensho {

Status Views::create(Database& database, std::string_view schema) {
  return database.execute(sql_text_in("views_schema", schema));
}

Result<Views> Views::open(const Database& database, std::string_view schema) {
  const auto prepare = [&](std::string_view name) {
    return Statement::prepare(database, sql_text_in(name, schema));
  };
  std::vector<Statement> put;
  for (const storage::ViewTable& table : storage::view_tables())
    put.push_back(TRY(prepare(table.statement)));
  Statement entry = TRY(prepare("forget_entry"));
  Statement participant = TRY(prepare("forget_participant"));
  Statement withdrawn = TRY(prepare("forget_withdrawn"));
  Statement submission = TRY(prepare("forget_submission"));
  return Views(std::move(put), {std::move(entry), std::move(participant), std::move(withdrawn),
                                std::move(submission)});
}

Status Views::apply(const journal::Entry& entry) {
  const auto changes = TRY(storage::view_changes(entry));
  for (const storage::ViewChange& change : changes) TRY(apply(change));
  return ok();
}

Status Views::apply_report(const journal::Entry& entry, const CaseReport& report,
                           const journal::SubmissionKey* submission) {
  const auto changes = storage::view_changes(entry, report, submission);
  for (const storage::ViewChange& change : changes) TRY(apply(change));
  return ok();
}

Status Views::apply(const storage::ViewChange& change) {
  Statement& put = put_[change.view];
  int position = 0;
  for (const storage::ViewValue& value : change.values) {
    ++position;
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      put.bind(position, *number);
    } else {
      put.bind(position, std::string_view(std::get<std::string>(value)));
    }
  }
  return put.run();
}

Status Views::forget(const journal::Entry& entry) {
  const std::string name = fmt::format("entry {}", entry.seq);
  const Json payload = TRY(parse_json(entry.act.payload));
  const auto [institution, participant] = TRY(journal::read_participant_key(payload, name));
  forget_.entry.bind(1, storage::participant_block(entry.seq));
  forget_.entry.bind(2, institution).bind(3, participant).bind(4, entry.seq);
  TRY(forget_.entry.run());
  for (Statement* forget : {&forget_.participant, &forget_.withdrawn}) {
    forget->bind(1, institution).bind(2, participant);
    TRY(forget->run());
  }
  const auto submission = TRY(journal::read_submission(payload, name));
  if (!submission) return ok();
  forget_.submission.bind(1, submission->client).bind(2, submission->key);
  return forget_.submission.run();
}

}  // namespace kensho
