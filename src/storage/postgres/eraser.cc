#include "storage/postgres/eraser.h"

#include <algorithm>

#include <fmt/format.h>

#include "storage/postgres/entries.h"
#include "storage/postgres/view_rows.h"

namespace kensho::postgres {
namespace {

/// Errors: not_found.
Result<StoredEntry> entry_at(Connection& connection, std::int64_t registry, std::uint64_t seq) {
  StoredEntry found;
  const auto take = [&found](const StoredEntry& stored) {
    found = stored;
    return ok();
  };
  if (read_entries(connection, registry, seq, seq + 1, take)) return found;
  return Error{Errc::not_found, fmt::format("there is no entry {}", seq)};
}

Status check_erasable(const journal::Entry& entry) {
  if (!journal::is_about_a_person(entry.act.kind)) {
    return Error{Errc::invalid_argument,
                 fmt::format("entry {} cannot be erased: its kind is '{}', which is not about a "
                             "person",
                             entry.seq, entry.act.kind)};
  }
  if (!entry.erased) return ok();
  return Error{Errc::conflict, fmt::format("entry {} was erased before", entry.seq)};
}

/// Nobody may stay in part: what is left could not be folded.
Status check_all_go(const std::vector<std::uint64_t>& about_person,
                    std::span<const std::uint64_t> going) {
  const auto stays = std::ranges::find_if(about_person, [&](std::uint64_t seq) {
    return std::ranges::find(going, seq) == going.end();
  });
  if (stays == about_person.end()) return ok();
  return Error{Errc::invalid_argument,
               fmt::format("entry {} is about the same person and would stay; all entries about a "
                           "person are erased together",
                           *stays)};
}

Status destroy(Connection& connection, std::int64_t registry, const StoredEntry& stored) {
  Parameters where;
  where.add(registry).add(stored.entry.seq).add(stored.placement);
  TRY(connection.run("erase_entry", where));
  Parameters mark;
  mark.add(registry).add(stored.entry.seq);
  TRY(connection.run("mark_unscrubbed", mark));
  return ok();
}

Status forget_submission(Connection& connection, std::int64_t registry,
                         const journal::Entry& entry) {
  if (entry.act.kind != journal::kind::case_reported) return ok();
  const auto submission = TRY(report_in(entry)).submission;
  if (!submission) return ok();
  Parameters sent;
  sent.add(registry).add(submission->client).add(submission->key);
  TRY(connection.run("forget_submission", sent));
  return ok();
}

Status forget(Connection& connection, std::int64_t registry, const ParticipantKey& person) {
  Parameters who;
  who.add(registry).add(person.first).add(person.second);
  for (const char* view : {"participant", "participant_entry", "withdrawn"}) {
    TRY(connection.run(fmt::format("forget_{}", view), who));
  }
  return ok();
}

}  // namespace

Result<std::vector<std::uint64_t>> find_entries_of(Connection& connection, std::int64_t registry,
                                                   std::string_view institution,
                                                   std::string_view participant) {
  Parameters asked;
  asked.add(registry).add(institution).add(participant);
  const Rows rows = TRY(connection.run("find_entries_of", asked));
  std::vector<std::uint64_t> seqs;
  for (int row = 0; row < rows.size(); ++row) {
    seqs.push_back(static_cast<std::uint64_t>(rows.int64(row, 0)));
  }
  return seqs;
}

Result<std::set<ParticipantKey>> erase_entries(Connection& connection, std::int64_t registry,
                                               std::span<const std::uint64_t> seqs) {
  std::set<ParticipantKey> people;
  for (const std::uint64_t seq : seqs) {
    const StoredEntry stored = TRY(entry_at(connection, registry, seq));
    TRY(check_erasable(stored.entry));
    people.insert(TRY(person_in(stored.entry)));
    TRY(forget_submission(connection, registry, stored.entry));
    TRY(destroy(connection, registry, stored));
  }
  for (const ParticipantKey& person : people) {
    const auto about = TRY(find_entries_of(connection, registry, person.first, person.second));
    TRY(check_all_go(about, seqs));
    TRY(forget(connection, registry, person));
  }
  return people;
}

}  // namespace kensho::postgres
