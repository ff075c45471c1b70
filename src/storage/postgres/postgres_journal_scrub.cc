// What erased entries leave behind in the tables, and how it goes. PostgreSQL keeps an old row
// until a vacuum, and its bytes beyond that until something else needs the space; so the tables are
// written anew, into other files, from the rows that are there.
#include "storage/postgres/postgres_journal.h"

namespace kensho {

Status PostgresJournal::scrub() {
  const auto database = TRY(connection());
  if (!TRY(database->run("may_scrub")).boolean(0, 0)) {
    return Error{Errc::permission_denied,
                 "only the role that owns the tables can overwrite free space in them"};
  }
  TRY(database->execute(postgres::sql_text("scrub")));
  postgres::Parameters registry;
  registry.add(location_.registry);
  TRY(database->run("clear_unscrubbed", registry));
  return ok();
}

Result<std::uint64_t> PostgresJournal::unscrubbed() const {
  postgres::Parameters registry;
  registry.add(location_.registry);
  const postgres::Rows count = TRY(ask("count_unscrubbed", registry));
  return static_cast<std::uint64_t>(count.int64(0, 0));
}

std::string_view PostgresJournal::unsearched_files() const {
  return "the files of the PostgreSQL server: its tables were written anew, but its write-ahead "
         "log, archives, standbys and backups keep what they hold until they are recycled "
         "(docs/postgresql.md)";
}

}  // namespace kensho
