#include "storage/postgres/view_rows.h"

#include <fmt/format.h>

#include "base/json_read.h"
#include "journal/payload.h"

namespace kensho::postgres {
namespace {

std::string name_of(const journal::Entry& entry) {
  return fmt::format("entry {}", entry.seq);
}

Result<Json> payload_of(const journal::Entry& entry) {
  Result<Json> payload = parse_json(entry.act.payload);
  if (payload) return payload;
  return Error{Errc::corrupted, fmt::format("{}: {}", name_of(entry), payload.error().message)};
}

std::string truth(bool value) {
  return value ? "true" : "false";
}

}  // namespace

const std::vector<ViewTable>& view_tables() {
  static const std::vector<ViewTable> all = {
      {"participant",
       {"institution", "participant", "placement", "therapy", "treated", "registered"},
       3},
      {"participant_entry", {"institution", "participant", "seq", "placement"}, 3},
      {"withdrawn", {"institution", "participant", "placement", "seq"}, 3},
      {"erased_participant", {"tag", "seq"}, 1},
      {"import_file", {"digest", "first_seq", "rows"}, 1},
      {"newest", {"kind", "subject", "seq"}, 2},
      {"submission", {"client", "key", "seq"}, 2}};
  return all;
}

Status ViewRows::apply(const StoredEntry& stored) {
  const journal::Entry& entry = stored.entry;
  if (entry.erased) return ok();
  if (entry.act.kind == journal::kind::case_reported) {
    const SentReport sent = TRY(report_in(entry));
    apply_report(stored, sent.report, sent.submission ? &*sent.submission : nullptr);
    return ok();
  }
  if (entry.act.kind == journal::kind::consent_withdrawn) return apply_withdrawal(stored);
  if (entry.act.kind == journal::kind::import_accepted) return apply_import(entry);
  if (entry.act.kind == journal::kind::entries_erased) return apply_erasure(entry);
  table("newest").insert_or_assign({std::string(entry.act.kind), entry.act.subject},
                                   Values{fmt::to_string(entry.seq)});
  return ok();
}

void ViewRows::apply_report(const StoredEntry& stored, const CaseReport& report,
                            const journal::SubmissionKey* submission) {
  const bool treated = report.treatment && !report.treatment->planned;
  const std::string seq = fmt::to_string(stored.entry.seq);
  Values key = {report.institution, report.participant, fmt::to_string(stored.placement)};
  // The first report wins but for treated.
  auto [row, is_new] =
      table("participant").try_emplace(std::move(key), Values{report.therapy, truth(treated), seq});
  if (!is_new && treated) row->second[1] = truth(true);
  add_entry_of({report.institution, report.participant}, stored.entry.seq, stored.placement);
  if (submission != nullptr) {
    table("submission").emplace(Values{submission->client, submission->key}, Values{seq});
  }
}

void ViewRows::add_entry_of(const ParticipantKey& person, std::uint64_t seq, Placement placement) {
  table("participant_entry")
      .emplace(Values{person.first, person.second, fmt::to_string(seq)},
               Values{fmt::to_string(placement)});
}

Status ViewRows::apply_withdrawal(const StoredEntry& stored) {
  const ParticipantKey person = TRY(person_in(stored.entry));
  table("withdrawn")
      .emplace(Values{person.first, person.second, fmt::to_string(stored.placement)},
               Values{fmt::to_string(stored.entry.seq)});
  add_entry_of(person, stored.entry.seq, stored.placement);
  return ok();
}

Status ViewRows::apply_erasure(const journal::Entry& entry) {
  const Json payload = TRY(payload_of(entry));
  const Erasure erasure = TRY(journal::read_erasure(payload, name_of(entry)));
  table("erased_participant").emplace(Values{erasure.tag}, Values{fmt::to_string(entry.seq)});
  return ok();
}

Status ViewRows::apply_import(const journal::Entry& entry) {
  const Json payload = TRY(payload_of(entry));
  const JsonReader reader(payload, name_of(entry));
  Values values = {fmt::to_string(TRY(reader.integer("first_seq"))),
                   fmt::to_string(TRY(reader.integer("rows")))};
  table("import_file").insert_or_assign({TRY(reader.text("digest"))}, std::move(values));
  return ok();
}

std::size_t ViewRows::size() const {
  std::size_t rows = 0;
  for (const auto& [name, table] : tables_) rows += table.size();
  return rows;
}

Result<SentReport> report_in(const journal::Entry& entry) {
  const Json payload = TRY(payload_of(entry));
  SentReport sent;
  sent.report = TRY(journal::read_case_report(payload, name_of(entry)));
  sent.submission = TRY(journal::read_submission(payload, name_of(entry)));
  return sent;
}

Result<ParticipantKey> person_in(const journal::Entry& entry) {
  const Json payload = TRY(payload_of(entry));
  return journal::read_participant_key(payload, name_of(entry));
}

Status merge(Connection& connection, std::int64_t registry, ViewRows& rows) {
  for (const ViewTable& view : view_tables()) {
    const ViewRows::Table& table = rows.table(view.name);
    if (table.empty()) continue;
    std::vector<std::vector<std::string>> columns(view.columns.size());
    for (const auto& [key, values] : table) {
      for (std::size_t i = 0; i < columns.size(); ++i) {
        columns[i].push_back(i < key.size() ? key[i] : values[i - key.size()]);
      }
    }
    Parameters parameters;
    parameters.add(registry);
    for (const auto& column : columns) parameters.add_list(column);
    TRY(connection.run(fmt::format("merge_{}", view.name), parameters));
  }
  rows.clear();
  return ok();
}

Result<std::optional<storage::ViewDifference>> compare(Connection& connection,
                                                       std::int64_t registry, const ViewTable& view,
                                                       ViewRows& rows) {
  ViewRows::Table& expected = rows.table(view.name);
  storage::ViewDifference difference{.view = std::string(view.name)};
  Parameters parameters;
  parameters.add(registry);
  TRY(connection.stream(fmt::format("rows_{}", view.name), parameters,
                        [&](const Rows& stored) -> Status {
                          ViewRows::Values key, values;
                          for (std::size_t i = 0; i < view.columns.size(); ++i) {
                            auto& part = i < view.key_columns ? key : values;
                            part.emplace_back(stored.text(0, static_cast<int>(i)));
                          }
                          const auto found = expected.find(key);
                          if (found == expected.end()) {
                            ++difference.extra;
                            return ok();
                          }
                          if (found->second != values) ++difference.changed;
                          expected.erase(found);
                          return ok();
                        }));
  difference.lacking = expected.size();
  const bool equal = difference.lacking + difference.extra + difference.changed == 0;
  return equal ? std::optional<storage::ViewDifference>() : std::optional(std::move(difference));
}

}  // namespace kensho::postgres
