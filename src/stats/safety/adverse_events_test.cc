#include "stats/safety/adverse_events.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "stats/safety/disproportionality.h"
#include "stats/testing/r_cases.h"

namespace kensho::stats {
namespace {

using testing::Agreement;
using testing::Json;

const Json& expected_of(const std::string& id) {
  return testing::r_case("16_safety", id);
}

// ---- adverse events ---------------------------------------------------------------------------

struct Trial {
  std::vector<int> arm;
  std::vector<double> exposure;
  std::vector<int> subject;
  std::vector<int> term;

  AdverseEventData data() const { return {arm, exposure, subject, term, 3, 4}; }
};

// The pilot's subjects and treatment-emergent events; term 3 stands for every other one.
Trial cdisc_pilot() {
  const std::vector<std::string> arms = {"Placebo", "Xanomeline Low Dose", "Xanomeline High Dose"};
  const std::vector<std::string> terms = {"PRURITUS", "APPLICATION SITE PRURITUS", "DIZZINESS"};
  const auto place = [](const std::vector<std::string>& list, const std::string& name) {
    return int(std::ranges::find(list, name) - list.begin());
  };
  const auto subjects = testing::reference_data("cdisc_adam_adsl");
  const auto events = testing::reference_data("cdisc_adam_adae");
  const auto days = testing::numbers(subjects, "TRTDUR");
  Trial trial;
  std::map<std::string, int> index;
  for (std::size_t i = 0; i < days.size(); ++i) {
    if (subjects.at("SAFFL")[i] != "Y") continue;
    index[subjects.at("USUBJID")[i]] = int(trial.arm.size());
    trial.arm.push_back(place(arms, subjects.at("TRT01A")[i]));
    trial.exposure.push_back(days[i] / 365.25);
  }
  for (std::size_t i = 0; i < events.at("USUBJID").size(); ++i) {
    if (events.at("TRTEMFL")[i] != "Y") continue;
    trial.subject.push_back(index.at(events.at("USUBJID")[i]));
    trial.term.push_back(place(terms, events.at("AEDECOD")[i]));
  }
  return trial;
}

TEST_CASE("adverse events of the CDISC pilot agree with R") {
  const Json expected = expected_of("ae-incidence-cdisc");
  const Trial trial = cdisc_pilot();
  const AdverseEventTable table = adverse_event_table(trial.data(), 0).value();
  Agreement agreement;
  Agreement fisher;
  for (std::size_t row = 0; row < 4; ++row) {
    for (std::size_t arm = 0; arm < 3; ++arm) {
      const std::size_t at = 3 * row + arm;
      const AdverseEventCell& cell = table.rows[row][arm];
      CHECK(cell.exposed == expected.at("N")[at]);
      CHECK(cell.affected == expected.at("n")[at]);
      CHECK(cell.events == expected.at("events")[at]);
      agreement.compare(100 * cell.incidence.estimate, expected.at("pct")[at]);
      agreement.compare(100 * cell.incidence.interval.lower, expected.at("lower")[at]);
      agreement.compare(100 * cell.incidence.interval.upper, expected.at("upper")[at]);
      agreement.compare(cell.exposure, expected.at("exposure_years")[at]);
      agreement.compare(100 * cell.rate.value().rate, expected.at("rate100")[at]);
      CHECK(cell.fisher_p_value.has_value() == (arm > 0));
      if (arm > 0) fisher.compare(*cell.fisher_p_value, expected.at("fisher_p_vs_placebo")[at]);
    }
  }
  verify({"adverse_events", "CDISC pilot", "incidence, exact limits, rates", "R binom.test", 12},
         agreement);
  verify({"adverse_events", "CDISC pilot", "Fisher's p against placebo", "R fisher.test", 10},
         fisher);
}

TEST_CASE("the order of subjects and events does not matter") {
  Trial trial = cdisc_pilot();
  const AdverseEventTable before = adverse_event_table(trial.data(), 0).value();
  std::ranges::reverse(trial.subject);
  std::ranges::reverse(trial.term);
  const AdverseEventTable after = adverse_event_table(trial.data(), 0).value();
  for (std::size_t row = 0; row < before.rows.size(); ++row) {
    CHECK(after.rows[row][1].affected == before.rows[row][1].affected);
    CHECK(after.rows[row][1].events == before.rows[row][1].events);
  }
}

TEST_CASE("arms without exposure or events have no rate or a zero one; bad rows are refused") {
  const std::vector<int> arm = {0, 0, 1};
  const std::vector<double> exposure = {0, 0, 2};
  const std::vector<int> subject = {2};
  const std::vector<int> term = {0};
  const AdverseEventData data{arm, exposure, subject, term, 2, 1};
  const AdverseEventTable table = adverse_event_table(data, 0).value();
  CHECK_FALSE(table.rows[0][0].rate);
  CHECK(table.rows[0][0].affected == 0);
  CHECK(table.rows[1][1].rate->rate == 0.5);

  AdverseEventData bad = data;
  bad.arms = 3;
  CHECK(adverse_event_table(bad, 0).error().message == "adverse events: arm 2 has no subject");
  bad = data;
  bad.terms = 0;
  CHECK(adverse_event_table(bad, 0).error().message.find("event 1") != std::string::npos);
  CHECK_FALSE(adverse_event_table(data, 2));
  CHECK_FALSE(adverse_event_table(data, 0, 0.0));
}

// ---- disproportionality -----------------------------------------------------------------------

TEST_CASE("disproportionality agrees with R") {
  Agreement agreement;
  const Json cases = expected_of("disproportionality");
  for (const Json& entry : cases) {
    const Json& v = entry.at("v");
    const Disproportionality found = disproportionality({v[0], v[1], v[2], v[3]}).value();
    agreement.compare(found.proportional.ratio.value(), entry.at("prr"));
    agreement.compare(found.proportional.interval->lower, entry.at("prr_ci")[0]);
    agreement.compare(found.proportional.interval->upper, entry.at("prr_ci")[1]);
    agreement.compare(found.odds.ratio.value(), entry.at("ror"));
    agreement.compare(found.odds.interval->lower, entry.at("ror_ci")[0]);
    agreement.compare(found.odds.interval->upper, entry.at("ror_ci")[1]);
    agreement.compare(1 + found.chi_square, 1 + entry.at("chisq_yates").get<double>());
    agreement.compare(found.expected, entry.at("expected"));
    agreement.compare(found.information_component, entry.at("ic"));
    agreement.compare(found.information_interval.lower, entry.at("ic025_gamma"));
    agreement.compare(found.information_interval.upper, entry.at("ic975_gamma"));
  }
  verify({"disproportionality", "3 tables", "PRR, ROR, chi-square, IC and limits",
          "R chisq.test, qgamma", 12},
         agreement);
}

TEST_CASE("zeros leave what they leave undefined, and signals follow their rules") {
  const auto none = disproportionality({0, 50, 20, 900}).value();
  CHECK(*none.proportional.ratio == 0);
  CHECK_FALSE(none.proportional.interval);
  CHECK(none.information_component < 0);
  CHECK_FALSE(none.evans_signal);
  const auto only_here = disproportionality({6, 50, 0, 900}).value();
  CHECK_FALSE(only_here.proportional.ratio);
  CHECK(only_here.evans_signal);
  CHECK(only_here.information_signal);
  CHECK_FALSE(disproportionality({2, 0, 10, 9000}).value().evans_signal);  // two reports
  CHECK_FALSE(disproportionality({-1, 2, 3, 4}));
  CHECK_FALSE(disproportionality({0, 0, 3, 4}));
  CHECK_FALSE(disproportionality({0, 5, 0, 4}));
}

}  // namespace
}  // namespace kensho::stats
