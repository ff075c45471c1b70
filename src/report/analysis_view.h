// What the writer of one method's section gets, and what they share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/document_view.h"
#include "report/figure/axis.h"
#include "report/figure/svg.h"
#include "report/study_report.h"
#include "report/table.h"

namespace kensho::report {

/// One analysis with its result. Borrows all of it.
struct AnalysisView {
  const study::Analysis& analysis;
  DocumentView result;  // the "result" of the analysis
  const ReportContext& context;
  std::string figure_id;  // starts every id of its figures

  const Wording& words() const { return context.words; }
  /// Notes a number of this analysis: `what` comes after the analysis' id.
  std::string show(const std::string& what, std::string value) const {
    return context.shown.show(analysis.id + "/" + what, std::move(value));
  }
  /// The reader's words for a group, a variable or a code of it, a kind of event.
  std::string group_name(const std::string& level) const;
  std::string label(const std::string& variable, const std::string& code = {}) const;
  /// A group's id within the ids of numbers.
  static std::string group_id(const std::string& level) { return level.empty() ? "all" : level; }
  /// A figure, or nothing with the problem noted where it cannot be drawn.
  Html figure(const Result<Svg>& drawn) const;
  /// The name of a table or figure of one group: the analysis' title, with the group if there are
  /// several.
  std::string title_for(const std::string& level) const;
};

// Sections by method, without their heading.
Html describe_section(const AnalysisView& view);
Html change_section(const AnalysisView& view);
Html adverse_events_section(const AnalysisView& view);
Html kaplan_meier_section(const AnalysisView& view);
Html log_rank_section(const AnalysisView& view);
Html cumulative_incidence_section(const AnalysisView& view);

/// A figure with its notes, the words on how to read it, and its numbers as a table below.
struct FigureParts {
  std::string note;
  Children plots;
  std::string reading;
  std::string remark;  // may be empty
  Table numbers;       // without rows: none
};
Html figure_block(const FigureParts& parts, const Wording& words);

/// Who was at risk at a time: at the first step not before it. A step is (time, at risk).
struct RiskStep {
  double time;
  std::int64_t at_risk;
};
std::int64_t at_risk_at(const std::vector<RiskStep>& steps, double time);
/// The last time at which enough people are at risk for a curve to be shown; empty if never.
std::optional<double> shown_until(const std::vector<RiskStep>& steps);
/// "<10" for a small number at risk.
std::string at_risk_text(std::int64_t at_risk);

/// The end of the time axis: the last time the protocol asks for, or of follow-up.
double time_axis_end(const study::Analysis& analysis, double last_step);

}  // namespace kensho::report
