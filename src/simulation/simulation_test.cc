#include <cmath>
#include <cstdlib>
#include <map>
#include <set>

#include <doctest/doctest.h>

#include "simulation/plan.h"

namespace kensho::simulation {
namespace {

constexpr const char* head = R"(format = 1
seed = 7
utc_offset_minutes = 540
start = 2024-04-01
end = 2027-12-31
measure_correlation = 0.5
visit_correlation = 0.5
[[visit]]
name = "half"
day = 180
jitter_days = 20
[[visit]]
name = "year"
day = 365
jitter_days = 30
[[characteristic]]
id = "age"
mean = 65
sd = 8
decimals = 0
[[characteristic]]
id = "sex"
codes = ["f", "m"]
probabilities = [0.7, 0.3]
[[measure]]
id = "score"
mean = 50
sd = 10
min = 0
max = 100
decimals = 1
mean_change = [8, 6]
change_sd = 9
baseline_correlation = -0.4
[[measure]]
id = "other"
mean = 50
sd = 10
mean_change = [4, 3]
change_sd = 5
)";

std::string clinic(const std::string& id, int participants, const std::string& more) {
  return "[[clinic]]\ninstitution = \"" + id + "\"\ntherapy = \"t\"\nprefix = \"" + id +
         "\"\nparticipants = " + std::to_string(participants) +
         "\nenrol_from = 2024-04-01\nenrol_to = 2025-03-31\n"
         "days_to_treatment = { min = 14, max = 28 }\nreport_every_days = 14\n" +
         more;
}

Plan plan_of(const std::string& toml) {
  const auto spec = read_spec(toml, "s.toml");
  REQUIRE_MESSAGE(spec, (spec ? "" : spec.error().message));
  return make_plan(*spec);
}

std::string message(const std::string& toml) {
  const auto spec = read_spec(toml, "s.toml");
  return spec ? "" : spec.error().message;
}

/// Everything a plan says about one participant, with the day each report was sent.
struct History {
  std::vector<std::pair<std::int32_t, CaseReport>> reports;

  Date treated() const { return *reports.front().second.treatment->date; }
  double value(const std::string& variable, int from_day, int to_day) const {
    for (const auto& [sent, report] : reports) {
      for (const Assessment& one : report.assessments) {
        const int day = days_between(treated(), *one.when.date);
        if (one.variable == variable && day >= from_day && day <= to_day) {
          return std::strtod(one.value.c_str(), nullptr);
        }
      }
    }
    return std::nan("");
  }
};

std::map<std::string, History> histories(const Plan& plan) {
  std::map<std::string, History> all;
  for (const PlannedAct& act : plan.acts) {
    const auto day = calendar_day(act.time, plan.utc_offset_minutes).time_since_epoch().count();
    for (const CaseReport& report : act.reports) {
      all[report.participant].reports.emplace_back(day, report);
    }
  }
  return all;
}

bool same(const Plan& a, const Plan& b) {
  if (a.opens != b.opens || a.acts.size() != b.acts.size()) return false;
  for (std::size_t i = 0; i < a.acts.size(); ++i) {
    const PlannedAct &x = a.acts[i], &y = b.acts[i];
    if (x.time != y.time || x.kind != y.kind || x.name != y.name || x.reports != y.reports) {
      return false;
    }
  }
  return true;
}

struct Moments {
  int n = 0;
  double sum = 0, square = 0;
  void add(double x) {
    ++n;
    sum += x;
    square += x * x;
  }
  double mean() const { return sum / n; }
  double sd() const { return std::sqrt(square / n - mean() * mean()); }
};

TEST_CASE("the same specification gives the same plan, another seed another one") {
  const std::string toml = head + clinic("a", 30, "lost_share = 0.2\n");
  std::string other = toml;
  other.replace(other.find("seed = 7"), 8, "seed = 8");

  CHECK(same(plan_of(toml), plan_of(toml)));
  CHECK_FALSE(same(plan_of(toml), plan_of(other)));
}

TEST_CASE("a changed clinic leaves the participants of the others as they are") {
  const auto one = histories(plan_of(head + clinic("a", 20, "") + clinic("b", 20, "")));
  const auto two =
      histories(plan_of(head + clinic("a", 20, "") + clinic("b", 40, "lost_share = 1\n")));

  for (const auto& [id, history] : one) {
    if (id.starts_with("a-")) CHECK(history.reports == two.at(id).reports);
  }
}

TEST_CASE("acts come in order of time and no two reports of one moment") {
  const Plan plan = plan_of(head + clinic("a", 50, "") + clinic("b", 50, ""));

  std::set<std::int64_t> moments;
  for (const PlannedAct& act : plan.acts) {
    CHECK(moments.insert(act.time.us).second);
    CHECK(act.time.us == *moments.rbegin());
    CHECK_FALSE(act.reports.empty());
  }
  CHECK(plan.opens.us < *moments.begin());
}

TEST_CASE("in time: registration with baseline and planned treatment, on or before its day") {
  const auto all = histories(plan_of(head + clinic("a", 300, "")));

  REQUIRE(all.size() == 300);
  for (const auto& [id, history] : all) {
    const auto& [sent, first] = history.reports.front();
    CHECK(first.registers);
    CHECK(first.treatment->planned);
    CHECK(first.baseline.contains("age"));
    CHECK(first.assessments.size() == 2);
    CHECK(sent <= history.treated().days_since_1970());
    CHECK(*first.assessments.front().when.date < history.treated());
    CHECK(first.assessments.front().when.date->days_since_1970() <= sent);
    REQUIRE(history.reports.size() == 4);
    CHECK_FALSE(history.reports[1].second.treatment->planned);
    CHECK_FALSE(history.reports[1].second.registers);
  }
}

TEST_CASE("nothing is sent before it happened, and every follow-up is in its window") {
  const auto all =
      histories(plan_of(head + clinic("a", 200,
                                      "late_share = 0.5\nlate_days = { min = 3, max = 40 }\n"
                                      "[[clinic.adverse_event]]\nkind = \"fever\"\nshare = 1\n"
                                      "days = { min = 0, max = 10 }\n")));

  for (const auto& [id, history] : all) {
    CHECK(history.reports.front().second.registers);
    std::int32_t last = 0;
    for (const auto& [sent, report] : history.reports) {
      CHECK(sent >= last);
      last = sent;
      if (report.last_contact) CHECK(report.last_contact->date->days_since_1970() <= sent);
      for (const Event& event : report.events) {
        const int day = days_between(history.treated(), *event.when.date);
        CHECK(day >= 0);
        CHECK(day <= 10);
      }
    }
    CHECK_FALSE(std::isnan(history.value("score", 160, 200)));
    CHECK_FALSE(std::isnan(history.value("score", 335, 395)));
  }
}

TEST_CASE("late registration reaches the registry only after the treatment") {
  const auto all = histories(
      plan_of(head + clinic("a", 400, "late_share = 0.4\nlate_days = { min = 5, max = 40 }\n")));

  int late = 0;
  for (const auto& [id, history] : all) {
    const auto& [sent, first] = history.reports.front();
    if (sent <= history.treated().days_since_1970()) continue;
    ++late;
    CHECK_FALSE(first.treatment->planned);
    CHECK(sent >= history.treated().days_since_1970() + 5);
  }
  CHECK(std::abs(late / 400.0 - 0.4) < 3 * std::sqrt(0.24 / 400));
}

TEST_CASE("those who are lost miss the last visit, and only those") {
  const auto all = histories(plan_of(head + clinic("a", 1000, "lost_share = 0.3\n")));

  int seen = 0;
  for (const auto& [id, history] : all) {
    seen += std::isnan(history.value("score", 335, 395)) ? 0 : 1;
  }
  CHECK(std::abs(seen / 1000.0 - 0.7) < 3 * std::sqrt(0.21 / 1000));
}

TEST_CASE("means, spreads and correlations are near the specification") {
  const auto all = histories(plan_of(head + clinic("a", 2000, "effect = 0.5\n")));

  Moments before, change, late_change, age, women;
  double product = 0;
  for (const auto& [id, history] : all) {
    const double b = history.value("score", -60, 0);
    const double c = history.value("score", 160, 200) - b;
    before.add(b);
    change.add(c);
    late_change.add(history.value("other", 335, 395) - history.value("other", -60, 0));
    product += b * c;
    const auto& baseline = history.reports.front().second.baseline;
    age.add(std::strtod(baseline.at("age").c_str(), nullptr));
    women.add(baseline.at("sex") == "f" ? 1 : 0);
  }

  // Three standard errors; the range cuts off nothing that matters at five standard deviations.
  const double n = before.n;
  CHECK(std::abs(before.mean() - 50) < 3 * 10 / std::sqrt(n));
  CHECK(std::abs(before.sd() - 10) < 3 * 10 / std::sqrt(2 * n));
  CHECK(std::abs(change.mean() - 0.5 * 8) < 3 * 9 / std::sqrt(n));
  CHECK(std::abs(change.sd() - 9) < 3 * 9 / std::sqrt(2 * n));
  CHECK(std::abs(late_change.mean() - 0.5 * 3) < 3 * 5 / std::sqrt(n));
  CHECK(std::abs(age.mean() - 65) < 3 * 8 / std::sqrt(n));
  CHECK(std::abs(women.mean() - 0.7) < 3 * std::sqrt(0.21 / n));
  const double correlation =
      (product / n - before.mean() * change.mean()) / (before.sd() * change.sd());
  CHECK(std::abs(correlation + 0.4) < 3 * (1 - 0.16) / std::sqrt(n));
}

TEST_CASE("values stay inside their range and are written with their decimals") {
  std::string toml = head + clinic("a", 300, "effect = 10\n");

  for (const auto& [id, history] : histories(plan_of(toml))) {
    for (const auto& [sent, report] : history.reports) {
      for (const Assessment& one : report.assessments) {
        if (one.variable != "score") continue;
        const double value = std::strtod(one.value.c_str(), nullptr);
        CHECK(value >= 0);
        CHECK(value <= 100);
        CHECK(one.value[one.value.size() - 2] == '.');
      }
    }
  }
}

TEST_CASE("nothing happens after the end") {
  std::string toml = head + clinic("a", 100, "");
  toml.replace(toml.find("end = 2027-12-31"), 16, "end = 2025-06-30");

  const Plan plan = plan_of(toml);

  const std::int64_t end = days_between(Date(), *Date::from_ymd(2025, 6, 30));
  REQUIRE_FALSE(plan.acts.empty());
  CHECK(calendar_day(plan.acts.back().time, 540).time_since_epoch().count() <= end);
}

TEST_CASE("scripted acts stand in the plan at their hour, local time") {
  const Plan plan = plan_of(std::string(head) +
                            "[[act]]\ndate = 2024-04-01\nkind = \"seal\"\nfile = \"p.toml\"\n"
                            "[[act]]\ndate = 2024-05-01\nkind = \"publish\"\n");

  REQUIRE(plan.acts.size() == 2);
  CHECK(to_iso_text(plan.opens) == "2024-03-31T22:00:00.000000Z");
  CHECK(to_iso_text(plan.acts[0].time) == "2024-04-01T00:00:00.000000Z");
  CHECK(plan.acts[0].kind == ActKind::seal);
  CHECK(plan.acts[0].name == "p.toml");
  CHECK(to_iso_text(plan.acts[1].time) == "2024-05-01T11:00:00.000000Z");
}

TEST_CASE("a specification is refused with file, line, field and rule") {
  const std::string act = "[[act]]\ndate = 2024-04-01\n";
  struct Row {
    const char* desc;
    std::string toml;
    const char* message;
  };
  const Row rows[] = {
      {"misspelt key", head + clinic("a", 1, "lost_shore = 0\n"), "'lost_shore' is not known"},
      {"share", head + clinic("a", 1, "lost_share = 1.5\n"), "'lost_share' must lie between 0"},
      {"measure", head + clinic("a", 1, "measures = [\"x\"]\n"), "names 'x', which is no"},
      {"prefix", head + clinic("a", 1, "") + clinic("a", 1, ""), "have the same prefix"},
      {"kind", head + act + "kind = \"x\"\n", "'kind' must be masters, seal, study or publish"},
      {"path", head + act + "kind = \"seal\"\nfile = \"../p.toml\"\n", "'file' must be an id"},
      {"changes", std::string(head) + "[[measure]]\nid = \"m\"\nmean = 1\nmean_change = [1]\n",
       "'mean_change' must be one number for each [[visit]]"},
      {"codes", std::string(head) + "[[characteristic]]\nid = \"c\"\ncodes = [\"a\"]\n",
       "'probabilities' must be one for each code"},
  };

  for (const Row& row : rows) {
    CAPTURE(row.desc);
    CHECK(message(row.toml).starts_with("s.toml line "));
    CHECK(message(row.toml).find(row.message) != std::string::npos);
  }
}

}  // namespace
}  // namespace kensho::simulation
