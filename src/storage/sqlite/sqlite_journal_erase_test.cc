// Erasing entries in the journal's file: what goes, what stays, what is refused.
#include <doctest/doctest.h>

#include "journal/erased_tag.h"
#include "storage/sqlite/journal_test_support.h"

namespace kensho {
namespace {

using test::Filled;
using test::must;

/// 0 a registration that is no person's; 1, 3 reports and 4 the withdrawal of p1; 2 p2.
void add_two_people(Filled& filled) {
  filled.add(journal::kind::institution_registered, "clinic", Json::object().set("id", "clinic"));
  filled.report("p1", true);
  filled.report("p2", true);
  filled.report("p1", false);
  filled.withdraw("p1");
}

TEST_CASE("erasing takes the sealed parts and the views' rows, and nothing else") {
  Filled filled;
  add_two_people(filled);
  const auto before = filled.all();
  CHECK(must(filled.journal->entries_of("clinic", "p1")) == std::vector<std::uint64_t>{1, 3, 4});
  CHECK(filled.known("p1")->withdrawn);
  CHECK_FALSE(filled.known("p2")->withdrawn);

  must(filled.erase({1, 3, 4}));

  const auto after = filled.all();
  REQUIRE(after.size() == before.size());
  for (std::size_t i = 0; i < after.size(); ++i) {
    const bool goes = i == 1 || i == 3 || i == 4;
    CAPTURE(i);
    CHECK(after[i].erased == goes);
    CHECK(after[i].leaf == before[i].leaf);
    CHECK(after[i].commitment == before[i].commitment);
    CHECK(after[i].act.payload == (goes ? "" : before[i].act.payload));
    CHECK((after[i].key == Hash{}) == goes);
    must(journal::check_sealed(after[i]));
  }
  CHECK(must(filled.journal->entries_of("clinic", "p1")).empty());
  CHECK_FALSE(filled.known("p1"));
  CHECK(filled.known("p2"));
  must(filled.journal->check_views());
  must(filled.journal->rebuild_views());
  CHECK_FALSE(filled.known("p1"));
  must(filled.journal->check_bytes());
}

TEST_CASE("an erasure that is not whole, or not about a person, changes nothing") {
  Filled filled;
  add_two_people(filled);
  const struct {
    std::vector<std::uint64_t> seqs;
    Errc code;
    const char* message;
  } rows[] = {{{1, 3}, Errc::invalid_argument, "entry 4 is about the same person and would stay"},
              {{0}, Errc::invalid_argument, "entry 0 cannot be erased: its kind is"},
              {{99}, Errc::not_found, "there is no entry 99"},
              {{1, 3, 4, 4}, Errc::conflict, "entry 4 was erased before"}};
  for (const auto& row : rows) {
    const Status refused = filled.erase(row.seqs);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == row.code);
    CHECK(refused.error().message.starts_with(row.message));
  }
  for (const journal::Entry& entry : filled.all()) CHECK_FALSE(entry.erased);
  CHECK(must(filled.journal->entries_of("clinic", "p1")).size() == 3);
  must(filled.journal->check_views());
}

TEST_CASE("an erased id is recognised when it comes back, another one is not") {
  Filled filled;
  add_two_people(filled);
  const Hash registry_key = filled.all().front().key;
  must(filled.erase({1, 3, 4}));
  const Erasure erasure{.entries = {1, 3, 4},
                        .institution = "clinic",
                        .therapy = "cells",
                        .treated = false,
                        .tag = journal::erased_tag(registry_key, "clinic", "p1")};
  filled.add(journal::kind::entries_erased, "", journal::to_json(erasure));

  CHECK(filled.known("p1")->erased);
  CHECK_FALSE(filled.known("p2")->erased);
  CHECK_FALSE(filled.known("p3"));
  must(filled.journal->check_views());
}

TEST_CASE("a scrub that was not reached is still due") {
  Filled filled;
  add_two_people(filled);
  CHECK(must(filled.journal->unscrubbed()) == 0);
  must(filled.erase({1, 3, 4}));
  CHECK(must(filled.journal->unscrubbed()) == 3);
  must(filled.journal->scrub());
  CHECK(must(filled.journal->unscrubbed()) == 0);
  CHECK(filled.all().size() == 5);
  must(filled.journal->check_bytes());
  must(filled.journal->check_views());
}

TEST_CASE("a file of version 0.1.0 is given the new views when it is opened for writing") {
  Filled filled;
  add_two_people(filled);
  const auto newer_tables = {"participant_entry", "withdrawn",  "erased_participant",
                             "submission",        "unscrubbed", "views_version",
                             "migration"};
  filled.journal.reset();
  {
    Database database = must(Database::open(filled.path, {.mode = OpenMode::existing}));
    for (const char* name : newer_tables) {
      must(database.execute(std::string("DROP TABLE ") + name));
    }
  }
  filled.journal = must(SqliteJournal::open(filled.path, OpenMode::existing));
  CHECK(must(filled.journal->entries_of("clinic", "p1")).size() == 3);
  must(filled.journal->check_views());
}

}  // namespace
}  // namespace kensho
