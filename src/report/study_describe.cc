// Who was treated, and what went wrong, as a reader sees it.
#include <algorithm>

#include <fmt/format.h>

#include "report/analysis_view.h"
#include "report/number_format.h"
#include "report/parts.h"
#include "report/small_counts.h"

namespace kensho::report {
namespace {

constexpr int value_decimals = 1;

std::string counted(std::int64_t count, std::int64_t total, Shown shown, const Wording& words) {
  if (shown == Shown::withheld) return words("report.withheld_count");
  const std::string people = words.people(count);
  if (shown == Shown::small || total == 0) return people;
  return words.noted(people,
                     words.percent(static_cast<double>(count) / static_cast<double>(total)));
}

/// The row of one characteristic or one of its codes: a text for each group.
struct DescribedRow {
  std::string name;
  std::string id;
  std::vector<std::string> cells;
};

/// A variable of one group.
struct Described {
  DocumentView reader;
  std::int64_t participants = 0;
  std::string group;
};

std::vector<std::string> codes_of(const std::vector<Described>& groups) {
  std::vector<std::string> codes;
  for (const Described& group : groups) {
    const auto levels = group.reader.objects("levels");
    for (const DocumentView& level : levels) codes.push_back(level.text("code"));
  }
  std::ranges::sort(codes);
  codes.erase(std::ranges::unique(codes).begin(), codes.end());
  return codes;
}

/// The counts of one group: one per code, then those of whom it is not known.
std::vector<std::int64_t> counts_of(const Described& group, const std::vector<std::string>& codes) {
  std::vector<std::int64_t> counts(codes.size() + 1, 0);
  const auto levels = group.reader.objects("levels");
  for (const DocumentView& level : levels) {
    const auto at = std::ranges::find(codes, level.text("code")) - codes.begin();
    counts[static_cast<std::size_t>(at)] = level.integer("count");
  }
  counts.back() = group.reader.integer("missing");
  return counts;
}

std::vector<DescribedRow> code_rows(const std::string& variable,
                                    const std::vector<Described>& groups,
                                    const AnalysisView& view) {
  const Wording& words = view.words();
  const auto codes = codes_of(groups);
  std::vector<DescribedRow> rows;
  for (const std::string& code : codes) {
    rows.push_back({words.labelled(view.label(variable), view.label(variable, code)), code, {}});
  }
  rows.push_back(
      {words.labelled(view.label(variable), words("report.not_known")), "not-known", {}});
  bool any_missing = false;
  for (const Described& group : groups) {
    const auto counts = counts_of(group, codes);
    const auto shown = show_counts(counts);
    any_missing |= counts.back() > 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      rows[i].cells.push_back(counted(counts[i], group.participants, shown[i], words));
    }
  }
  if (!any_missing) rows.pop_back();
  return rows;
}

std::string spread_text(const DocumentView& reader, const Wording& words) {
  const auto deviation = reader.optional_number("standard_deviation");
  return words("report.mean_deviation",
               {{"mean", format_fixed(reader.number("mean"), value_decimals)},
                {"deviation", deviation ? format_fixed(*deviation, value_decimals) : no_number}});
}

std::string quartile_text(const DocumentView& reader, const Wording& words) {
  return words("report.median_quartiles",
               {{"median", format_fixed(reader.number("median"), value_decimals)},
                {"low", format_fixed(reader.number("first_quartile"), value_decimals)},
                {"high", format_fixed(reader.number("third_quartile"), value_decimals)}});
}

std::vector<DescribedRow> number_rows(const std::string& variable,
                                      const std::vector<Described>& groups,
                                      const AnalysisView& view) {
  const Wording& words = view.words();
  const std::string name = view.label(variable);
  std::vector<DescribedRow> rows(3);
  rows[0] = {words.labelled(name, words("report.mean_row")), "mean", {}};
  rows[1] = {words.labelled(name, words("report.median_row")), "median", {}};
  rows[2] = {words.labelled(name, words("report.not_known")), "not-known", {}};
  bool any_missing = false;
  for (const Described& group : groups) {
    const std::int64_t missing = group.reader.integer("missing");
    any_missing |= missing > 0;
    const bool few = group.reader.integer("known") < smallest_shown_count;
    rows[0].cells.push_back(few ? words("report.withheld_count")
                                : spread_text(group.reader, words));
    rows[1].cells.push_back(few ? words("report.withheld_count")
                                : quartile_text(group.reader, words));
    rows[2].cells.push_back(words.people(missing));
  }
  if (!any_missing) rows.pop_back();
  return rows;
}

bool all_numbers(const std::vector<Described>& groups) {
  bool all = true;
  for (const Described& group : groups) all &= group.reader.text("kind") == "number";
  return all;
}

/// A variable that is a number in one group and a code in another is shown as neither.
std::vector<DescribedRow> rows_of(const std::string& variable, const std::vector<Described>& groups,
                                  const AnalysisView& view) {
  if (all_numbers(groups)) return number_rows(variable, groups, view);
  for (const Described& group : groups) {
    if (group.reader.text("kind") == "code") continue;
    DescribedRow row{.name = view.label(variable), .id = "mixed", .cells = {}};
    row.cells.assign(groups.size(), view.words()("report.withheld_count"));
    std::vector<DescribedRow> rows;
    rows.push_back(std::move(row));
    return rows;
  }
  return code_rows(variable, groups, view);
}

std::vector<Described> column_of(const std::vector<DocumentView>& groups, std::size_t variable) {
  std::vector<Described> column;
  for (const DocumentView& group : groups) {
    const auto variables = group.objects("variables");
    if (variable >= variables.size()) {
      group.fail("fewer variables than the analysis has");
      return {};
    }
    column.push_back({variables[variable], group.integer("participants"), group.text("level")});
  }
  return column;
}

void add_row(Table& table, const DescribedRow& row, const std::string& variable,
             const std::vector<Described>& groups, const AnalysisView& view) {
  std::vector<Html> cells{row.name};
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const std::string id =
        fmt::format("{}/{}/{}", AnalysisView::group_id(groups[g].group), variable, row.id);
    cells.emplace_back(view.show(id, row.cells[g]));
  }
  table.rows.push_back(std::move(cells));
}

}  // namespace

Html describe_section(const AnalysisView& view) {
  const Wording& words = view.words();
  const auto groups = view.result.objects("groups");
  Table table{.caption = words("report.describe_caption")};
  table.columns.push_back({words("report.column_characteristic")});
  for (const DocumentView& group : groups) {
    const std::string level = group.text("level");
    const std::string people = view.show(AnalysisView::group_id(level) + "/participants",
                                         words.people(group.integer("participants")));
    table.columns.push_back({words.noted(view.group_name(level), people), ColumnKind::numbers});
  }
  for (std::size_t v = 0; v < view.analysis.variables.size(); ++v) {
    const std::string& variable = view.analysis.variables[v];
    const auto column = column_of(groups, v);
    const auto rows = rows_of(variable, column, view);
    for (const DescribedRow& row : rows) add_row(table, row, variable, column, view);
  }
  return report::table(table);
}

namespace {

/// People affected and how many of a hundred; of a small number only what it lies below.
std::vector<Html> affected_row(const std::string& name, const std::string& id,
                               const DocumentView& reader, std::int64_t participants,
                               const AnalysisView& view) {
  const Wording& words = view.words();
  const std::int64_t affected = reader.integer("participants");
  const std::string rate = format_fixed(reader.number("share") * 100, 1);
  const std::string interval =
      words("format.interval", {{"low", format_fixed(reader.number("lower") * 100, 1)},
                                {"high", format_fixed(reader.number("upper") * 100, 1)}});
  const double bound =
      100.0 * smallest_shown_count /
      static_cast<double>(std::max<std::int64_t>(participants, smallest_shown_count));
  const std::string shown = is_small(affected)
                                ? words("report.below", {{"value", format_fixed(bound, 1)}})
                                : words.noted(rate, interval);
  return std::vector<Html>{name, view.show(id + "/participants", words.people(affected)),
                           view.show(id + "/per-hundred", shown)};
}

Table adverse_table(const DocumentView& group, const AnalysisView& view) {
  const Wording& words = view.words();
  const std::string level = group.text("level");
  const std::int64_t participants = group.integer("participants");
  const std::string id = AnalysisView::group_id(level);
  const std::string people = view.show(id + "/participants", words.people(participants));
  Table table{.caption = words("report.events_caption",
                               {{"group", view.group_name(level)}, {"people", people}})};
  table.columns = {
      {words("therapy.events_event")},
      {words("therapy.events_people"), ColumnKind::numbers},
      {words("therapy.events_rate", {{"level", words.level(view.analysis.confidence)}}),
       ColumnKind::numbers}};
  const DocumentView any = group.object("any");
  const DocumentView serious = group.object("serious");
  table.rows.push_back(
      affected_row(words("report.any_event"), id + "/any", any, participants, view));
  table.rows.push_back(affected_row(words("report.any_serious_event"), id + "/serious", serious,
                                    participants, view));
  const auto kinds = group.objects("kinds");
  for (const DocumentView& kind : kinds) {
    const std::string name = kind.text("kind");
    table.rows.push_back(
        affected_row(view.label("event", name), id + "/" + name, kind, participants, view));
  }
  return table;
}

}  // namespace

Html adverse_events_section(const AnalysisView& view) {
  const auto groups = view.result.objects("groups");
  Children children;
  for (const DocumentView& group : groups) children.push_back(table(adverse_table(group, view)));
  return fragment(children);
}

}  // namespace kensho::report
