#include "report/study_report.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "report/analysis_view.h"
#include "report/number_format.h"
#include "report/parts.h"
#include "report/small_counts.h"

namespace kensho::report {
namespace {

/// How each method's result is written; the rows of study/methods.
struct MethodRow {
  std::string_view name;
  Html (*write)(const AnalysisView&);
};

constexpr std::array<MethodRow, 6> methods = {
    {{"describe", describe_section},
     {"change", change_section},
     {"adverse_events", adverse_events_section},
     {"kaplan_meier", kaplan_meier_section},
     {"log_rank", log_rank_section},
     {"cumulative_incidence", cumulative_incidence_section}}};

bool flag(const Json& document, std::string_view key) {
  const Json* member = document.find(key);
  return member && member->if_bool() && *member->if_bool();
}

std::string role_of(const study::Analysis& analysis, const Json& document, const Wording& words) {
  if (!flag(document, "as_sealed")) return words("therapy.post_hoc");
  return analysis.primary ? words("therapy.primary") : words("therapy.secondary");
}

const study::Analysis* find_analysis(const study::Protocol& protocol, const DocumentView& reader) {
  const auto found = std::ranges::find(protocol.analyses, reader.text("id"), &study::Analysis::id);
  if (found != protocol.analyses.end()) return &*found;
  reader.fail("an analysis is not in the protocol");
  return nullptr;
}

/// What a warning's code means, in words; the code itself is never shown.
std::string warning_text(std::string_view code, std::int64_t count, const Wording& words) {
  const Fill people{"people", words.people(count)};
  if (code == "no_group") return words("report.warning_no_group", {people});
  if (code == "never_heard_of") return words("report.warning_never_heard_of", {people});
  return words("report.warning_other", {people});
}

Html warnings(const AnalysisView& view) {
  Children notes;
  for (const DocumentView& warning : view.result.objects("warnings")) {
    notes.push_back(
        note(warning_text(warning.text("code"), warning.integer("count"), view.words())));
  }
  return fragment(notes);
}

std::string withheld_text(std::string_view reason, const ReportContext& context) {
  if (reason == "no_participants") return context.words("report.withheld_no_participants");
  return context.words("report.withheld_group",
                       {{"count", context.words.count(context.protocol.smallest_group)}});
}

Html analysis_section(const DocumentView& reader, const Json& document,
                      const ReportContext& context, std::size_t number) {
  const study::Analysis* analysis = find_analysis(context.protocol, reader);
  if (!analysis) return {};
  const Wording& words = context.words;
  const Html title =
      heading(3, words.noted(words(analysis->title), role_of(*analysis, document, words)));
  const std::string withheld = reader.text_or("withheld", "");
  if (!withheld.empty()) return fragment({title, paragraph(withheld_text(withheld, context))});
  const AnalysisView view{*analysis, reader.object("result"), context,
                          fmt::format("fig-{}", number)};
  const auto method = std::ranges::find(methods, reader.text("method"), &MethodRow::name);
  if (method == methods.end()) {
    reader.fail("a method has no page");
    return {};
  }
  return fragment({title, method->write(view), warnings(view)});
}

Error damaged(const std::string& problem) {
  return {Errc::corrupted, problem};
}

/// The value of a check; a share that would give a small count away is withheld.
std::string gate_value(const DocumentView& row, const DocumentView& follow_up,
                       const Wording& words) {
  const double value = row.number("value");
  if (row.text("id") != "completeness") return words.people(static_cast<std::int64_t>(value));
  const bool small = is_small(follow_up.integer("due")) || is_small(follow_up.integer("complete"));
  return small ? words("report.withheld_count") : words.percent(value);
}

std::string gate_bound(const DocumentView& row, const Wording& words) {
  const double bound = row.number("bound");
  return row.text("id") == "completeness" ? words.percent(bound)
                                          : words.count(static_cast<std::int64_t>(bound));
}

/// How many entries of the result's checkpoint were erased since; empty where none were.
std::string erased_entries(const Json& result) {
  const Json* warnings = result.find("warnings");
  if (!warnings || !warnings->is_array()) return {};
  for (const Json& warning : warnings->items()) {
    const Json* code = warning.find("code");
    const Json* count = warning.find("count");
    const bool is_it = code && code->if_string() && *code->if_string() == "entries_erased";
    if (is_it && count && count->if_number()) return count->if_number()->text;
  }
  return {};
}

}  // namespace

Result<Html> analysis_sections(const Json& result, const ReportContext& context,
                               const std::vector<std::string>& wanted) {
  if (flag(result, "blinded")) return Html();
  std::string problem;
  const DocumentView document(result, "result of the study", problem);
  Children sections;
  std::size_t number = 0;  // of the whole document: parts of it on one page keep their ids apart
  for (const DocumentView& analysis : document.objects("analyses")) {
    ++number;
    const std::string method = analysis.text("method");
    if (!wanted.empty() && std::ranges::find(wanted, method) == wanted.end()) continue;
    sections.push_back(analysis_section(analysis, result, context, number));
  }
  if (!problem.empty()) return damaged(problem);
  return fragment(sections);
}

Html result_notices(const Json& result, const Wording& words) {
  Children notices;
  if (!flag(result, "as_sealed")) {
    notices.push_back(
        notice(NoticeKind::warning, words("report.post_hoc_title"), words("report.post_hoc_text")));
  }
  if (flag(result, "blinded")) {
    notices.push_back(
        notice(NoticeKind::warning, words("report.blinded_title"), words("report.blinded_text")));
  }
  if (const std::string erased = erased_entries(result); !erased.empty()) {
    notices.push_back(notice(NoticeKind::warning, words("report.entries_erased_title"),
                             words("report.entries_erased_text", {{"count", erased}})));
  }
  return fragment(notices);
}

Result<Html> gate_table(const Json& result, const ReportContext& context) {
  const Wording& words = context.words;
  Table table{.caption = words("report.gate_caption")};
  table.columns = {{words("report.column_diagnostic")},
                   {words("report.column_value"), ColumnKind::numbers},
                   {words("report.column_bound"), ColumnKind::numbers},
                   {words("report.column_passed")}};
  std::string problem;
  const DocumentView document(result, "result of the study", problem);
  const DocumentView follow_up = document.object("follow_up");
  for (const DocumentView& row : document.objects("gate")) {
    const std::string id = row.text("id");
    const bool share = id == "completeness";
    table.rows.push_back({words(share ? "report.gate_completeness" : "report.gate_treated"),
                          context.shown.show("gate/" + id, gate_value(row, follow_up, words)),
                          gate_bound(row, words),
                          words(row.flag("passed") ? "report.passed" : "report.not_passed")});
  }
  if (!problem.empty()) return damaged(problem);
  return report::table(table);
}

Html estimand_pairs(const study::Protocol& protocol, const Wording& words) {
  const study::Estimand& estimand = protocol.estimand;
  return pairs({{words("report.estimand_population"), words(estimand.population)},
                {words("report.estimand_treatment"), words(estimand.treatment)},
                {words("report.estimand_variable"), words(estimand.variable)},
                {words("report.estimand_intercurrent"), words(estimand.intercurrent_events)},
                {words("report.estimand_summary"), words(estimand.summary)}});
}

}  // namespace kensho::report
