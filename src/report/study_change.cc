// Before and after as a reader sees it: the mean change at each visit, with its interval.
#include <cmath>

#include <fmt/format.h>

#include "report/analysis_view.h"
#include "report/figure/change_figure.h"
#include "report/figure/palette.h"
#include "report/number_format.h"
#include "report/parts.h"
#include "report/small_counts.h"

namespace kensho::report {
namespace {

constexpr int value_decimals = 1;

/// A threshold as the protocol wrote it: whole where it is whole.
std::string points_text(double points) {
  return format_fixed(points, points == std::round(points) ? 0 : value_decimals);
}

std::string signed_number(double value) {
  const std::string text = format_fixed(value, value_decimals);
  return value > 0 && text != format_fixed(0, value_decimals) ? "+" + text : text;
}

std::string visit_name(const DocumentView& visit, const AnalysisView& view) {
  const std::string name = visit.text_or("name", "");
  const std::string given = name.empty() ? visit.text_or("visit", "") : name;
  if (!given.empty()) return view.label("visit", given);
  return view.words()("report.visit_days", {{"from", std::to_string(visit.integer("from_day"))},
                                            {"to", std::to_string(visit.integer("to_day"))}});
}

struct Group {
  std::string level;
  std::int64_t participants = 0;
  std::vector<DocumentView> visits;
  DocumentView reader;
};

std::vector<Group> read_groups(const AnalysisView& view) {
  const auto readers = view.result.objects("groups");
  std::vector<Group> groups;
  for (const DocumentView& reader : readers) {
    groups.push_back(
        {reader.text("level"), reader.integer("participants"), reader.objects("visits"), reader});
  }
  return groups;
}

/// A visit, with its group where there are several.
std::string row_name(const std::string& visit, const Group& group, const AnalysisView& view) {
  if (view.analysis.group_by.empty()) return visit;
  return view.words().noted(visit, view.group_name(group.level));
}

/// Whether so many were seen that their mean may be shown.
bool enough(const DocumentView& visit) {
  return visit.integer("pairs") >= smallest_shown_count;
}

std::string improved_text(const DocumentView& visit, const Wording& words) {
  const std::int64_t improved = visit.integer("improved");
  if (is_small(improved)) return words.people(improved);
  const double share = static_cast<double>(improved) / static_cast<double>(visit.integer("pairs"));
  return words.noted(words.people(improved), words.percent(share));
}

std::vector<Html> visit_row(const Group& group, const DocumentView& visit, bool thresholded,
                            const AnalysisView& view) {
  const Wording& words = view.words();
  const std::string name = visit_name(visit, view);
  const std::string id = fmt::format("{}/{}", AnalysisView::group_id(group.level), name);
  const std::int64_t pairs = visit.integer("pairs");
  std::vector<Html> row{row_name(name, group, view), view.show(id + "/pairs", words.people(pairs))};
  if (!enough(visit)) {
    const std::string withheld =
        pairs == 0 ? std::string(no_number) : words("report.withheld_count");
    row.insert(row.end(), thresholded ? 3 : 2, Html(withheld));
    return row;
  }
  const auto lower = visit.optional_number("lower");
  const auto upper = visit.optional_number("upper");
  const std::string change = signed_number(visit.number("mean_change"));
  const std::string interval =
      lower && upper ? words("format.interval",
                             {{"low", signed_number(*lower)}, {"high", signed_number(*upper)}})
                     : std::string(no_number);
  row.emplace_back(
      view.show(id + "/mean", format_fixed(visit.number("mean_at_visit"), value_decimals)));
  row.emplace_back(view.show(id + "/change", words.noted(change, interval)));
  if (thresholded) row.emplace_back(view.show(id + "/improved", improved_text(visit, words)));
  return row;
}

std::vector<Html> baseline_row(const Group& group, bool thresholded, const AnalysisView& view) {
  const Wording& words = view.words();
  const std::string id = AnalysisView::group_id(group.level) + "/baseline";
  const std::int64_t known = group.reader.integer("with_baseline");
  std::vector<Html> row{row_name(words("therapy.change_before"), group, view),
                        view.show(id + "/participants", words.people(known))};
  const bool few = known < smallest_shown_count;
  row.emplace_back(few ? words("report.withheld_count")
                       : view.show(id + "/mean", format_fixed(group.reader.number("mean_before"),
                                                              value_decimals)));
  row.insert(row.end(), thresholded ? 2 : 1, Html(no_number));
  return row;
}

Table change_table(const std::vector<Group>& groups, std::optional<double> threshold,
                   const AnalysisView& view) {
  const Wording& words = view.words();
  Table table{.caption = words("report.change_caption",
                               {{"variable", view.label(view.result.text("variable"))}})};
  table.columns = {
      {words("report.column_visit")},
      {words("report.column_people"), ColumnKind::numbers},
      {words("report.column_mean"), ColumnKind::numbers},
      {words("therapy.change_difference", {{"level", words.level(view.analysis.confidence)}}),
       ColumnKind::numbers}};
  if (threshold) {
    table.columns.push_back(
        {words("therapy.change_responders", {{"points", points_text(*threshold)}}),
         ColumnKind::numbers});
  }
  for (const Group& group : groups) {
    table.rows.push_back(baseline_row(group, threshold.has_value(), view));
    for (const DocumentView& visit : group.visits) {
      table.rows.push_back(visit_row(group, visit, threshold.has_value(), view));
    }
  }
  return table;
}

/// The change of one group, from 0 before treatment; nothing where few were seen.
ChangeGroup drawn_group(const Group& group, const AnalysisView& view) {
  const Wording& words = view.words();
  ChangeGroup drawn{
      .label = words.noted(view.group_name(group.level), words.people(group.participants))};
  drawn.means.emplace_back(VisitMean{.mean = 0});
  for (const DocumentView& visit : group.visits) {
    drawn.means.emplace_back();
    if (!enough(visit)) continue;
    VisitMean mean{.mean = visit.number("mean_change")};
    const auto lower = visit.optional_number("lower");
    const auto upper = visit.optional_number("upper");
    if (lower && upper) mean.interval = VisitMean::Interval{*lower, *upper};
    drawn.means.back() = mean;
  }
  return drawn;
}

bool anything_to_draw(const std::vector<Group>& groups) {
  bool some = false;
  for (const Group& group : groups) {
    for (const DocumentView& visit : group.visits) some |= enough(visit);
  }
  return some && groups.size() <= series_max;
}

Html change_plot(const std::vector<Group>& groups, std::optional<double> threshold,
                 const AnalysisView& view) {
  const Wording& words = view.words();
  ChangeFigure figure;
  figure.head = {.id_prefix = view.figure_id,
                 .title = words(view.analysis.title),
                 .description = words("figure.change_description")};
  figure.words = {
      .y_label =
          words("figure.axis_change", {{"variable", view.label(view.result.text("variable"))}}),
      .note = words("figure.change_key", {{"level", words.level(view.analysis.confidence)}})};
  figure.visits.push_back({0, words("therapy.change_before")});
  for (const DocumentView& visit : groups.front().visits) {
    figure.visits.push_back({static_cast<double>(figure.visits.size()), visit_name(visit, view)});
  }
  for (const Group& group : groups) figure.groups.push_back(drawn_group(group, view));
  if (threshold && *threshold > 0)
    figure.band = ValueBand{0, *threshold, words("figure.change_band")};
  return view.figure(draw(figure));
}

}  // namespace

Html change_section(const AnalysisView& view) {
  const Wording& words = view.words();
  const auto groups = read_groups(view);
  const auto threshold = view.result.optional_number("meaningful_change");
  FigureParts parts{.note = words("figure.change"), .reading = words("figure.change_reading")};
  if (anything_to_draw(groups)) parts.plots.push_back(change_plot(groups, threshold, view));
  const std::string about =
      threshold ? words("therapy.change_threshold",
                        {{"points", points_text(*threshold)},
                         {"source", view.result.text_or("meaningful_change_source", "")}})
                : words("therapy.change_threshold_none");
  return fragment(
      {figure_block(parts, words), table(change_table(groups, threshold, view)), note(about)});
}

}  // namespace kensho::report
