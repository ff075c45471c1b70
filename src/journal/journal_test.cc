#include <doctest/doctest.h>

#include "base/canonical_json.h"
#include "base/encoding.h"
#include "journal/commitment.h"
#include "journal/erased_tag.h"
#include "journal/fold.h"
#include "journal/payload.h"

namespace kensho::journal {
namespace {

CaseReport full_report() {
  CaseReport report{
      .therapy = "cells", .institution = "clinic", .participant = "p-1", .registers = true};
  report.baseline = {{"age_years", "61"}, {"sex", "female"}};
  report.treatment = Treatment{.number = "1", .date = parse_iso_date("2024-05-01")};
  report.assessments = {{"score", "45.50", {.date = parse_iso_date("2024-04-20")}}};
  report.events = {{"swelling", {.study_day = 3}, true, false, "2"}};
  report.last_contact = When{.study_day = 90};
  return report;
}

Entry sealed_entry(const CaseReport& report) {
  Entry entry{.seq = 7, .time = {1700000000000000}};
  entry.act = {.actor = "a",
               .organisation = "o",
               .kind = std::string(kind::case_reported),
               .subject = "p-1",
               .reason = "first visit",
               .payload = canonical_json(to_json(report)).value()};
  entry.key.fill(0x42);
  seal(entry);
  return entry;
}

TEST_CASE("a case report comes back from its payload as it was, decimals as written") {
  const CaseReport report = full_report();
  const Json payload = parse_json(canonical_json(to_json(report)).value()).value();
  CHECK(read_case_report(payload, "x").value() == report);
}

TEST_CASE("the sealed part and the header are canonical JSON") {
  const Entry entry = sealed_entry(full_report());
  const std::string sealed = sealed_bytes(entry.act);
  CHECK(canonical_json(parse_json(sealed).value()).value() == sealed);
}

TEST_CASE("commitment and leaf equal what another program computes from the format") {
  // python3: hmac.new(bytes([0x42]*32), sealed, 'sha256'); hashlib.sha256(b'kensho journal leaf
  // v1\n' + header)
  Entry entry{.seq = 7, .time = {1700000000000000}};
  entry.act = {.actor = "a",
               .organisation = "o",
               .kind = "case.reported",
               .subject = "p-1",
               .reason = "",
               .payload = R"({"x":"1.50"})"};
  entry.key.fill(0x42);
  seal(entry);
  CHECK(hex_encode(entry.commitment) ==
        "d697e444fa34be385b7684845dc398fee52d773d2ba079362f12f5b5c2853ed0");
  CHECK(hex_encode(entry.leaf) ==
        "deb7ba8b2d9cfaf550d0325be6423fdb000773e6733a44abfafa681e171a296d");
}

TEST_CASE("any change of an entry is found, and named") {
  struct Row {
    const char* what;
    void (*change)(Entry&);
  };
  const Row rows[] = {{"payload", [](Entry& e) { e.act.payload[10] ^= 1; }},
                      {"reason", [](Entry& e) { e.act.reason += " "; }},
                      {"subject", [](Entry& e) { e.act.subject = "p-2"; }},
                      {"key", [](Entry& e) { e.key[31] ^= 1; }},
                      {"time", [](Entry& e) { e.time.us += 1; }},
                      {"actor", [](Entry& e) { e.act.actor = "b"; }},
                      {"organisation", [](Entry& e) { e.act.organisation = "x"; }},
                      {"kind", [](Entry& e) { e.act.kind = "case.corrected"; }},
                      {"commitment", [](Entry& e) { e.commitment[0] ^= 1; }},
                      {"leaf", [](Entry& e) { e.leaf[0] ^= 1; }}};
  for (const Row& row : rows) {
    CAPTURE(row.what);
    Entry entry = sealed_entry(full_report());
    CHECK(check_sealed(entry));
    row.change(entry);
    CHECK(check_sealed(entry).error().message.starts_with("entry 7: "));
  }
}

TEST_CASE("folding keeps the newest word on a treatment and refuses a second registration") {
  Registry registry;
  Entry first = sealed_entry(full_report());
  CHECK(fold(registry, first));
  CaseReport later{.therapy = "cells", .institution = "clinic", .participant = "p-1"};
  later.treatment = Treatment{.number = "1", .date = parse_iso_date("2024-05-03")};
  CHECK(fold(registry, sealed_entry(later)));

  const Participant& participant = registry.participants.at({"clinic", "p-1"});
  CHECK(participant.treatments.size() == 1);
  CHECK(participant.treatments[0].fact.date == parse_iso_date("2024-05-03"));
  CHECK(fold(registry, first).error().message == "entry 7: registers a participant a second time");
}

/// What is left of an entry whose sealed part was destroyed.
Entry erased(Entry entry) {
  entry.key = {};
  entry.act.subject = entry.act.reason = entry.act.payload = "";
  entry.erased = true;
  return entry;
}

Entry withdrawal_entry(std::uint64_t seq) {
  Entry entry{.seq = seq, .time = {1700000000000000}};
  entry.act = {
      .kind = std::string(kind::consent_withdrawn),
      .payload = canonical_json(to_json(Withdrawal{"clinic", "p-1", *parse_iso_date("2024-06-01")}))
                     .value()};
  seal(entry);
  return entry;
}

Erasure some_erasure() {
  return {.entries = {7, 9},
          .institution = "clinic",
          .therapy = "cells",
          .treated = true,
          .tag = erased_tag(Hash{}, "clinic", "p-1")};
}

TEST_CASE("withdrawals and erasures come back from their payloads as they were") {
  const Withdrawal withdrawal{"clinic", "p-1", *parse_iso_date("2024-06-01")};
  CHECK(read_withdrawal(to_json(withdrawal), "x").value() == withdrawal);
  CHECK(read_participant_key(to_json(withdrawal), "x").value() == ParticipantKey("clinic", "p-1"));
  CHECK(read_participant_key(to_json(full_report()), "x").value() ==
        ParticipantKey("clinic", "p-1"));
  CHECK(read_erasure(to_json(some_erasure()), "x").value() == some_erasure());
  for (const std::vector<std::uint64_t>& entries : {std::vector<std::uint64_t>{9, 7}, {7, 7}}) {
    Erasure wrong = some_erasure();
    wrong.entries = entries;
    CHECK(read_erasure(to_json(wrong), "x").error().code == Errc::invalid_argument);
  }
}

TEST_CASE("of an erased entry the leaf is still checked") {
  const Entry entry = erased(sealed_entry(full_report()));
  CHECK(check_sealed(entry));
  Entry altered = entry;
  altered.act.actor = "somebody";
  CHECK(check_sealed(altered).error().message.starts_with("entry 7: "));
  Entry emptied = entry;
  emptied.erased = false;
  CHECK_FALSE(check_sealed(emptied));
}

TEST_CASE("an erased entry is counted and leaves nothing else") {
  Registry registry;
  CHECK(fold(registry, erased(sealed_entry(full_report()))));
  CHECK(registry.participants.empty());
  CHECK(registry.erased_entries == 1);
  CHECK(registry.size == 8);
  CHECK(erased_since(registry) == 1);

  Entry erasure{.seq = 8};
  Erasure named = some_erasure();
  named.entries = {7};
  erasure.act = {.kind = std::string(kind::entries_erased),
                 .payload = canonical_json(to_json(named)).value()};
  CHECK(fold(registry, erasure));
  CHECK(registry.erasures.at(0).fact == named);
  CHECK(erased_since(registry) == 0);

  Entry opened = erased(sealed_entry(full_report()));
  opened.act.kind = kind::registry_opened;
  CHECK(fold(registry, opened).error().message.find("cannot be erased") != std::string::npos);
}

TEST_CASE("after a withdrawal nothing more is taken about the person") {
  Registry registry;
  CHECK(fold(registry, withdrawal_entry(3)).error().code == Errc::corrupted);
  CHECK(fold(registry, sealed_entry(full_report())));
  CHECK(fold(registry, withdrawal_entry(8)));
  const auto& withdrawn = registry.participants.at({"clinic", "p-1"}).withdrawn;
  REQUIRE(withdrawn);
  CHECK(withdrawn->fact == parse_iso_date("2024-06-01"));
  CHECK(withdrawn->entry.seq == 8);
  CHECK(fold(registry, withdrawal_entry(9)).error().code == Errc::corrupted);
  CaseReport later{.therapy = "cells", .institution = "clinic", .participant = "p-1"};
  CHECK(fold(registry, sealed_entry(later)).error().message ==
        "entry 7: reports on a participant who withdrew in entry 8");
}

TEST_CASE("a tag is one person's, one registry's, and equals what another program computes") {
  // python3: hmac.new(bytes([0x42]*32), b'kensho erased participant v1\n["clinic","p-1"]',
  // 'sha256').hexdigest()
  Hash key{};
  key.fill(0x42);
  CHECK(erased_tag(key, "clinic", "p-1") ==
        "bb9a1a838d23bda6b8cf73c0338b594072c6e3c6565b88bbda84c4b39f2b715e");
  CHECK(erased_tag(key, "clinic", "p-2") != erased_tag(key, "clinic", "p-1"));
  CHECK(erased_tag(key, "clinicp", "-1") != erased_tag(key, "clinic", "p-1"));
  CHECK(erased_tag(Hash{}, "clinic", "p-1") != erased_tag(key, "clinic", "p-1"));
}

TEST_CASE("an entry of a kind from the future is refused, not skipped") {
  Registry registry;
  Entry entry = sealed_entry(full_report());
  entry.act.kind = "case.unheard";
  CHECK(fold(registry, entry).error().code == Errc::corrupted);
}

}  // namespace
}  // namespace kensho::journal
