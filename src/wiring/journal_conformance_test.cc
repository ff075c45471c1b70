// What every engine of the journal must do: the same cases for SQLite and PostgreSQL.
#include <filesystem>
#include <memory>

#include <doctest/doctest.h>

#include "base/canonical_json.h"
#include "base/encoding.h"
#include "base/random_bytes.h"
#include "journal/commitment.h"
#include "journal/erased_tag.h"
#include "journal/payload.h"
#include "storage/postgres/postgres_journal.h"
#include "storage/postgres/server_test_support.h"
#include "storage/sqlite/sqlite_journal.h"

namespace kensho::wiring {
namespace {

namespace fs = std::filesystem;
using journal::Entry;
using storage::JournalStore;
using storage::JournalWriter;

template <class T>
T must(Result<T> result) {
  REQUIRE_MESSAGE(result, (result ? "" : result.error().message));
  return std::move(result).value();
}

/// A new journal in a file.
class Sqlite {
 public:
  Sqlite() { fs::create_directories(folder_); }
  ~Sqlite() { fs::remove_all(folder_); }
  Sqlite(const Sqlite&) = delete;
  Sqlite& operator=(const Sqlite&) = delete;

  std::unique_ptr<JournalStore> open(OpenMode mode) const {
    return must(SqliteJournal::open((folder_ / "journal.sqlite").string(), mode));
  }

 private:
  fs::path folder_ = fs::temp_directory_path() / ("kensho-" + hex_encode(random_bytes(8)));
};

/// A new journal in a database that it shares with those of the other cases.
class Postgres {
 public:
  std::unique_ptr<JournalStore> open(OpenMode mode) const {
    return must(PostgresJournal::open(location_, mode));
  }

 private:
  PostgresLocation location_{.url = test::PostgresServer::shared().url(),
                             .registry = new_registry_number(),
                             .durability = postgres::Durability::required};
};

Entry sealed(std::uint64_t seq, journal::NewEntry act) {
  Entry entry;
  entry.seq = seq;
  entry.time = {static_cast<std::int64_t>(1'700'000'000'000'000 + seq)};
  entry.act = std::move(act);
  fill_random(entry.key);
  journal::seal(entry);
  return entry;
}

Entry plain(std::uint64_t seq, std::string kind, std::string subject, std::string payload = "{}") {
  return sealed(seq, {.actor = "a",
                      .organisation = "o",
                      .kind = std::move(kind),
                      .subject = std::move(subject),
                      .reason = "",
                      .payload = std::move(payload)});
}

CaseReport report_of(std::string participant, bool registers = true) {
  return {.therapy = "therapy",
          .institution = "clinic",
          .participant = std::move(participant),
          .registers = registers};
}

CaseReport treated(CaseReport report) {
  report.treatment = Treatment{.number = "1", .date_unknown_reason = "test"};
  return report;
}

Entry case_entry(std::uint64_t seq, const CaseReport& report) {
  return plain(seq, std::string(journal::kind::case_reported), report.participant,
               must(canonical_json(journal::to_json(report))));
}

storage::JournalHead head_of(std::uint64_t size) {
  return {.size = size,
          .last_time = {static_cast<std::int64_t>(1'700'000'000'000'000 + size)},
          .frontier = std::string("\0\x01\xff frontier", 12),
          .checkpoint = "name\n1\nroot\n\n\u2014 signature\n"};
}

void append_all(JournalStore& store, const std::vector<Entry>& entries) {
  auto writer = must(store.begin());
  for (const Entry& entry : entries) must(writer->append(entry));
  must(writer->commit(head_of(entries.back().seq + 1)));
}

std::vector<Entry> read_all(const JournalStore& store, std::uint64_t first, std::uint64_t last) {
  std::vector<Entry> entries;
  must(store.read(first, last, [&](const Entry& entry) {
    entries.push_back(entry);
    return ok();
  }));
  return entries;
}

void check_same(const Entry& got, const Entry& put) {
  CHECK(got.seq == put.seq);
  CHECK(got.time.us == put.time.us);
  CHECK(got.act.actor == put.act.actor);
  CHECK(got.act.organisation == put.act.organisation);
  CHECK(got.act.kind == put.act.kind);
  CHECK(got.act.subject == put.act.subject);
  CHECK(got.act.reason == put.act.reason);
  CHECK(got.act.payload == put.act.payload);
  CHECK(got.key == put.key);
  CHECK(got.commitment == put.commitment);
  CHECK(got.leaf == put.leaf);
  CHECK(journal::check_sealed(got));
}

TEST_CASE_TEMPLATE("a new journal is empty", Engine, Sqlite, Postgres) {
  const Engine engine;
  const auto store = engine.open(OpenMode::create);

  CHECK(must(store->head()).size == 0);
  CHECK(must(store->head()).checkpoint.empty());
  CHECK(read_all(*store, 0, 0).empty());
  CHECK_FALSE(must(store->newest_payload("kind", "subject")));
  CHECK_FALSE(must(store->import("digest")));
  CHECK(store->check_views());
  CHECK(store->check_bytes());
}

TEST_CASE_TEMPLATE("entries come back byte for byte, also after opening again", Engine, Sqlite,
                   Postgres) {
  const Engine engine;
  const std::vector<std::string> texts = {"",
                                          " ",
                                          "plain",
                                          "\\",
                                          "\\N",
                                          "\\.",
                                          "a\tb\nc\rd",
                                          "\"'`$1;--",
                                          "{},{\"x\"}",
                                          "NULL",
                                          "\u691c\u8a3c \U0001F9EC",
                                          "\x01\x7f",
                                          std::string(100'000, 'x')};
  std::vector<Entry> put;
  for (const std::string& text : texts) {
    put.push_back(sealed(put.size(), {text, text, "k" + text, text, text, "\"" + text + "\""}));
  }
  auto store = engine.open(OpenMode::create);
  append_all(*store, put);
  store.reset();
  store = engine.open(OpenMode::existing);

  const auto got = read_all(*store, 0, put.size());

  REQUIRE(got.size() == put.size());
  for (std::size_t i = 0; i < put.size(); ++i) check_same(got[i], put[i]);
  const storage::JournalHead head = must(store->head()), expected = head_of(put.size());
  CHECK(head.size == expected.size);
  CHECK(head.last_time.us == expected.last_time.us);
  CHECK(head.frontier == expected.frontier);
  CHECK(head.checkpoint == expected.checkpoint);
}

TEST_CASE_TEMPLATE("what was not committed never was", Engine, Sqlite, Postgres) {
  const Engine engine;
  const auto store = engine.open(OpenMode::create);
  append_all(*store, {plain(0, "k", "s", R"("first")")});

  {
    auto writer = must(store->begin());
    must(writer->append(plain(1, "k", "s", R"("second")")));
    must(writer->append(case_entry(2, report_of("p"))));
  }

  CHECK(must(store->head()).size == 1);
  CHECK(must(store->newest_payload("k", "s")) == R"("first")");
  CHECK_FALSE(must(must(store->begin())->participant("clinic", "p")));
  CHECK(store->read(0, 2, [](const Entry&) { return ok(); }).error().code == Errc::corrupted);
  append_all(*store, {plain(1, "k", "s", R"("third")")});
  CHECK(must(store->newest_payload("k", "s")) == R"("third")");
}

TEST_CASE_TEMPLATE("readers see the last commit and may not write", Engine, Sqlite, Postgres) {
  const Engine engine;
  const auto store = engine.open(OpenMode::create);
  append_all(*store, {plain(0, "k", "s")});
  const auto reader = engine.open(OpenMode::read_only);

  auto writer = must(store->begin());
  must(writer->append(plain(1, "k", "s")));
  CHECK(must(reader->head()).size == 1);
  must(writer->commit(head_of(2)));

  CHECK(must(reader->head()).size == 2);
  CHECK(read_all(*reader, 0, 2).size() == 2);
  CHECK(reader->begin().error().code == Errc::permission_denied);
}

TEST_CASE_TEMPLATE("a range is read in order, until the visitor has had enough", Engine, Sqlite,
                   Postgres) {
  const Engine engine;
  const auto store = engine.open(OpenMode::create);
  std::vector<Entry> put;
  for (std::uint64_t seq = 0; seq < 1203; ++seq) put.push_back(plain(seq, "k", "s"));
  append_all(*store, put);

  for (const auto& [first, last] :
       {std::pair(0, 1203), std::pair(0, 1), std::pair(499, 501), std::pair(1202, 1203)}) {
    const auto got =
        read_all(*store, static_cast<std::uint64_t>(first), static_cast<std::uint64_t>(last));
    REQUIRE(got.size() == static_cast<std::size_t>(last - first));
    for (std::size_t i = 0; i < got.size(); ++i) {
      CHECK(got[i].seq == i + static_cast<std::size_t>(first));
    }
  }
  int visited = 0;
  const Status stopped = store->read(0, 1203, [&](const Entry&) -> Status {
    if (++visited == 700) return Error{Errc::not_found, "enough"};
    return ok();
  });
  CHECK(stopped.error().message == "enough");
  CHECK(visited == 700);
  const Status beyond = store->read(1200, 1204, [](const Entry&) { return ok(); });
  CHECK(beyond.error().code == Errc::corrupted);
  CHECK(beyond.error().message.find("entry 1203") != std::string::npos);
}

TEST_CASE_TEMPLATE("a visitor may ask the store", Engine, Sqlite, Postgres) {
  const Engine engine;
  const auto store = engine.open(OpenMode::create);
  append_all(*store, {plain(0, "k", "s", "1"), plain(1, "k", "t", "2")});

  must(store->read(0, 2, [&](const Entry& entry) {
    CHECK(must(store->newest_payload("k", entry.act.subject)) == entry.act.payload);
    return ok();
  }));
}

TEST_CASE_TEMPLATE("a batch knows the participants it reports on", Engine, Sqlite, Postgres) {
  const Engine engine;
  const auto store = engine.open(OpenMode::create);
  CaseReport planned = report_of("planned");
  planned.treatment = Treatment{.number = "1", .date_unknown_reason = "test", .planned = true};

  auto writer = must(store->begin());
  CHECK_FALSE(must(writer->participant("clinic", "new")));
  must(writer->append(case_entry(0, report_of("new"))));
  must(writer->append_report(case_entry(1, planned), planned, nullptr));

  CHECK(must(writer->participant("clinic", "new"))->therapy == "therapy");
  CHECK_FALSE(must(writer->participant("clinic", "new"))->treated);
  CHECK_FALSE(must(writer->participant("clinic", "planned"))->treated);
  CHECK_FALSE(must(writer->participant("elsewhere", "new")));
  CaseReport later = treated(report_of("new", false));
  later.therapy = "another";
  must(writer->append_report(case_entry(2, later), later, nullptr));
  CHECK(must(writer->participant("clinic", "new"))->treated);
  CHECK(must(writer->participant("clinic", "new"))->therapy == "therapy");
  must(writer->commit(head_of(3)));

  writer = must(store->begin());
  CHECK(must(writer->participant("clinic", "new"))->treated);
  CHECK(must(writer->participant("clinic", "new"))->therapy == "therapy");
  CHECK(must(writer->participant("clinic", "planned")));
  writer.reset();
  CHECK(store->check_views());
}

TEST_CASE_TEMPLATE("telling whom to expect changes no answer", Engine, Sqlite, Postgres) {
  const Engine engine;
  const auto store = engine.open(OpenMode::create);
  append_all(*store,
             {case_entry(0, treated(report_of("old"))), case_entry(1, report_of("x-1.y_"))});

  auto writer = must(store->begin());
  storage::Expected expected;
  expected.people = {
      {"clinic", "old"}, {"clinic", "new"}, {"clinic", "x-1.y_"}, {"elsewhere", "old"}};
  must(writer->append(case_entry(2, report_of("new"))));
  must(writer->expect(expected));

  CHECK(must(writer->participant("clinic", "old"))->treated);
  CHECK(must(writer->participant("clinic", "new")));
  CHECK(must(writer->participant("clinic", "x-1.y_")));
  CHECK_FALSE(must(writer->participant("elsewhere", "old")));
  CHECK_FALSE(must(writer->participant("clinic", "unexpected")));
  must(writer->append(case_entry(3, treated(report_of("new", false)))));
  must(writer->expect({}));
  CHECK(must(writer->participant("clinic", "new"))->treated);
  must(writer->commit(head_of(4)));
  CHECK(store->check_views());
}

TEST_CASE_TEMPLATE("the newest entry of a kind about a subject, and imports, are found", Engine,
                   Sqlite, Postgres) {
  const Engine engine;
  const auto store = engine.open(OpenMode::create);
  append_all(*store, {plain(0, "k", "s", "0"), plain(1, "k", "s", "1"), plain(2, "k", "other", "2"),
                      plain(3, "l", "s", "3"),
                      plain(4, std::string(journal::kind::import_accepted), "d",
                            R"({"digest":"d","file":"f.csv","first_seq":1,"rows":3})")});

  CHECK(must(store->newest_payload("k", "s")) == "1");
  CHECK(must(store->newest_payload("k", "other")) == "2");
  CHECK(must(store->newest_payload("l", "s")) == "3");
  CHECK_FALSE(must(store->newest_payload("l", "other")));
  CHECK(must(store->import("d"))->first_seq == 1);
  CHECK(must(store->import("d"))->rows == 3);
  CHECK_FALSE(must(store->import("e")));
}

TEST_CASE_TEMPLATE("views made anew are the same, for a batch larger than any buffer", Engine,
                   Sqlite, Postgres) {
  const Engine engine;
  auto store = engine.open(OpenMode::create);
  constexpr std::uint64_t people = 11'000;
  {
    auto writer = must(store->begin());
    for (std::uint64_t seq = 0; seq < people; ++seq) {
      const CaseReport report = report_of("p" + std::to_string(seq));
      must(writer->append_report(case_entry(seq, report), report, nullptr));
    }
    for (std::uint64_t seq = people; seq < people + 100; ++seq) {
      const CaseReport report = treated(report_of("p" + std::to_string(seq - people), false));
      must(writer->append_report(case_entry(seq, report), report, nullptr));
    }
    must(writer->commit(head_of(people + 100)));
  }

  CHECK(store->check_views());
  must(store->rebuild_views());

  CHECK(store->check_views());
  auto writer = must(store->begin());
  CHECK(must(writer->participant("clinic", "p99"))->treated);
  CHECK_FALSE(must(writer->participant("clinic", "p100"))->treated);
  CHECK(must(writer->participant("clinic", "p10999")));
}

Entry withdrawal(std::uint64_t seq, std::string participant) {
  const Withdrawal withdrawal{"clinic", participant, *parse_iso_date("2026-01-02")};
  return plain(seq, std::string(journal::kind::consent_withdrawn), std::move(participant),
               must(canonical_json(journal::to_json(withdrawal))));
}

TEST_CASE_TEMPLATE("a withdrawal is known at once, and every entry about a person is found", Engine,
                   Sqlite, Postgres) {
  const Engine engine;
  const auto store = engine.open(OpenMode::create);
  append_all(*store,
             {plain(0, "k", "s"), case_entry(1, report_of("p")), case_entry(2, report_of("q")),
              case_entry(3, treated(report_of("p", false)))});
  auto writer = must(store->begin());
  CHECK_FALSE(must(writer->participant("clinic", "p"))->withdrawn);
  must(writer->append(withdrawal(4, "p")));
  CHECK(must(writer->participant("clinic", "p"))->withdrawn);
  CHECK_FALSE(must(writer->participant("clinic", "q"))->withdrawn);
  must(writer->commit(head_of(5)));

  CHECK(must(must(store->begin())->participant("clinic", "p"))->withdrawn);
  CHECK(must(store->entries_of("clinic", "p")) == std::vector<std::uint64_t>{1, 3, 4});
  CHECK(must(store->entries_of("clinic", "q")) == std::vector<std::uint64_t>{2});
  CHECK(must(store->entries_of("elsewhere", "p")).empty());
  must(store->rebuild_views());
  CHECK(store->check_views());
}

/// The entry that records an erasure, with the tag of the person under the first entry's key.
Entry erasure_of(const JournalStore& store, std::uint64_t seq, std::vector<std::uint64_t> entries,
                 const std::string& participant) {
  const Hash key = read_all(store, 0, 1).front().key;
  const Erasure erasure{.entries = std::move(entries),
                        .institution = "clinic",
                        .therapy = "therapy",
                        .tag = journal::erased_tag(key, "clinic", participant)};
  return plain(seq, std::string(journal::kind::entries_erased), "",
               must(canonical_json(journal::to_json(erasure))));
}

TEST_CASE_TEMPLATE("an erasure leaves header and leaf, and the id does not come back", Engine,
                   Sqlite, Postgres) {
  const Engine engine;
  const auto store = engine.open(OpenMode::create);
  append_all(*store, {plain(0, "k", "s"), case_entry(1, report_of("p")),
                      case_entry(2, report_of("q")), withdrawal(3, "p")});
  const auto before = read_all(*store, 0, 4);
  {
    auto writer = must(store->begin());
    const std::vector<std::uint64_t> gone = {1, 3};
    must(writer->erase(gone));
    must(writer->append(erasure_of(*store, 4, gone, "p")));
    CHECK(must(writer->participant("clinic", "p"))->erased);
    CHECK_FALSE(must(writer->participant("clinic", "q"))->erased);
    must(writer->commit(head_of(5)));
  }

  const auto after = read_all(*store, 0, 4);
  for (const std::size_t seq : {std::size_t{1}, std::size_t{3}}) {
    CHECK(after[seq].erased);
    CHECK(after[seq].act.subject.empty());
    CHECK(after[seq].act.payload.empty());
    CHECK(after[seq].key == Hash{});
    CHECK(after[seq].leaf == before[seq].leaf);
    CHECK(after[seq].commitment == before[seq].commitment);
    CHECK(journal::check_sealed(after[seq]));
  }
  check_same(after[2], before[2]);
  CHECK(must(store->entries_of("clinic", "p")).empty());
  CHECK(must(store->unscrubbed()) == 2);
  must(store->scrub());
  CHECK(must(store->unscrubbed()) == 0);
  CHECK(store->check_views());
  must(store->rebuild_views());
  CHECK(store->check_views());
  auto writer = must(store->begin());
  CHECK(must(writer->participant("clinic", "p"))->erased);
  storage::Expected expected;
  expected.people = {{"clinic", "p"}, {"clinic", "q"}, {"clinic", "r"}};
  must(writer->expect(expected));
  CHECK(must(writer->participant("clinic", "p"))->erased);
  CHECK_FALSE(must(writer->participant("clinic", "q"))->erased);
  CHECK_FALSE(must(writer->participant("clinic", "r")));
}

TEST_CASE_TEMPLATE("what a client sent is known by its key, until it is erased", Engine, Sqlite,
                   Postgres) {
  const Engine engine;
  const auto store = engine.open(OpenMode::create);
  append_all(*store, {plain(0, "k", "s")});
  const journal::SubmissionKey key{"client", "key {\",'}"}, other{"client", "other"};
  const CaseReport report = report_of("p");
  Json payload = journal::to_json(report);
  payload.set("submission", journal::to_json(key));
  const Entry sent =
      plain(1, std::string(journal::kind::case_reported), "p", must(canonical_json(payload)));

  auto writer = must(store->begin());
  CHECK_FALSE(must(writer->submission(key.client, key.key)));
  must(writer->append_report(sent, report, &key));
  CHECK(must(writer->submission(key.client, key.key)) == 1);
  must(writer->commit(head_of(2)));
  writer = must(store->begin());
  must(writer->expect({.submissions = {key, other}}));
  CHECK(must(writer->submission(key.client, key.key)) == 1);
  CHECK_FALSE(must(writer->submission(other.client, other.key)));
  CHECK_FALSE(must(writer->submission("another", key.key)));
  writer.reset();
  must(store->rebuild_views());
  CHECK(store->check_views());

  writer = must(store->begin());
  const std::vector<std::uint64_t> gone = {1};
  must(writer->erase(gone));
  CHECK_FALSE(must(writer->submission(key.client, key.key)));
  must(writer->append(erasure_of(*store, 2, gone, "p")));
  must(writer->commit(head_of(3)));
  writer.reset();
  CHECK(store->check_views());
}

TEST_CASE_TEMPLATE("what cannot be erased is refused, and nothing changed", Engine, Sqlite,
                   Postgres) {
  const Engine engine;
  const auto store = engine.open(OpenMode::create);
  append_all(*store, {plain(0, "k", "s"), case_entry(1, report_of("p")),
                      case_entry(2, report_of("p", false)), case_entry(3, report_of("q"))});
  const auto refused = [&](std::vector<std::uint64_t> seqs) {
    return must(store->begin())->erase(seqs).error();
  };

  CHECK(refused({0}).code == Errc::invalid_argument);
  CHECK(refused({1}).code == Errc::invalid_argument);
  CHECK(refused({1}).message.find("entry 2") != std::string::npos);
  CHECK(refused({1, 2, 9}).code == Errc::not_found);
  for (const Entry& entry : read_all(*store, 0, 4)) CHECK_FALSE(entry.erased);
  CHECK(must(store->unscrubbed()) == 0);
  auto writer = must(store->begin());
  const std::vector<std::uint64_t> all = {1, 2};
  must(writer->erase(all));
  CHECK(writer->erase(all).error().code == Errc::conflict);
}

TEST_CASE_TEMPLATE("text that not every engine can keep is refused, and its value is not told",
                   Engine, Sqlite, Postgres) {
  const Engine engine;
  const auto store = engine.open(OpenMode::create);
  for (const std::string& bad : {std::string("secret\0", 7), std::string("secret\xff")}) {
    auto writer = must(store->begin());
    const Status refused = writer->append(plain(0, "k", bad));
    CHECK(refused.error().code == Errc::invalid_argument);
    CHECK(refused.error().message.find("subject") != std::string::npos);
    CHECK(refused.error().message.find("secret") == std::string::npos);
  }
  CHECK(must(store->head()).size == 0);
}

}  // namespace
}  // namespace kensho::wiring
