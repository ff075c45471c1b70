#include <doctest/doctest.h>

#include "base/file.h"
#include "study/run.h"

namespace kensho::study {
namespace {

/// The example's protocol: real, so that it cannot drift from what is read here.
std::string example_protocol() {
  return read_file(std::string(KENSHO_SOURCE_DIR) +
                   "/examples/bone-marrow-transplant/protocol.toml")
      .value();
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != text.npos);
  return text.replace(at, from.size(), to);
}

Participant treated(const char* group, int last_day) {
  Participant participant{.therapy = "allogeneic-bmt"};
  participant.baseline = {{"disease_group", group}, {"age_years", "30"}, {"donor_age_years", "31"},
                          {"sex", "male"},          {"cmv", "negative"}, {"waiting_days", "90"},
                          {"methotrexate", "no"}};
  participant.treatments.push_back({{.number = "1", .date_unknown_reason = "test"}, {}});
  participant.last_contact = When{.study_day = last_day};
  return participant;
}

void add_event(Participant& participant, const char* kind, int day) {
  participant.events.push_back({{.kind = kind, .when = {.study_day = day}}, {}});
}

/// Two groups of twelve; half of each relapses on distinct days.
Registry small_registry() {
  Registry registry;
  registry.profile.id = "test";
  for (const char* group : {"all", "aml-low-risk"}) {
    for (int i = 0; i < 12; ++i) {
      Participant participant = treated(group, 400 + i);
      if (i % 2 == 0) add_event(participant, "relapse", 20 + 7 * i);
      registry.participants[{"osu", group + std::to_string(i)}] = participant;
    }
  }
  registry.size = 30;
  return registry;
}

Protocol small_protocol() {
  std::string text = replaced(example_protocol(), "treated_min = 100", "treated_min = 24");
  return parse_protocol(text, "p.toml").value();
}

TEST_CASE("a protocol that does not hold together is refused with file, line and rule") {
  const struct {
    const char* from;
    const char* to;
    const char* message;
  } rows[] = {
      {"format = 1", "format = 9", "'format' must be 1"},
      {"smallest_group", "smalest_group", "'smalest_group' is not known here"},
      {"analysis_due = 2027-03-31", "analysis_due = \"soon\"", "must be a date that exists"},
      {"method = \"log_rank\"", "method = \"log_rang\"", "names 'log_rang', which is not a method"},
      {"method = \"log_rank\"", "method = \"cumulative_incidence\"", "of a type that"},
      {"endpoint = \"overall-survival\"", "endpoint = \"survival\"",
       "is not the id of an endpoint"},
      {"primary = true", "primary = false", "exactly one analysis must have primary = true"},
      {"completeness_min = 0.9", "completeness_min = 90", "must lie between 0 and 1"},
      {"role = \"safety\"", "role = \"harm\"", "must be one of: efficacy, safety"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.to);
    const auto parsed = parse_protocol(replaced(example_protocol(), row.from, row.to), "p.toml");
    REQUIRE(!parsed);
    CHECK(parsed.error().message.starts_with("p.toml"));
    CHECK(parsed.error().message.find(row.message) != std::string::npos);
  }
}

TEST_CASE("a protocol without a safety endpoint is no study") {
  std::string text = example_protocol();
  text = replaced(text, "role = \"safety\"", "role = \"efficacy\"");
  text = replaced(text, "role = \"safety\"", "role = \"efficacy\"");
  CHECK(parse_protocol(text, "p.toml").error().message.find("role = \"safety\"") !=
        std::string::npos);
}

TEST_CASE(
    "the dataset counts the treated of the therapy, in an order that reporting cannot change") {
  Registry registry = small_registry();
  Participant planned = treated("all", 1);
  planned.treatments[0].fact.planned = true;
  registry.participants[{"osu", "planned"}] = planned;
  Participant other = treated("all", 1);
  other.therapy = "other";
  registry.participants[{"osu", "other"}] = other;

  const Dataset dataset = make_dataset(registry, small_protocol()).value();

  CHECK(dataset.registered == 25);
  CHECK(dataset.cases.size() == 24);
  CHECK(dataset.sha256 == make_dataset(registry, small_protocol()).value().sha256);
  registry.participants[{"osu", "all0"}].baseline["age_years"] = "31";
  CHECK(dataset.sha256 != make_dataset(registry, small_protocol()).value().sha256);
}

TEST_CASE("who withdrew is counted as treated, and nothing else of them is used") {
  Registry registry = small_registry();
  Registry without = registry;
  without.participants.erase({"osu", "all0"});
  registry.participants.at({"osu", "all0"}).withdrawn =
      Recorded<Date>{*parse_iso_date("2026-01-05"), {.seq = 40}};

  const Dataset dataset = make_dataset(registry, small_protocol()).value();
  const Dataset never = make_dataset(without, small_protocol()).value();

  CHECK(dataset.sha256 == never.sha256);
  CHECK(dataset.cases.size() == 23);
  CHECK(dataset.withdrawn.size() == 1);
  CHECK(dataset.registered == 24);
  CHECK(at_institution(dataset, "osu").withdrawn.size() == 1);
  CHECK(at_institution(dataset, "elsewhere").withdrawn.empty());
}

TEST_CASE("follow-up of who withdrew is due like that of others, and missing") {
  Registry registry = small_registry();
  const Protocol protocol = small_protocol();
  const Date on = *parse_iso_date("2026-01-05");
  const Completeness before =
      follow_up_completeness(make_dataset(registry, protocol).value(), protocol.follow_up, on);
  Participant& participant = registry.participants.at({"osu", "all1"});
  participant.withdrawn = Recorded<Date>{on, {}};

  const Completeness after =
      follow_up_completeness(make_dataset(registry, protocol).value(), protocol.follow_up, on);

  CHECK(after.due == before.due);
  CHECK(after.complete == before.complete - 1);
  CHECK(after.withdrawn == 1);
  // Treated a moment ago: nothing is due yet, of whoever withdrew neither.
  participant.treatments[0].fact.date = on;
  CHECK(follow_up_completeness(make_dataset(registry, protocol).value(), protocol.follow_up, on)
            .withdrawn == 0);
}

Json run_on(const Registry& registry, const Protocol& protocol) {
  return run_study({.registry = &registry, .root = "00", .protocol = &protocol}).value();
}

TEST_CASE("a result says who left, and how many records were erased since; otherwise nothing new") {
  const Protocol protocol = small_protocol();
  Registry registry = small_registry();
  const Json plain = run_on(registry, protocol);
  CHECK_FALSE(plain.find("warnings"));
  CHECK_FALSE(plain.find("dataset")->find("withdrawn"));
  CHECK_FALSE(plain.find("dataset")->find("erased"));
  CHECK_FALSE(plain.find("follow_up")->find("withdrawn"));

  registry.participants.at({"osu", "all0"}).withdrawn = Recorded<Date>{};
  registry.erased_entries = 5;
  registry.erasures.push_back(
      {{.entries = {3, 4}, .institution = "osu", .therapy = "allogeneic-bmt"}, {}});
  registry.erasures.push_back({{.institution = "osu", .therapy = "another"}, {}});
  const Json told = run_on(registry, protocol);

  CHECK(to_json_text(*told.find("warnings")) == R"([{"code":"entries_erased","count":3}])");
  CHECK(told.find("dataset")->find("treated")->if_number()->text == "24");
  CHECK(told.find("dataset")->find("withdrawn")->if_number()->text == "1");
  CHECK(told.find("dataset")->find("erased")->if_number()->text == "1");
  CHECK(told.find("follow_up")->find("withdrawn")->if_number()->text == "1");
}

TEST_CASE("conditions of the population choose by code and by number") {
  Protocol protocol = small_protocol();
  protocol.population.where = {{.variable = "disease_group", .any_of = {"all"}}};
  CHECK(make_dataset(small_registry(), protocol).value().cases.size() == 12);
  protocol.population.where = {{.variable = "age_years", .min = 30.5}};
  CHECK(make_dataset(small_registry(), protocol).value().cases.empty());
}

TEST_CASE("days come from dates where dates are known, and are never guessed") {
  Registry registry;
  Participant participant{.therapy = "allogeneic-bmt"};
  participant.treatments.push_back({{.number = "1", .date = parse_iso_date("2024-02-28")}, {}});
  participant.events.push_back(
      {{.kind = "relapse", .when = {.date = parse_iso_date("2024-03-01")}}, {}});
  participant.events.push_back({{.kind = "death"}, {}});
  registry.participants[{"osu", "a"}] = participant;

  const Dataset dataset = make_dataset(registry, small_protocol()).value();

  CHECK(dataset.cases[0].events.size() == 1);
  CHECK(dataset.cases[0].events[0].day == 2);  // over a leap day
  CHECK(dataset.without_known_day == 1);
}

TEST_CASE("the value of a visit is the one nearest to the middle of its window") {
  Case participant;
  participant.measurements = {{"score", -10, 40}, {"score", 0, 41},   {"score", 150, 50},
                              {"score", 170, 55}, {"score", 190, 60}, {"score", 300, 70}};
  const Window half_year{.from_day = 150, .to_day = 210};
  CHECK(measurement_in(participant, "score", half_year)->value ==
        55);  // 170 and 190 tie: the earlier
  CHECK(baseline_measurement(participant, "score")->value == 41);
  CHECK(!measurement_in(participant, "score", {.from_day = 400, .to_day = 500}));
}

TEST_CASE("follow-up is complete by contact, by a terminal event, or by a value in the window") {
  Dataset dataset;
  dataset.cases = {{.last_contact_day = 365},
                   {.last_contact_day = 364},
                   {.last_contact_day = 10, .events = {{.kind = "death", .day = 10}}},
                   {.treated_on = parse_iso_date("2024-01-01")}};
  const FollowUp rule{.day = 365, .terminal_events = {"death"}};
  const Completeness count = follow_up_completeness(dataset, rule, *parse_iso_date("2024-12-31"));
  CHECK(count.due == 3);  // the dated one has one day to go
  CHECK(count.complete == 2);

  Dataset visits;
  visits.cases = {{.last_contact_day = 999}, {.measurements = {{"score", 170, 55}}}};
  const FollowUp by_value{.variable = "score", .window = Window{.from_day = 150, .to_day = 210}};
  CHECK(follow_up_completeness(visits, by_value, Date()).complete == 1);
}

TEST_CASE("the same run gives the same bytes on any number of threads") {
  const Registry registry = small_registry();
  const Protocol protocol = small_protocol();
  RunRequest request{.registry = &registry, .root = "00", .protocol = &protocol};
  const std::string one = to_json_pretty(run_study(request).value());
  for (const unsigned threads : {2u, 8u}) {
    request.threads = threads;
    CHECK(to_json_pretty(run_study(request).value()) == one);
  }
}

TEST_CASE("estimates stay blinded while the gate does not pass") {
  const Registry registry = small_registry();
  Protocol protocol = small_protocol();
  protocol.gate.treated_min = 25;
  const Json result = run_study({.registry = &registry, .protocol = &protocol}).value();
  CHECK(*result.find("blinded")->if_bool());
  CHECK(result.find("analyses")->items().empty());
  CHECK(!*result.find("as_sealed")->if_bool());
}

TEST_CASE("an analysis with a group that is too small is withheld") {
  Registry registry = small_registry();
  registry.participants[{"osu", "lonely"}] = treated("aml-high-risk", 50);
  const Protocol protocol = small_protocol();
  const Json result = run_study({.registry = &registry, .protocol = &protocol}).value();
  for (const Json& analysis : result.find("analyses")->items()) {
    const bool grouped = !analysis.find("group_by")->if_string()->empty();
    CHECK((analysis.find("withheld") != nullptr) == grouped);
  }
}

}  // namespace
}  // namespace kensho::study
