// A journal file that tests fill entry by entry.
#pragma once

#include "base/canonical_json.h"
#include "base/random_bytes.h"
#include "journal/commitment.h"
#include "journal/payload.h"
#include "storage/sqlite/database_test_support.h"
#include "storage/sqlite/sqlite_journal.h"

namespace kensho::test {

inline CaseReport report_on(const std::string& participant, bool registers) {
  CaseReport report{.therapy = "cells",
                    .institution = "clinic",
                    .participant = participant,
                    .registers = registers};
  report.baseline = {{"age_years", "61"}};
  return report;
}

/// A journal file that is filled entry by entry.
struct Filled {
  TemporaryFolder folder;
  std::string path = folder.file("journal.sqlite");
  std::unique_ptr<SqliteJournal> journal = must(SqliteJournal::open(path, OpenMode::create));
  std::uint64_t size = 0;
  bool random_keys = false;  // otherwise a key is one byte repeated

  journal::Entry entry(std::string_view kind, std::string subject, const Json& payload) {
    journal::Entry entry{.seq = size};
    entry.act = {.actor = "a",
                 .organisation = "o",
                 .kind = std::string(kind),
                 .subject = std::move(subject),
                 .reason = "because",
                 .payload = must(canonical_json(payload))};
    entry.key.fill(static_cast<std::uint8_t>(size + 1));
    if (random_keys) fill_random(entry.key);
    journal::seal(entry);
    return entry;
  }

  void add(std::string_view kind, std::string subject, const Json& payload) {
    const journal::Entry next = entry(kind, std::move(subject), payload);
    auto writer = must(journal->begin());
    must(writer->append(next));
    ++size;
    must(writer->commit({.size = size, .checkpoint = "c"}));
  }
  void report(const std::string& participant, bool registers) {
    report(report_on(participant, registers));
  }
  void report(const CaseReport& report) {
    add(journal::kind::case_reported, report.participant, journal::to_json(report));
  }
  /// Registers all of them in one transaction.
  void report_all(const std::vector<std::string>& participants) {
    auto writer = must(journal->begin());
    for (const std::string& participant : participants) {
      const CaseReport report = report_on(participant, true);
      must(writer->append_report(
          entry(journal::kind::case_reported, participant, journal::to_json(report)), report,
          nullptr));
      ++size;
    }
    must(writer->commit({.size = size, .checkpoint = "c"}));
  }
  void withdraw(const std::string& participant) {
    add(journal::kind::consent_withdrawn, participant,
        journal::to_json(Withdrawal{"clinic", participant, *parse_iso_date("2026-01-05")}));
  }
  Status erase(const std::vector<std::uint64_t>& seqs) {
    auto writer = must(journal->begin());
    Status erased = writer->erase(seqs);
    if (!erased) return erased;
    return writer->commit({.size = size, .checkpoint = "c"});
  }
  std::optional<storage::KnownParticipant> known(const std::string& participant) {
    return must(must(journal->begin())->participant("clinic", participant));
  }
  std::vector<journal::Entry> all() {
    std::vector<journal::Entry> entries;
    must(journal->read(0, size, [&entries](const journal::Entry& entry) {
      entries.push_back(entry);
      return ok();
    }));
    return entries;
  }
};

}  // namespace kensho::test
