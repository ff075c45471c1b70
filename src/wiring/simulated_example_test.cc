// The simulated example registry, played from its files into a journal on disk.
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>

#include <doctest/doctest.h>
#include <unistd.h>

#include "app/classify_offers.h"
#include "app/register_masters.h"
#include "app/simulate_registry.h"
#include "base/file.h"
#include "base/toml.h"
#include "catalog/rules.h"
#include "catalog/variables.h"
#include "storage/sqlite/sqlite_journal.h"

namespace kensho {
namespace {

namespace fs = std::filesystem;

const fs::path example = KENSHO_SOURCE_DIR "/examples/knee-osteoarthritis";

template <class T>
T must(Result<T> result) {
  REQUIRE_MESSAGE(result, (result ? "" : result.error().message));
  return std::move(result).value();
}

Json document(const fs::path& path) {
  return must(parse_toml(must(read_file(path)), path.filename().string()));
}

simulation::Plan example_plan() {
  const std::string text = must(read_file(example / "simulation.toml"));
  return simulation::make_plan(must(simulation::read_spec(text, "simulation.toml")));
}

/// What publishing leaves in the journal: an entry that promises to show every recorded study.
Status start_publication(app::Journal& journal) {
  const Registry registry = TRY(journal.registry());
  Json studies = Json::array();
  for (const RecordedStudy& study : registry.studies) studies.push(study.entry.seq);
  Json payload = Json::object();
  payload.set("studies", std::move(studies));
  TRY(journal.append({"publisher", registry.profile.run_by.id},
                     {.kind = journal::kind::publication_started,
                      .subject = registry.profile.id,
                      .payload = std::move(payload)}));
  return ok();
}

/// A journal in a folder of its own, gone at the end.
class TemporaryJournal {
 public:
  explicit TemporaryJournal(TimeUtc opens)
      : folder_(fs::temp_directory_path() / ("kensho-simulated-" + std::to_string(::getpid()))),
        clock_(opens),
        signer_(must(ledger::NoteSigner::make("example.org/knee", Ed25519Signer::generate()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "log");
    store_ = must(SqliteJournal::open((folder_ / "journal.sqlite").string(), OpenMode::create));
    journal_.emplace(*store_, clock_, signer_, ledger::LogDirectory(folder_ / "log"));
  }
  ~TemporaryJournal() {
    journal_.reset();
    store_.reset();
    fs::remove_all(folder_);
  }
  TemporaryJournal(const TemporaryJournal&) = delete;
  TemporaryJournal& operator=(const TemporaryJournal&) = delete;

  void open(const Json& registry) {
    must(app::open_registry(*journal_, staff, registry, "registry.toml"));
    must(app::register_masters(*journal_, staff, registry, "registry.toml"));
  }

  app::Journal& journal() { return *journal_; }
  ManualClock& clock() { return clock_; }
  storage::JournalStore& store() { return *store_; }

 private:
  const app::Actor staff{"registry-staff", "knee-registry-society"};
  fs::path folder_;
  ManualClock clock_;
  ledger::NoteSigner signer_;
  std::unique_ptr<SqliteJournal> store_;
  std::optional<app::Journal> journal_;
};

app::SimulationRequest request() {
  return {.folder = example, .publish = start_publication, .on_progress = {}, .threads = 2};
}

std::string_view name_of(EvidenceClass evidence) {
  constexpr std::string_view names[] = {"approved", "explorative", "uninvestigated", "outside"};
  return names[static_cast<std::size_t>(evidence)];
}

/// "uninvestigated in_progress: registered_before_treatment=late ..."; criteria met are left out.
std::string summary(const Classification& one) {
  std::string text(name_of(one.evidence_class));
  if (one.verification_in_progress) text += " in_progress";
  for (const CriterionAnswer& criterion : one.criteria) {
    if (criterion.answer == Answer::met) continue;
    const char* sign = criterion.answer == Answer::unknown ? "?" : "=";
    text += " " + criterion.id + sign + criterion.reason;
  }
  return text;
}

std::map<std::string, std::string> classes_on(app::Journal& journal, const char* day) {
  const Date on = *parse_iso_date(day);
  const Registry registry = must(journal.registry_on(on));
  const auto classified = must(app::classify_offers(registry, on, must(catalog::load_rules())));
  std::map<std::string, std::string> classes;
  for (const app::ClassifiedOffer& one : classified) {
    classes[one.offer->fact.therapy + "/" + one.offer->fact.institution] =
        summary(one.classification);
  }
  return classes;
}

using Classes = std::map<std::string, std::string>;

TEST_CASE(
    "the example tells its story: every offer has the class and the reasons it was made for") {
  const simulation::Plan plan = example_plan();
  TemporaryJournal made(plan.opens);
  made.open(document(example / "registry.toml"));
  const auto begun = std::chrono::steady_clock::now();

  const auto report = must(app::simulate_registry(made.journal(), made.clock(), plan, request()));

  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  MESSAGE(report.batches << " batches, " << report.reports << " reports, " << took.count() << " s");
  CHECK(report.batches < 400);
  CHECK(report.sealed == 4);
  CHECK(report.studies == 3);
  CHECK(report.publications == 3);

  const Classes expected = {
      {"adsc-knee/kita-no-hikari", "explorative"},
      {"adsc-knee/aomisaki", "explorative"},
      {"adsc-knee/yananose", "uninvestigated registered_before_treatment=late"},
      {"adsc-knee/dogahara", "uninvestigated follow_up_complete=incomplete"},
      {"adsc-knee/shiki-no-oka",
       "uninvestigated in_progress analysis_published_on_time?not_due follow_up_complete?not_due"},
      {"exosome-knee/suishoto",
       "uninvestigated protocol_sealed_first=no_protocol analysis_published_on_time=no_protocol "
       "follow_up_complete=no_protocol"},
      {"cultured-cartilage-knee/shiki-no-oka",
       "approved protocol_sealed_first=no_protocol analysis_published_on_time=no_protocol "
       "follow_up_complete=no_protocol"},
  };
  CHECK(classes_on(made.journal(), "2026-10-31") == expected);
  CHECK(classes_on(made.journal(), "2026-11-22") == expected);

  // A year earlier nothing was published and the later offer did not exist.
  const Classes earlier = classes_on(made.journal(), "2025-10-01");
  CHECK(earlier.size() == expected.size() - 1);
  CHECK(earlier.at("adsc-knee/kita-no-hikari") ==
        "uninvestigated in_progress analysis_published_on_time?not_due");

  const Registry registry = must(made.journal().registry());
  for (const RecordedStudy& study : registry.studies) {
    CAPTURE(study.protocol);
    const Json result = must(parse_json(study.result));
    const bool blinded = *result.find("blinded")->if_bool();
    CHECK(*result.find("simulated")->if_bool());
    CHECK(blinded == (study.protocol == "adsc-knee-dogahara"));
    if (blinded) continue;
    for (const Json& one : result.find("analyses")->items()) CHECK(one.find("withheld") == nullptr);
  }

  // Every value reported lies in the range its variable has in the catalogue.
  const VariableTable variables = must(catalog::load_variables());
  for (const auto& [key, participant] : registry.participants) {
    for (const auto& assessment : participant.assessments) {
      const Variable& variable = variables.at(assessment.fact.variable);
      const double value = std::stod(assessment.fact.value);
      CHECK(value >= *variable.min);
      CHECK(value <= *variable.max);
    }
  }
  CHECK(to_iso_text(registry.last_time) < "2026-11-01");
  CHECK(made.store().check_views());

  const auto again = app::simulate_registry(made.journal(), made.clock(), plan, request());
  REQUIRE_FALSE(again);
  CHECK(again.error().code == Errc::conflict);
}

TEST_CASE("a registry that does not say it is simulated takes no invented act") {
  const simulation::Plan plan = example_plan();
  TemporaryJournal made(plan.opens);
  Json registry = document(example / "registry.toml");
  *registry.find("registry")->find("simulated") = Json(false);
  made.open(registry);
  const std::uint64_t size = must(made.store().head()).size;

  const auto report = app::simulate_registry(made.journal(), made.clock(), plan, request());

  REQUIRE_FALSE(report);
  CHECK(report.error().code == Errc::permission_denied);
  CHECK(must(made.store().head()).size == size);
}

TEST_CASE("a plan in another calendar than the registry's is refused") {
  simulation::Plan plan = example_plan();
  plan.utc_offset_minutes = 0;
  TemporaryJournal made(plan.opens);
  made.open(document(example / "registry.toml"));

  const auto report = app::simulate_registry(made.journal(), made.clock(), plan, request());

  REQUIRE_FALSE(report);
  CHECK(report.error().code == Errc::invalid_argument);
}

TEST_CASE("an act that a use case refuses is named with its moment") {
  const simulation::Plan plan{.opens = TimeUtc{0},
                              .utc_offset_minutes = 540,
                              .acts = {{.time = TimeUtc{60'000'000},
                                        .kind = simulation::ActKind::study,
                                        .name = "nothing-sealed"}}};
  TemporaryJournal made(plan.opens);
  made.open(document(example / "registry.toml"));

  const auto report = app::simulate_registry(made.journal(), made.clock(), plan, request());

  REQUIRE_FALSE(report);
  CHECK(report.error().message ==
        "act 1 at 1970-01-01T00:01:00.000000Z: no protocol 'nothing-sealed' is sealed at "
        "checkpoint 17");
}

}  // namespace
}  // namespace kensho
