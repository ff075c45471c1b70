// Reference data that are not kept in this repository, for their size or their licence: checked
// where the shared data are beside the source tree, skipped elsewhere. Every method has its own
// reference under tests/reference as well.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "stats/survival/aalen_johansen.h"
#include "stats/survival/kaplan_meier.h"
#include "stats/testing/survival_samples.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;
using testing::Sample;

std::filesystem::path shared(const std::string& path) {
  return std::filesystem::path(KENSHO_SHARED_DIR) / "data" / path;
}

bool is_absent(const std::string& path) {
  if (std::filesystem::exists(shared(path))) return false;
  MESSAGE("skipped: the shared data are not beside this source tree");
  return true;
}

Json expected_of(const std::string& file, const std::string& id) {
  const Json reference = testing::read_reference(shared(file));
  const auto entry = std::ranges::find_if(reference.at("cases"),
                                          [&](const Json& found) { return found.at("id") == id; });
  REQUIRE(entry != reference.at("cases").end());
  return entry->at("expected");
}

// The subjects of one group; `code_of` turns the code of the file into ours.
template <class CodeOf>
Sample rows_where(const testing::Table& table, const std::vector<std::string>& group,
                  const std::string& label, const std::string& time, const std::string& code,
                  CodeOf code_of) {
  const auto times = testing::numbers(table, time);
  const auto raw_codes = testing::codes(table, code);
  Sample sample;
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (group[i] != label) continue;
    sample.time.push_back(times[i]);
    sample.code.push_back(code_of(raw_codes[i]));
  }
  return sample;
}

TEST_CASE("six causes of failure in 8966 transplants agree with cuminc") {
  if (is_absent("data/ebmt2.csv")) return;
  const testing::Table table = testing::read_csv(shared("data/ebmt2.csv"));
  const Json expected = expected_of("ref/03_competing.json", "O-03_competing-gray-ebmt2");
  const std::vector<double> times = {6, 12, 36, 60, 120};
  Agreement agreement;

  for (std::size_t row = 0; row < expected.at("est").at("rows").size(); ++row) {
    const std::string name = expected["est"]["rows"][row];  // such as "AML 3"
    const Sample sample = rows_where(table, table.at("dissub"), name.substr(0, 3), "time", "status",
                                     [](int code) { return code; });
    const auto curves = aalen_johansen(sample.time, sample.code, 6).value();
    const auto readings = read_incidence(curves, times, {}).value();
    for (std::size_t i = 0; i < times.size(); ++i) {
      const CauseReading& got = readings[i].causes[static_cast<std::size_t>(name.back() - '1')];
      agreement.compare(got.incidence, expected["est"]["data"][row][i]);
      agreement.compare(got.std_error * got.std_error, expected["var"]["data"][row][i]);
    }
  }

  MESSAGE("ebmt2: ", agreement.count(), " values to ", agreement.correct_digits(), " digits");
  CHECK(agreement.count() == 180);
  CHECK(agreement.worst() <= 1e-10);
}

TEST_CASE("time to the first dermatologic event in the CDISC pilot agrees with survfit") {
  if (is_absent("data/cdisc_adam_adtte.csv")) return;
  const testing::Table table = testing::read_csv(shared("data/cdisc_adam_adtte.csv"));
  const Json expected =
      expected_of("ref/01_survival.json", "O-01_survival-km-cdisc-adtte").at("table");
  Agreement agreement;

  std::size_t row = 0;
  for (const std::string arm : {"Placebo", "Xanomeline High Dose", "Xanomeline Low Dose"}) {
    const Sample sample = rows_where(table, table.at("TRTA"), arm, "AVAL", "CNSR",
                                     [](int censored) { return censored == 0 ? 1 : 0; });
    const SurvivalCurve curve = kaplan_meier(sample.time, sample.code).value();
    for (const SurvivalStep& step : curve.steps) {
      CHECK(expected.at("group")[row] == "TRTA=" + arm);
      CHECK(step.at_risk == expected.at("n_risk")[row]);
      agreement.compare(step.time, expected.at("time")[row]);
      agreement.compare(step.survival, expected.at("surv")[row]);
      agreement.compare(step.std_error.value(), expected.at("se_surv")[row]);
      ++row;
    }
  }

  MESSAGE("CDISC pilot: ", agreement.count(), " values to ", agreement.correct_digits(), " digits");
  CHECK(row == expected.at("time").size());
  CHECK(agreement.worst() <= 1e-12);
}

}  // namespace
}  // namespace kensho::stats
