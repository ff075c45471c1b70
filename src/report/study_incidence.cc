// Competing events as a reader sees them: one stacked figure per group and one table of all.
#include <algorithm>

#include <fmt/format.h>

#include "report/analysis_view.h"
#include "report/figure/incidence_figure.h"
#include "report/figure/palette.h"
#include "report/number_format.h"
#include "report/parts.h"
#include "report/small_counts.h"

namespace kensho::report {
namespace {

struct Group {
  std::string level;
  std::int64_t participants = 0;
  std::vector<IncidenceStep> steps;
  std::vector<RiskStep> risk;
  std::vector<DocumentView> at_times;
};

Group read_group(const DocumentView& reader) {
  Group group;
  group.level = reader.text("level");
  group.participants = reader.integer("participants");
  group.at_times = reader.objects("at_times");
  const auto steps = reader.objects("steps");
  for (const DocumentView& step : steps) {
    IncidenceStep drawn{.time = step.number("time"), .by_cause = {}};
    const auto causes = step.objects("causes");
    for (const DocumentView& cause : causes) drawn.by_cause.push_back(cause.number("incidence"));
    group.risk.push_back({drawn.time, step.integer("at_risk")});
    group.steps.push_back(std::move(drawn));
  }
  return group;
}

std::string description(const Group& group, const std::vector<std::string>& causes,
                        const AnalysisView& view) {
  const Wording& words = view.words();
  if (group.at_times.empty()) return std::string();
  const DocumentView& last = group.at_times.back();
  const auto readings = last.objects("causes");
  std::string parts;
  for (std::size_t c = 0; c < readings.size() && c < causes.size(); ++c) {
    parts +=
        words("figure.stacked_part", {{"name", view.label("event", causes[c])},
                                      {"percent", words.percent(readings[c].number("incidence"))}});
    parts += words("format.list_separator");
  }
  parts += words("figure.stacked_part", {{"name", words("figure.none_of_these")},
                                         {"percent", words.percent(last.number("event_free"))}});
  return words("figure.stacked_description",
               {{"time", words.days(last.number("time"))}, {"parts", parts}});
}

CountTable risk_table(const Group& group, double x_max, const AnalysisView& view) {
  CountTable counts{.heading = view.words()("figure.at_risk")};
  counts.times = nice_ticks(0, x_max, 6).values;
  std::vector<std::string> row;
  for (const double time : counts.times) {
    row.push_back(view.show(fmt::format("{}/at-risk/{}", AnalysisView::group_id(group.level), time),
                            at_risk_text(at_risk_at(group.risk, time))));
  }
  counts.rows = {row};
  return counts;
}

Html draw_group(Group group, double x_max, double until, const std::vector<std::string>& causes,
                const AnalysisView& view, std::size_t index) {
  const Wording& words = view.words();
  std::erase_if(group.steps, [&](const IncidenceStep& step) { return step.time > until; });
  IncidenceFigure figure;
  figure.head = {.id_prefix = fmt::format("{}-{}", view.figure_id, index),
                 .title = view.title_for(group.level),
                 .description = description(group, causes, view)};
  figure.words = {.x_label = words("figure.axis_days")};
  figure.x_max = x_max;
  for (const std::string& cause : causes) figure.causes.push_back(view.label("event", cause));
  figure.event_free_label = words("figure.none_of_these");
  figure.end_time = std::min(until, x_max);
  figure.at_risk = risk_table(group, x_max, view);
  figure.steps = std::move(group.steps);
  return view.figure(draw(figure));
}

std::vector<std::vector<Html>> rows_of(const Group& group, const std::vector<std::string>& causes,
                                       const AnalysisView& view) {
  const Wording& words = view.words();
  std::vector<std::vector<Html>> rows;
  for (std::size_t c = 0; c < causes.size(); ++c) {
    for (const DocumentView& reading : group.at_times) {
      const double time = reading.number("time");
      const auto readings = reading.objects("causes");
      if (c >= readings.size()) {
        reading.fail("fewer causes than the analysis has");
        return {};
      }
      const std::string id =
          fmt::format("{}/{}/{}", AnalysisView::group_id(group.level), causes[c], time);
      const auto lower = readings[c].optional_number("lower");
      const auto upper = readings[c].optional_number("upper");
      std::vector<Html> row{view.group_name(group.level), view.label("event", causes[c]),
                            words.days(time)};
      row.emplace_back(view.show(id + "/at-risk", at_risk_text(reading.integer("at_risk"))));
      row.emplace_back(
          view.show(id + "/incidence", words.percent(readings[c].number("incidence"))));
      row.emplace_back(view.show(id + "/interval", words.percent_interval(lower, upper)));
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

Table time_table(const std::vector<Group>& groups, const std::vector<std::string>& causes,
                 const AnalysisView& view) {
  const Wording& words = view.words();
  Table table{.caption = words("figure.times_caption", {{"title", words(view.analysis.title)}}),
              .narrow_form = NarrowForm::scroll};
  table.columns = {
      {words("figure.column_group")},
      {words("figure.column_event")},
      {words("figure.column_time"), ColumnKind::numbers},
      {words("figure.column_at_risk"), ColumnKind::numbers},
      {words("figure.column_estimate"), ColumnKind::numbers},
      {words("figure.column_interval", {{"level", words.level(view.analysis.confidence)}}),
       ColumnKind::numbers}};
  for (const Group& group : groups) {
    auto rows = rows_of(group, causes, view);
    for (auto& row : rows) table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace

Html cumulative_incidence_section(const AnalysisView& view) {
  const Wording& words = view.words();
  const auto causes = view.result.texts("causes");
  const auto readers = view.result.objects("groups");
  std::vector<Group> groups;
  double last = 0;
  for (const DocumentView& reader : readers) {
    groups.push_back(read_group(reader));
    if (!groups.back().risk.empty()) last = std::max(last, groups.back().risk.back().time);
  }
  const double x_max = time_axis_end(view.analysis, last);
  FigureParts parts{.note = words("figure.cumulative_incidence"),
                    .reading = words("figure.stacked_reading")};
  bool cut = false;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const auto until = shown_until(groups[g].risk);
    cut |= !until || *until < std::min(x_max, groups[g].risk.back().time);
    if (!until || x_max <= 0 || causes.size() > series_max) continue;
    if (groups.size() > 1)
      parts.plots.push_back(heading(
          4, words.noted(view.group_name(groups[g].level), words.people(groups[g].participants))));
    parts.plots.push_back(draw_group(groups[g], x_max, *until, causes, view, g));
  }
  if (cut) parts.remark = words("figure.cut_note", {{"count", words.count(smallest_shown_count)}});
  parts.numbers = time_table(groups, causes, view);
  return figure_block(parts, words);
}

}  // namespace kensho::report
