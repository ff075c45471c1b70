#include "reports.h"

#include <array>

#include <fmt/format.h>

namespace kensho::sim {
namespace {

template <class Value>
const Value& one_of(const std::vector<Value>& values, Rng& dice) {
  return values[dice.below(static_cast<std::uint32_t>(values.size()))];
}

Date draw_date(Rng& dice) {
  return *Date::from_ymd(2026, 1, 1)->plus_days(dice.between(0, 300));
}

When draw_when(Rng& dice) {
  When when;
  if (dice.below(2) == 0)
    when.date = draw_date(dice);
  else
    when.study_day = dice.between(0, 700);
  return when;
}

void draw_content(Rng& dice, CaseReport& report) {
  if (dice.below(2) == 0) report.baseline["age_years"] = fmt::format("{}", dice.between(0, 99));
  if (dice.below(3) == 0)
    report.baseline["remark"] = fmt::format("\"{}\" \u6cbb\u7642\n", dice.bits());
  if (dice.below(2) == 0) {
    Treatment treatment{.number = fmt::format("{}", dice.between(1, 3))};
    if (dice.below(4) == 0)
      treatment.date_unknown_reason = "not recorded";
    else
      treatment.date = draw_date(dice);
    report.treatment = treatment;
  }
  for (std::uint32_t count = dice.below(3); count > 0; --count)
    report.assessments.push_back(
        {"pain", fmt::format("{}.50", dice.between(0, 9)), draw_when(dice)});
  if (dice.below(4) == 0)
    report.events.push_back(
        {.kind = "relapse", .when = draw_when(dice), .adverse = dice.below(2) == 0});
  if (dice.below(3) == 0) report.last_contact = draw_when(dice);
}

/// Makes a good report break one rule: therapy or institution not offered, registered twice, not
/// registered at all.
void spoil(Rng& dice, CaseReport& report) {
  switch (dice.below(3)) {
    case 0:
      report.therapy = "another";
      break;
    case 1:
      report.institution = "nowhere";
      break;
    default:
      report.registers = !report.registers;
  }
}

}  // namespace

CaseReport draw_report(Rng& dice, const Model& model) {
  CaseReport report{.therapy = therapy_id, .institution = one_of(model.institutions(), dice)};
  const auto known = model.participants(report.institution);
  report.registers = known.empty() || dice.below(3) == 0;
  report.participant = report.registers ? fmt::format("p{:08x}", dice.bits()) : one_of(known, dice);
  draw_content(dice, report);
  if (dice.below(24) == 0) spoil(dice, report);
  return report;
}

std::vector<CaseReport> draw_reports(Rng& dice, const Model& model, std::size_t count) {
  Model ahead = model;
  std::vector<CaseReport> reports;
  while (reports.size() < count) {
    reports.push_back(draw_report(dice, ahead));
    ahead.take({.report = reports.back(), .client = {}, .key = {}});
  }
  return reports;
}

}  // namespace kensho::sim
