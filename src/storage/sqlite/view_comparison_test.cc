// Stored views against the journal, in journals that take several windows of the comparison.
#include "storage/sqlite/view_comparison.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/canonical_json.h"
#include "base/rng.h"
#include "journal/payload.h"
#include "storage/sqlite/database_test_support.h"
#include "storage/sqlite/sqlite_journal.h"

namespace kensho {
namespace {

using test::must;
using test::TemporaryFolder;

constexpr std::uint64_t entries = 12'000;
constexpr std::uint32_t people = 6'000;

journal::Entry report_entry(std::uint64_t seq, Rng& rng) {
  CaseReport report{.therapy = "cells"};
  report.institution = fmt::format("clinic-{}", rng.below(3));
  report.participant = fmt::format("p{}", rng.below(people));
  if (rng.bernoulli(0.3)) report.treatment = Treatment{.number = "1", .date_unknown_reason = "x"};
  journal::Entry entry{.seq = seq};
  entry.act.kind = journal::kind::case_reported;
  entry.act.payload = must(canonical_json(journal::to_json(report)));
  return entry;
}

/// A journal with many participants, and a connection to do damage with.
struct Filled {
  TemporaryFolder folder;
  std::string path = folder.file("journal.sqlite");
  std::unique_ptr<SqliteJournal> journal = must(SqliteJournal::open(path, OpenMode::create));
  Database database = must(Database::open(path, {.mode = OpenMode::existing}));

  Filled() {
    Rng rng(20261122, 7);
    auto writer = must(journal->begin());
    for (std::uint64_t seq = 0; seq < entries; ++seq) must(writer->append(report_entry(seq, rng)));
    must(writer->commit({.size = entries, .checkpoint = "c"}));
    for (const storage::ViewTable& table : storage::view_tables())
      must(database.execute(
          fmt::format("CREATE TEMP TABLE was_{0} AS SELECT * FROM {0}", table.name)));
  }

  std::uint64_t count(const std::string& query) {
    return static_cast<std::uint64_t>(
        test::query_int64(database, ("SELECT count(*) FROM (" + query + ")").c_str()));
  }

  /// The naive twin: what sets of rows and keys say.
  storage::ViewDifference naive(const storage::ViewTable& table) {
    const std::string all = fmt::format("{}", fmt::join(table.columns, ", "));
    const auto keys_of = std::span(table.columns).first(table.key_columns);
    const std::string keys = fmt::format("{}", fmt::join(keys_of, ", "));
    const auto except = [&](const std::string& columns, const char* has, const char* lacks) {
      return count(fmt::format("SELECT {0} FROM {2}{1} EXCEPT SELECT {0} FROM {3}{1}", columns,
                               table.name, has, lacks));
    };
    storage::ViewDifference difference{.view = std::string(table.name)};
    difference.lacking = except(keys, "was_", "main.");
    difference.extra = except(keys, "main.", "was_");
    difference.changed = except(all, "was_", "main.") - difference.lacking;
    return difference;
  }

  std::vector<storage::ViewDifference> audited() {
    const auto audit = must(journal->audit_views());
    must(journal->read(0, entries, [&](const journal::Entry& entry) {
      return audit->add(must(storage::view_changes(entry)));
    }));
    return must(audit->finish());
  }
};

TEST_CASE("a comparison finds what sets of rows say, over many windows") {
  Filled filled;
  CHECK(filled.audited().empty());
  must(filled.database.execute(
      "DELETE FROM participant WHERE registered % 97 = 3;"
      "UPDATE participant SET treated = 1 - treated WHERE registered % 101 = 5;"
      "UPDATE participant SET participant = participant || 'x' WHERE registered % 103 = 7;"
      "INSERT INTO participant VALUES ('', '', '', 0, 0), ('zzz', 'z', 't', 1, 2);"
      "DELETE FROM participant_entry WHERE seq % 1009 < 3;"
      "DELETE FROM participant_entry WHERE institution = 'clinic-1' AND participant < 'p3';"
      "INSERT INTO newest VALUES ('a', 'b', 3);"));

  const auto found = filled.audited();

  REQUIRE(found.size() == 3);
  for (const storage::ViewDifference& difference : found) {
    CAPTURE(difference.view);
    const auto& table =
        *std::ranges::find(storage::view_tables(), difference.view, &storage::ViewTable::name);
    const storage::ViewDifference expected = filled.naive(table);
    CHECK(difference.lacking == expected.lacking);
    CHECK(difference.extra == expected.extra);
    CHECK(difference.changed == expected.changed);
    CHECK(difference.first_entry.has_value() == (expected.lacking + expected.changed > 0));
  }
  CHECK(found[0].lacking > 50);
  CHECK(found[0].changed > 50);
  CHECK(found[1].lacking > 1000);
  CHECK(filled.journal->check_views().error().message.starts_with("view 'participant' lacks"));
}

TEST_CASE("the first entry is the one that made the first missing row") {
  Filled filled;
  const std::int64_t first = test::query_int64(
      filled.database, "SELECT registered FROM participant WHERE registered > 4000 LIMIT 1");
  const std::int64_t second =
      test::query_int64(filled.database, "SELECT max(registered) FROM participant");
  must(filled.database.execute(
      fmt::format("DELETE FROM participant WHERE registered IN ({}, {})", first, second)));
  const auto found = filled.audited();
  REQUIRE(found.size() == 1);
  CHECK(found[0].first_entry == static_cast<std::uint64_t>(std::min(first, second)));
  CHECK(storage::in_words(found[0]) == "view 'participant' lacks 2 rows that the journal makes");
}

TEST_CASE("views that are made anew are those that the entries made one by one") {
  Filled filled;
  must(
      filled.database.execute("UPDATE participant SET treated = 0, therapy = 'x';"
                              "DELETE FROM participant_entry;"
                              "INSERT INTO withdrawn VALUES ('a', 'b', 1);"));
  must(filled.journal->rebuild_views());
  for (const storage::ViewTable& table : storage::view_tables()) {
    const storage::ViewDifference difference = filled.naive(table);
    CHECK(difference.lacking + difference.extra + difference.changed == 0);
  }
  CHECK(filled.audited().empty());
}

TEST_CASE("a comparison reads one state, whatever is written meanwhile") {
  Filled filled;
  const auto audit = must(filled.journal->audit_views());
  REQUIRE(must(filled.journal->head()).size == entries);
  must(filled.database.execute("DELETE FROM participant; UPDATE head SET size = 1"));
  CHECK(must(filled.journal->head()).size == entries);
  must(filled.journal->read(0, entries, [&](const journal::Entry& entry) {
    return audit->add(must(storage::view_changes(entry)));
  }));
  CHECK(must(audit->finish()).empty());
}

}  // namespace
}  // namespace kensho
