// Really gone: nothing of an erased person is left in any byte of the journal's files.
#include <doctest/doctest.h>

#include "base/encoding.h"
#include "storage/sqlite/journal_test_support.h"
#include "storage/sqlite/record_bytes.h"

namespace kensho {
namespace {

using test::Filled;
using test::must;

/// A text that no other person and no other place has.
std::string fragment(const std::string& participant, int number) {
  return hex_encode(sha256(as_bytes(participant + std::to_string(number)))).substr(0, 24);
}

/// A report full of such texts; on overflow pages where there are many.
CaseReport report_with(const std::string& participant, bool registers, int first, int fragments) {
  CaseReport report = test::report_on(participant, registers);
  for (int i = first; i < first + fragments; ++i)
    report.baseline["note" + std::to_string(i)] = fragment(participant, i);
  return report;
}

struct Person {
  std::string id;
  int fragments = 0;
};

/// People in an order that is not that of their ids, so that pages split in the middle; every
/// seventh with reports longer than a page.
std::vector<Person> add_people(Filled& filled, int count) {
  std::vector<Person> people;
  for (int i = 0; i < count; ++i) {
    const std::string id = "person-" + fragment("id", i).substr(0, 12);
    const int fragments = i % 7 == 0 ? 400 : 5 + i % 23;
    filled.report(report_with(id, true, 0, fragments));
    filled.report(report_with(id, false, fragments, 10));
    people.push_back({id, fragments + 10});
  }
  return people;
}

/// Everything that may be found nowhere once this person is erased.
std::vector<std::string> secrets_of(Filled& filled, const Person& person) {
  std::vector<std::string> secrets{person.id};
  for (int i = 0; i < person.fragments; ++i) secrets.push_back(fragment(person.id, i));
  for (const std::uint64_t seq : must(filled.journal->entries_of("clinic", person.id))) {
    must(filled.journal->read(seq, seq + 1, [&secrets](const journal::Entry& entry) {
      const std::string_view key = as_text(entry.key);
      for (std::size_t at = 0; at < key.size(); at += 8) secrets.emplace_back(key.substr(at, 8));
      secrets.push_back(hex_encode(entry.key));
      return ok();
    }));
  }
  return secrets;
}

/// How many of the secrets are in the files' bytes.
std::size_t found_in_files(const Filled& filled, const std::vector<std::string>& secrets) {
  std::size_t found = 0;
  for (const std::string& secret : secrets) {
    const std::vector<std::string> one{secret};
    if (!must(filled.journal->find_in_files(BytePatterns(one))).empty()) ++found;
  }
  return found;
}

void erase(Filled& filled, const Person& person) {
  must(filled.erase(must(filled.journal->entries_of("clinic", person.id))));
}

TEST_CASE("after erasure and scrub no byte of a person is left, whatever moved before") {
  Filled filled;
  // Keys of the shared helper are one repeated byte: here every key is its own.
  filled.random_keys = true;
  filled.add(journal::kind::institution_registered, "clinic", Json::object().set("id", "clinic"));
  const std::vector<Person> people = add_people(filled, 150);
  // Erasing some makes rows shrink and pages merge: others' rows move and leave copies behind.
  for (std::size_t i = 3; i < people.size(); i += 5) erase(filled, people[i]);

  for (const std::size_t i : {0UL, 7UL, 11UL, 50UL, 70UL, 149UL}) {
    CAPTURE(i);
    const std::vector<std::string> secrets = secrets_of(filled, people[i]);
    const std::vector<std::string> stored = must(filled.journal->traces_of("clinic", people[i].id));
    REQUIRE(stored.size() == 4);  // two entries; treated or not
    // They are there before: all but the keys' hexadecimal, texts that the border of two pages
    // cuts, and a row that says the opposite.
    CHECK(found_in_files(filled, secrets) >= secrets.size() * 19 / 20 - 2);
    CHECK(found_in_files(filled, stored) == stored.size() - 1);

    erase(filled, people[i]);
    must(filled.journal->scrub());

    CHECK(found_in_files(filled, secrets) == 0);
    CHECK(found_in_files(filled, stored) == 0);
  }
  must(filled.journal->check_bytes());
  must(filled.journal->check_views());
  const std::vector<std::string> kept = secrets_of(filled, people[1]);
  CHECK(found_in_files(filled, kept) == kept.size() - 2);
}

/// The whole file; `journal` has brought its log into it.
std::string bytes_of(Filled& filled) {
  filled.journal.reset();
  const auto bytes = test::file_bytes(filled.path);
  filled.journal = must(SqliteJournal::open(filled.path, OpenMode::existing));
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool has_stale_copy(const std::string& bytes, const std::string& row) {
  const std::size_t first = bytes.find(row);
  return first != bytes.npos && bytes.find(row, first + 1) != bytes.npos;
}

TEST_CASE("copies that a page split left behind go too") {
  Filled filled;
  filled.add(journal::kind::institution_registered, "clinic", Json::object().set("id", "clinic"));
  std::vector<std::string> ids;
  for (int i = 0; i < 6000; ++i)
    ids.push_back(fragment("split", i).substr(0, 8 + static_cast<std::size_t>(i % 3) * 8));
  filled.report_all(ids);
  const std::string bytes = bytes_of(filled);
  std::vector<std::string> moved;  // whose row is there twice: once where SQLite knows of it
  for (const std::string& id : ids) {
    const std::uint64_t seq = must(filled.journal->entries_of("clinic", id)).front();
    if (has_stale_copy(bytes, record_bytes({storage::participant_block(seq), "clinic", id, seq})))
      moved.push_back(id);
  }
  MESSAGE(moved.size() << " of " << ids.size() << " rows have a second copy");
  for (const std::string& id : moved)
    must(filled.erase(must(filled.journal->entries_of("clinic", id))));

  const auto left = [&] {
    const std::string now = bytes_of(filled);
    return std::ranges::count_if(
        moved, [&now](const std::string& id) { return now.find("clinic" + id) != now.npos; });
  };
  CHECK(left() == std::ssize(moved));  // secure_delete alone does not reach them
  must(filled.journal->scrub());
  CHECK(left() == 0);
}

TEST_CASE("a row's bytes are those in the file") {
  const std::string numbers_at_borders[] = {"p-1", "p-22", std::string(64, 'x')};
  const std::uint64_t numbers[] = {0,
                                   1,
                                   2,
                                   127,
                                   128,
                                   32767,
                                   32768,
                                   8388607,
                                   8388608,
                                   2147483647,
                                   2147483648,
                                   140737488355327,
                                   140737488355328};
  test::TemporaryFolder folder;
  const std::string path = folder.file("rows.sqlite");
  {
    Database database = must(Database::open(path));
    must(database.execute("CREATE TABLE t (a TEXT, b TEXT, n INTEGER, m INTEGER)"));
    Statement insert =
        must(Statement::prepare(database, "INSERT INTO t VALUES ('osu', ?1, ?2, 7)"));
    for (const std::string& id : numbers_at_borders) {
      for (const std::uint64_t number : numbers) {
        insert.bind(1, id).bind(2, number);
        must(insert.run());
      }
    }
  }
  for (const std::string& id : numbers_at_borders) {
    for (const std::uint64_t number : numbers) {
      CAPTURE(number);
      const std::vector<std::string> row{record_bytes({"osu", id, number, std::uint64_t{7}})};
      CHECK(must(find_in_file(path, BytePatterns(row))));
      const std::vector<std::string> other{record_bytes({"osu", id, number, std::uint64_t{8}})};
      CHECK_FALSE(must(find_in_file(path, BytePatterns(other))));
    }
  }
}

TEST_CASE("a scrub that another reader holds up fails, stays due, and can be done later") {
  Filled filled;
  filled.add(journal::kind::institution_registered, "clinic", Json::object().set("id", "clinic"));
  const std::vector<Person> people = add_people(filled, 3);
  auto reader = must(Database::open(filled.path, {.mode = OpenMode::read_only}));
  Statement rows = must(Statement::prepare(reader, "SELECT seq FROM entry"));
  REQUIRE(must(rows.step()));  // a read transaction that does not end
  erase(filled, people[0]);

  CHECK(filled.journal->scrub().error().code == Errc::unavailable);
  CHECK(must(filled.journal->unscrubbed()) == 2);

  rows.reset();
  must(filled.journal->scrub());
  CHECK(must(filled.journal->unscrubbed()) == 0);
}

}  // namespace
}  // namespace kensho
