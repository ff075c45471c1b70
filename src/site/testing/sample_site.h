// For tests: a small registry with every class, every method, a blinded and a post-hoc study.
#pragma once

#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "site/site.h"
#include "study/run.h"

namespace kensho::site::testing {

inline constexpr const char* hostile_name = "<script>alert('x')</script> & \"cells\"";

inline constexpr std::string_view sample_protocol_text = R"toml(
format = 1
id = "{}"
version = 1
title = {{ en = "Sample study", ja = "見本の検証" }}
question = {{ en = "Does it help?", ja = "役に立ちますか。" }}
therapy = "{}"
institutions = []
baseline_required = ["age"]
analysis_due = "2026-12-31"
sample_size = {{ en = "All who come.", ja = "来た人すべて。" }}
missing_data = {{ en = "Left out.", ja = "除く。" }}
multiplicity = {{ en = "One primary analysis.", ja = "主要な解析は1つ。" }}
smallest_group = 5
[population]
description = {{ en = "Everyone treated.", ja = "治療を受けた人すべて。" }}
[estimand]
treatment = {{ en = "The cells", ja = "細胞" }}
population = {{ en = "Adults", ja = "成人" }}
variable = {{ en = "Time to relapse", ja = "再発までの時間" }}
intercurrent_events = {{ en = "None", ja = "なし" }}
summary = {{ en = "Survival curve", ja = "生存曲線" }}
[follow_up]
bound = 0.8
day = 365
terminal_events = ["death"]
[gate]
treated_min = {}
completeness_min = 0.5
[[endpoint]]
id = "dfs"
title = {{ en = "Disease-free survival", ja = "無病生存" }}
role = "efficacy"
type = "time_to_event"
events = ["relapse", "death"]
[[endpoint]]
id = "first"
title = {{ en = "What came first", ja = "最初に起きたこと" }}
role = "efficacy"
type = "competing"
events = ["relapse", "death"]
[[endpoint]]
id = "pain"
title = {{ en = "Pain", ja = "痛み" }}
role = "efficacy"
type = "change"
variable = "pain"
visits = [{{ name = "m6", from_day = 150, to_day = 210 }}, {{ name = "", from_day = 330, to_day = 400 }}]
meaningful_change = 10
meaningful_change_source = "Sample source"
[[endpoint]]
id = "harm"
title = {{ en = "Adverse events", ja = "有害事象" }}
role = "safety"
type = "adverse_events"
[[analysis]]
id = "who"
method = "describe"
title = {{ en = "Who was treated", ja = "治療を受けた人" }}
group_by = "risk"
variables = ["age", "sex", "pain"]
[[analysis]]
id = "km"
method = "kaplan_meier"
endpoint = "dfs"
title = {{ en = "Alive without relapse", ja = "再発なく生存している人" }}
group_by = "risk"
times_days = [365, 730, 1095]
primary = true
[[analysis]]
id = "test"
method = "log_rank"
endpoint = "dfs"
title = {{ en = "Do the groups differ?", ja = "グループに差があるか" }}
group_by = "risk"
[[analysis]]
id = "causes"
method = "cumulative_incidence"
endpoint = "first"
title = {{ en = "What happened first", ja = "最初に起きたこと" }}
group_by = "risk"
times_days = [365, 730]
[[analysis]]
id = "pain"
method = "change"
endpoint = "pain"
title = {{ en = "Pain before and after", ja = "痛みの前後比較" }}
[[analysis]]
id = "harms"
method = "adverse_events"
endpoint = "harm"
title = {{ en = "Adverse events", ja = "有害事象" }}
[[threat]]
en = "There is no comparison with people who were not treated."
ja = "治療を受けなかった人との比較がありません。"
[[label]]
variable = "risk"
code = "low"
en = "Low risk"
ja = "低リスク"
[[label]]
variable = "risk"
code = "high"
en = "High risk"
ja = "高リスク"
[[label]]
variable = "age"
en = "Age (years)"
ja = "年齢（歳）"
[[label]]
variable = "sex"
en = "Sex"
ja = "性別"
[[label]]
variable = "visit"
code = "m6"
en = "6 months"
ja = "6か月後"
[[label]]
variable = "pain"
en = "Pain score"
ja = "痛みの点数"
[[label]]
variable = "relapse"
en = "Relapse"
ja = "再発"
[[label]]
variable = "death"
en = "Death"
ja = "死亡"
)toml";

inline std::string sample_protocol(const char* id, const char* therapy, int treated_min) {
  return fmt::format(sample_protocol_text, id, therapy, treated_min);
}

inline TimeUtc at(const char* iso) {
  return parse_time_utc(iso).value();
}
inline Date day(const char* iso) {
  return *parse_iso_date(iso);
}

/// Person `i` of a therapy: enough variety to fill every table, the same every time.
inline Participant sample_participant(const std::string& therapy, int i) {
  Participant person;
  person.therapy = therapy;
  person.registered = {static_cast<std::uint64_t>(100 + i), at("2022-01-01T00:00:00Z")};
  person.baseline = {{"age", std::to_string(30 + i * 7 % 41)},
                     {"sex", i % 3 == 0 ? "m" : "f"},
                     {"risk", i % 5 < 2 ? "high" : "low"}};
  const EntryRef entry{static_cast<std::uint64_t>(300 + i), at("2022-02-01T00:00:00Z")};
  person.treatments.push_back(
      {{.number = "1", .date = day("2022-02-01").plus_days(i), .date_unknown_reason = {}}, entry});
  const auto study_day = [](int days) { return When{.date = {}, .study_day = days}; };
  person.assessments.push_back({{"pain", std::to_string(40 + i % 17), study_day(-3)}, entry});
  if (i % 6 != 0)
    person.assessments.push_back({{"pain", std::to_string(52 + i % 23), study_day(180)}, entry});
  if (i % 4 != 0)
    person.assessments.push_back({{"pain", std::to_string(55 + i % 19), study_day(365)}, entry});
  if (i % 3 == 1)
    person.events.push_back(
        {{.kind = "relapse", .when = study_day(80 + i * 13 % 900), .grade = {}}, entry});
  if (i % 7 == 2)
    person.events.push_back(
        {{.kind = "death", .when = study_day(200 + i * 17 % 1000), .grade = {}}, entry});
  if (i % 4 == 0)
    person.events.push_back(
        {{.kind = "fever", .when = study_day(2), .adverse = true, .grade = {}}, entry});
  if (i % 40 == 3)
    person.events.push_back(
        {{.kind = "sepsis", .when = study_day(9), .adverse = true, .serious = true, .grade = {}},
         entry});
  person.last_contact = study_day(i % 9 == 0 ? 200 + i : 800 + i * 11 % 700);
  return person;
}

inline Registry sample_registry() {
  Registry registry;
  registry.profile = {.id = "sample",
                      .name = {"Sample Registry", "見本レジストリ"},
                      .run_by = {"operator", {"Sample Society", "見本学会"}, {}},
                      .simulated = true};
  registry.size = 4213;
  registry.last_time = at("2026-10-31T09:00:00Z");
  for (int i = 0; i < 120; ++i) {
    registry.participants[{"clinic-a", fmt::format("p{:03}", i)}] = sample_participant("cells", i);
    if (i < 12)
      registry.participants[{"clinic-b", fmt::format("q{:03}", i)}] =
          sample_participant("blinded", i);
    if (i < 60)
      registry.participants[{"clinic-c", fmt::format("r{:03}", i)}] =
          sample_participant("posthoc", i);
  }
  return registry;
}

inline OfferPage sample_offer(const char* therapy, const char* institution,
                              EvidenceClass evidence_class, std::uint64_t entry) {
  OfferPage page;
  page.therapy = {.id = therapy,
                  .name = {"Cells from fat", "脂肪由来の細胞"},
                  .disease = {"Knee osteoarthritis", "変形性膝関節症"},
                  .description = {"Grown from the person’s own fat.", "本人の脂肪から培養します。"},
                  .modality = Modality::processed_cells};
  page.institution = {
      institution,
      {fmt::format("Clinic {}", institution), fmt::format("{}クリニック", institution)},
      {"Yokohama", "横浜市"}};
  page.offer = {therapy, institution, "SIMULATED-0001", day("2021-04-01")};
  page.offer_entry = entry;
  page.numbers = {130, 120, 118, 110, 98, 31, 3};
  Classification& answer = page.classification;
  answer.therapy = therapy;
  answer.institution = institution;
  answer.on = day("2026-10-31");
  answer.evidence_class = evidence_class;
  answer.rule_set = "declaration-2025 v1";
  answer.criteria = {{.id = "independent_registry",
                      .answer = Answer::met,
                      .reason = "independent",
                      .entries = {0}},
                     {.id = "registered_before_treatment",
                      .answer = Answer::met,
                      .reason = "before",
                      .count = 120,
                      .total = 120},
                     {.id = "protocol_sealed_first",
                      .answer = Answer::met,
                      .reason = "sealed_first",
                      .date = day("2021-12-01"),
                      .entries = {40}},
                     {.id = "analysis_published_on_time",
                      .answer = Answer::met,
                      .reason = "published",
                      .date = day("2026-12-31"),
                      .entries = {4100}},
                     {.id = "follow_up_complete",
                      .answer = Answer::met,
                      .reason = "complete",
                      .count = 98,
                      .total = 110,
                      .bound = 0.8}};
  return page;
}

inline void add_study(OfferPage& page, const Registry& registry, const char* id, int treated_min,
                      bool as_sealed) {
  const std::string text = sample_protocol(id, page.offer.therapy.c_str(), treated_min);
  page.protocol = study::parse_protocol(text, "sample.toml").value();
  page.sealed = SealedProtocol{id, 1, text, std::string(64, 'a'), {40, at("2021-12-01T00:00:00Z")}};
  const auto result = study::run_study({.registry = &registry,
                                        .root = std::string(64, 'b'),
                                        .protocol = &*page.protocol,
                                        .sealed = as_sealed ? &*page.sealed : nullptr});
  REQUIRE_MESSAGE(result, (result ? "" : result.error().message));
  page.study = RecordedStudy{id,
                             1,
                             registry.size,
                             as_sealed,
                             to_json_text(*result),
                             std::string(64, 'c'),
                             {4100 + page.offer_entry, at("2026-09-30T00:00:00Z")}};
}

inline SiteInput sample_input() {
  const Registry registry = sample_registry();
  SiteInput input;
  input.registry = registry.profile;
  input.checkpoint_size = registry.size;
  input.checkpoint_time = registry.last_time;
  input.root = "1f2e3d4c5b6a79881f2e3d4c5b6a79881f2e3d4c5b6a79881f2e3d4c5b6a7988";
  input.checkpoint =
      "sample.example/log\n4213\nHy49TFtqeYgfLj1MW2p5iB8uPUxbanmIHy49TFtqeYg=\n\n\u2014 "
      "sample.example/log AAAA\n";
  input.key = "sample.example/log+1a2b3c4d+AQIDBA==";
  input.rule_set = "declaration-2025 v1";

  OfferPage explorative = sample_offer("cells", "clinic-a", EvidenceClass::explorative, 2);
  add_study(explorative, registry, "sample-study", 30, true);
  OfferPage blinded = sample_offer("blinded", "clinic-b", EvidenceClass::uninvestigated, 3);
  add_study(blinded, registry, "blinded-study", 30, true);
  blinded.classification.verification_in_progress = true;
  blinded.classification.criteria[1] = {.id = "registered_before_treatment",
                                        .answer = Answer::unknown,
                                        .reason = "date_unknown",
                                        .count = 0,
                                        .total = 12};
  blinded.classification.criteria[3] = {.id = "analysis_published_on_time",
                                        .answer = Answer::unknown,
                                        .reason = "not_due",
                                        .date = day("2026-12-31")};
  blinded.numbers = {14, 12, 12, 0, 0, 0, 0};
  OfferPage post_hoc = sample_offer("posthoc", "clinic-c", EvidenceClass::uninvestigated, 4);
  add_study(post_hoc, registry, "posthoc-study", 30, false);
  post_hoc.classification.criteria[4] = {.id = "follow_up_complete",
                                         .answer = Answer::not_met,
                                         .reason = "incomplete",
                                         .count = 7,
                                         .total = 60,
                                         .bound = 0.8};
  post_hoc.numbers = {60, 60, 60, 60, 7, 4, 1};
  post_hoc.therapy.name = {hostile_name, hostile_name};
  OfferPage approved = sample_offer("sheet", "hospital", EvidenceClass::approved, 1);
  approved.approval = Approval{"sheet",           {"Sheet", "シート"}, ApprovalState::conditional,
                               day("2024-07-31"), day("2031-07-30"),   "Sample source"};
  approved.classification.approval = ApprovalStanding::conditional;
  approved.classification.approval_entry = 12;
  OfferPage outside = sample_offer("exosomes", "tower", EvidenceClass::outside_scope, 5);
  outside.therapy.outside_scope_reason = {"It contains no cells.", "細胞を含みません。"};
  outside.therapy.modality = Modality::extracellular_vesicles;
  outside.offer.plan_number.clear();
  input.offers = {explorative, blinded, post_hoc, approved, outside};
  return input;
}

}  // namespace kensho::site::testing
