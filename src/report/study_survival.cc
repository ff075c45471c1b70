// Kaplan-Meier curves and the log-rank test as a reader sees them.
#include <algorithm>

#include <fmt/format.h>

#include "report/analysis_view.h"
#include "report/figure/palette.h"
#include "report/figure/survival_figure.h"
#include "report/number_format.h"
#include "report/parts.h"
#include "report/small_counts.h"

namespace kensho::report {
namespace {

/// One group as the document has it.
struct Group {
  std::string level;
  std::int64_t participants = 0;
  std::int64_t events = 0;
  SurvivalCurve curve;
  std::vector<RiskStep> risk;
  std::vector<DocumentView> at_times;
  DocumentView median;
};

void read_steps(Group& group, const DocumentView& reader) {
  const auto steps = reader.objects("steps");
  for (const DocumentView& step : steps) {
    const double time = step.number("time");
    group.risk.push_back({time, step.integer("at_risk")});
    SurvivalStep drawn{.time = time, .estimate = step.number("survival")};
    const auto lower = step.optional_number("lower");
    const auto upper = step.optional_number("upper");
    if (lower && upper) drawn.interval = ProbabilityInterval{*lower, *upper};
    if (step.integer("events") > 0) group.curve.steps.push_back(drawn);
  }
}

Group read_group(const DocumentView& reader, const AnalysisView& view) {
  Group group{.median = reader.object("median")};
  group.level = reader.text("level");
  group.participants = reader.integer("participants");
  group.events = reader.integer("events");
  group.at_times = reader.objects("at_times");
  const auto& words = view.words();
  group.curve.label = words.noted(view.group_name(group.level), words.people(group.participants));
  read_steps(group, reader);
  return group;
}

std::vector<Group> read_groups(const AnalysisView& view) {
  const auto readers = view.result.objects("groups");
  std::vector<Group> groups;
  for (const DocumentView& reader : readers) groups.push_back(read_group(reader, view));
  return groups;
}

/// The group with its curve ended where few are at risk; false where nothing of it can be shown.
bool cut_curve(Group& group) {
  const auto until = shown_until(group.risk);
  if (!until) return false;
  std::erase_if(group.curve.steps, [&](const SurvivalStep& step) { return step.time > *until; });
  if (group.curve.steps.empty() || group.curve.steps.back().time < *until) {
    // The curve runs level to its end: a step to the same height says how far.
    const SurvivalStep last = group.curve.steps.empty() ? SurvivalStep{.time = 0, .estimate = 1}
                                                        : group.curve.steps.back();
    group.curve.steps.push_back({*until, last.estimate, last.interval});
  }
  return true;
}

CountTable risk_table(const std::vector<Group>& groups, double x_max, const AnalysisView& view) {
  CountTable counts{.heading = view.words()("figure.at_risk")};
  counts.times = nice_ticks(0, x_max, 6).values;
  for (const Group& group : groups) {
    std::vector<std::string> row;
    for (const double time : counts.times) {
      row.push_back(
          view.show(fmt::format("{}/at-risk/{}", AnalysisView::group_id(group.level), time),
                    at_risk_text(at_risk_at(group.risk, time))));
    }
    counts.rows.push_back(std::move(row));
  }
  return counts;
}

std::string description(const std::vector<Group>& groups, const AnalysisView& view) {
  const Wording& words = view.words();
  std::string out;
  for (const Group& group : groups) {
    if (group.at_times.empty()) continue;
    const DocumentView& last = group.at_times.back();
    const auto lower = last.optional_number("lower");
    const auto upper = last.optional_number("upper");
    if (!out.empty()) out += ' ';
    out +=
        words("figure.survival_description", {{"group", view.group_name(group.level)},
                                              {"time", words.days(last.number("time"))},
                                              {"percent", words.percent(last.number("survival"))},
                                              {"level", words.level(view.analysis.confidence)},
                                              {"interval", words.percent_interval(lower, upper)}});
  }
  return out;
}

std::vector<Html> time_row(const Group& group, const DocumentView& reading,
                           const AnalysisView& view) {
  const Wording& words = view.words();
  const double time = reading.number("time");
  const std::string id = fmt::format("{}/{}", AnalysisView::group_id(group.level), time);
  const auto lower = reading.optional_number("lower");
  const auto upper = reading.optional_number("upper");
  std::vector<Html> row{view.group_name(group.level), words.days(time)};
  row.emplace_back(view.show(id + "/at-risk", at_risk_text(reading.integer("at_risk"))));
  row.emplace_back(view.show(id + "/survival", words.percent(reading.number("survival"))));
  row.emplace_back(view.show(id + "/interval", words.percent_interval(lower, upper)));
  return row;
}

Table time_table(const std::vector<Group>& groups, const AnalysisView& view) {
  const Wording& words = view.words();
  Table table{.caption = words("figure.times_caption", {{"title", words(view.analysis.title)}}),
              .narrow_form = NarrowForm::scroll};
  table.columns = {
      {words("figure.column_group")},
      {words("figure.column_time"), ColumnKind::numbers},
      {words("figure.column_at_risk"), ColumnKind::numbers},
      {words("figure.column_estimate"), ColumnKind::numbers},
      {words("figure.column_interval", {{"level", words.level(view.analysis.confidence)}}),
       ColumnKind::numbers}};
  for (const Group& group : groups) {
    for (const DocumentView& reading : group.at_times) {
      table.rows.push_back(time_row(group, reading, view));
    }
  }
  return table;
}

std::vector<Html> median_row(const Group& group, const AnalysisView& view) {
  const Wording& words = view.words();
  const std::string id = AnalysisView::group_id(group.level);
  const auto estimate = group.median.optional_number("estimate");
  const auto lower = group.median.optional_number("lower");
  const auto upper = group.median.optional_number("upper");
  const auto bound = [&](std::optional<double> days) {
    return days ? words.days(*days) : words("report.not_reached");
  };
  std::vector<Html> row{view.group_name(group.level)};
  row.emplace_back(view.show(id + "/participants", words.people(group.participants)));
  row.emplace_back(view.show(id + "/events", words.people(group.events)));
  row.emplace_back(view.show(id + "/median", bound(estimate)));
  const bool none = !estimate && !lower && !upper;
  row.emplace_back(
      view.show(id + "/median/interval",
                none ? std::string(no_number)
                     : words("format.interval", {{"low", bound(lower)}, {"high", bound(upper)}})));
  return row;
}

Html median_table(const std::vector<Group>& groups, const AnalysisView& view) {
  const Wording& words = view.words();
  Table table{.caption = words("report.median_caption")};
  table.columns = {
      {words("figure.column_group")},
      {words("report.column_people"), ColumnKind::numbers},
      {words("report.column_with_event"), ColumnKind::numbers},
      {words("report.column_median"), ColumnKind::numbers},
      {words("figure.column_interval", {{"level", words.level(view.analysis.confidence)}}),
       ColumnKind::numbers}};
  for (const Group& group : groups) table.rows.push_back(median_row(group, view));
  return report::table(table);
}

/// The figure, or only its numbers where no curve can be drawn.
Html curves(const std::vector<Group>& groups, const AnalysisView& view) {
  const Wording& words = view.words();
  double last = 0;
  for (const Group& group : groups)
    last = std::max(last, group.risk.empty() ? 0 : group.risk.back().time);
  const double x_max = time_axis_end(view.analysis, last);
  std::vector<Group> drawn;
  bool cut = false;
  for (Group group : groups) {
    const bool some = cut_curve(group);
    const auto until = shown_until(group.risk);
    cut |= !some || *until < std::min(x_max, group.risk.back().time);
    if (some) drawn.push_back(std::move(group));
  }
  FigureParts parts{.note = words("figure.kaplan_meier"),
                    .reading = words("figure.survival_reading")};
  if (cut) parts.remark = words("figure.cut_note", {{"count", words.count(smallest_shown_count)}});
  parts.numbers = time_table(groups, view);
  if (!drawn.empty() && drawn.size() <= series_max && x_max > 0) {
    SurvivalFigure figure;
    figure.head = {.id_prefix = view.figure_id,
                   .title = words(view.analysis.title),
                   .description = description(groups, view)};
    figure.words = {
        .x_label = words("figure.axis_days"),
        .note = words("figure.survival_key", {{"level", words.level(view.analysis.confidence)}})};
    figure.x_max = x_max;
    figure.at_risk = risk_table(drawn, x_max, view);
    for (const Group& group : drawn) figure.curves.push_back(group.curve);
    parts.plots.push_back(view.figure(draw(figure)));
  }
  return figure_block(parts, words);
}

}  // namespace

Html kaplan_meier_section(const AnalysisView& view) {
  const std::vector<Group> groups = read_groups(view);
  const Html figure = curves(groups, view);
  const Html medians = median_table(groups, view);
  return fragment({figure, medians});
}

Html log_rank_section(const AnalysisView& view) {
  const Wording& words = view.words();
  const auto groups = view.result.objects("groups");
  Table table{.caption = words("report.log_rank_caption")};
  table.columns = {{words("figure.column_group")},
                   {words("report.column_people"), ColumnKind::numbers},
                   {words("report.column_observed"), ColumnKind::numbers},
                   {words("report.column_expected"), ColumnKind::numbers}};
  // The expected numbers add up to the observed ones, so they would give a small one away.
  const bool some_small = std::ranges::any_of(
      groups, [](const DocumentView& group) { return is_small(group.integer("observed")); });
  for (const DocumentView& group : groups) {
    const std::string level = group.text("level");
    const std::string id = AnalysisView::group_id(level);
    std::vector<Html> row{view.group_name(level)};
    row.emplace_back(view.show(id + "/participants", words.people(group.integer("participants"))));
    row.emplace_back(view.show(id + "/observed", words.people(group.integer("observed"))));
    row.emplace_back(view.show(id + "/expected", some_small
                                                     ? words("report.withheld_count")
                                                     : format_fixed(group.number("expected"), 1)));
    table.rows.push_back(std::move(row));
  }
  const std::string chi_square =
      view.show("chi-square", format_fixed(view.result.number("chi_square"), 2));
  const std::string degrees =
      view.show("degrees-of-freedom", words.count(view.result.integer("degrees_of_freedom")));
  const std::string p = view.show("p-value", format_p_value(view.result.number("p_value")));
  return fragment({report::table(table),
                   paragraph(words("report.log_rank",
                                   {{"chi_square", chi_square}, {"degrees", degrees}, {"p", p}})),
                   note(words("report.log_rank_reading"))});
}

}  // namespace kensho::report
