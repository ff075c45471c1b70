#include "domain/classification.h"

#include <doctest/doctest.h>

namespace kensho {
namespace {

Date day(const char* text) {
  return *parse_iso_date(text);
}

EntryRef entry(std::uint64_t seq, const char* date) {
  return {seq, parse_time_utc(std::string(date) + "T03:00:00Z").value()};
}

/// A registry in which one offer meets every criterion: one person, in time, published.
struct World {
  Registry registry;
  Offer offer{.therapy = "cells", .institution = "clinic", .from = day("2024-01-01")};
  RuleSet rules{.id = "test"};
  ProtocolFacts protocol;
  Date on = day("2025-12-31");

  World() {
    registry.profile.run_by.id = "society";
    registry.therapies["cells"] = {{.id = "cells", .processors = {"factory"}},
                                   entry(1, "2024-01-01")};
    protocol = {.id = "p",
                .sealed = entry(2, "2024-02-01"),
                .baseline_required = {"score"},
                .has_safety_endpoint = true,
                .has_efficacy_endpoint = true,
                .analysis_due = day("2025-06-30"),
                .follow_up_bound = 0.8,
                .follow_up_due = 10,
                .follow_up_complete = 8};
    add_participant("a", "2024-03-01", "2024-03-10");
    registry.studies.push_back({.protocol = "p", .entry = entry(50, "2025-05-01")});
    registry.publications.push_back({.studies = {50}, .entry = entry(51, "2025-05-02")});
  }

  void add_participant(const char* id, const char* registered_on, const char* treated_on) {
    const EntryRef registered = entry(10, registered_on);
    Participant participant{.therapy = "cells", .registered = registered};
    participant.assessments.push_back(
        {{.variable = "score", .value = "40", .when = {.date = day(registered_on)}}, registered});
    participant.treatments.push_back(
        {{.number = "1", .date = day(treated_on)}, entry(11, treated_on)});
    registry.participants[{"clinic", id}] = std::move(participant);
  }

  Classification classified(bool with_protocol = true) const {
    return classify(registry, offer, on, rules, with_protocol ? &protocol : nullptr);
  }
};

const CriterionAnswer& answer(const Classification& result, std::string_view id) {
  for (const CriterionAnswer& criterion : result.criteria) {
    if (criterion.id == id) return criterion;
  }
  FAIL("no such criterion");
  return result.criteria.front();
}

TEST_CASE("an offer that meets every criterion is explorative") {
  const Classification result = World().classified();
  CHECK(result.evidence_class == EvidenceClass::explorative);
  CHECK(result.rule_set == "test v1");
  for (const auto& criterion : result.criteria) CHECK(criterion.answer == Answer::met);
}

TEST_CASE("each criterion that fails makes the offer uninvestigated and says why") {
  struct Row {
    const char* criterion;
    const char* reason;
    Answer answer;
    void (*spoil)(World&);
  };
  const Row rows[] = {
      {"independent_registry", "tied", Answer::not_met,
       [](World& w) { w.registry.profile.run_by.tied_to = {"factory"}; }},
      {"independent_registry", "tied", Answer::not_met,
       [](World& w) { w.registry.profile.run_by.id = "clinic"; }},
      {"registered_before_treatment", "late", Answer::not_met,
       [](World& w) { w.add_participant("b", "2024-04-02", "2024-04-01"); }},
      {"protocol_sealed_first", "sealed_late", Answer::not_met,
       [](World& w) { w.protocol.sealed = entry(2, "2024-03-11"); }},
      {"protocol_sealed_first", "endpoint_missing", Answer::not_met,
       [](World& w) { w.protocol.has_safety_endpoint = false; }},
      {"analysis_published_on_time", "overdue", Answer::not_met,
       [](World& w) { w.registry.publications.clear(); }},
      {"analysis_published_on_time", "published_late", Answer::not_met,
       [](World& w) { w.protocol.analysis_due = day("2025-05-01"); }},
      {"analysis_published_on_time", "overdue", Answer::not_met,
       [](World& w) { w.registry.studies[0].as_sealed = false; }},
      {"follow_up_complete", "incomplete", Answer::not_met,
       [](World& w) { w.protocol.follow_up_complete = 7; }},
  };
  for (const Row& row : rows) {
    CAPTURE(row.criterion);
    CAPTURE(row.reason);
    World world;
    row.spoil(world);
    const Classification result = world.classified();
    CHECK(result.evidence_class == EvidenceClass::uninvestigated);
    CHECK(!result.verification_in_progress);
    CHECK(answer(result, row.criterion).answer == row.answer);
    CHECK(answer(result, row.criterion).reason == row.reason);
  }
}

TEST_CASE("where nobody was treated nothing can be said yet") {
  World world;
  world.registry.participants.clear();
  const Classification result = world.classified();
  CHECK(answer(result, "registered_before_treatment").reason == "no_treatment");
  CHECK(result.verification_in_progress);
}

TEST_CASE("without a protocol nothing is verified") {
  const Classification result = World().classified(false);
  CHECK(result.evidence_class == EvidenceClass::uninvestigated);
  CHECK(answer(result, "protocol_sealed_first").reason == "no_protocol");
}

TEST_CASE("what is not due yet is in progress, not failed") {
  World world;
  world.registry.publications.clear();
  world.protocol.follow_up_due = 0;
  world.on = day("2025-06-30");

  const Classification result = world.classified();

  CHECK(result.evidence_class == EvidenceClass::uninvestigated);
  CHECK(result.verification_in_progress);
  CHECK(answer(result, "analysis_published_on_time").reason == "not_due");
}

TEST_CASE("a registration on the day of treatment counts only if the rules say so") {
  World world;
  world.add_participant("b", "2024-04-01", "2024-04-01");
  CHECK(world.classified().evidence_class == EvidenceClass::explorative);
  world.rules.same_day_counts = false;
  CHECK(answer(world.classified(), "registered_before_treatment").reason == "late");
}

TEST_CASE("treatments before the protocol's first day are not counted") {
  World world;
  world.add_participant("old", "2024-01-20", "2024-01-10");
  CHECK(world.classified().evidence_class == EvidenceClass::uninvestigated);
  world.protocol.treated_from = day("2024-02-01");
  CHECK(world.classified().evidence_class == EvidenceClass::explorative);
}

TEST_CASE("an approval decides while it is in force") {
  World world;
  world.registry.approvals.push_back({{.therapy = "cells",
                                       .state = ApprovalState::conditional,
                                       .from = day("2024-01-01"),
                                       .until = day("2025-01-31")},
                                      entry(3, "2024-01-01")});
  world.on = day("2025-01-31");
  CHECK(world.classified().evidence_class == EvidenceClass::approved);
  CHECK(world.classified().approval == ApprovalStanding::conditional);
  world.on = day("2025-02-01");
  CHECK(world.classified().evidence_class != EvidenceClass::approved);
  CHECK(world.classified().approval == ApprovalStanding::ended);
}

TEST_CASE("a therapy outside the definitions gets none of the three classes") {
  World world;
  world.registry.therapies["cells"].fact.outside_scope_reason = {"why", "why"};
  CHECK(world.classified().evidence_class == EvidenceClass::outside_scope);
}

}  // namespace
}  // namespace kensho
