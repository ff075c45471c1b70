#include "report/analysis_view.h"

#include <algorithm>

#include "report/number_format.h"
#include "report/parts.h"
#include "report/small_counts.h"

namespace kensho::report {

std::string AnalysisView::label(const std::string& variable, const std::string& code) const {
  return words()(context.protocol.label(variable, code));
}

std::string AnalysisView::group_name(const std::string& level) const {
  if (analysis.group_by.empty()) return words()("report.everyone");
  return label(analysis.group_by, level);
}

std::string AnalysisView::title_for(const std::string& level) const {
  const std::string& title = words()(analysis.title);
  return analysis.group_by.empty() ? title : words().noted(title, group_name(level));
}

Html AnalysisView::figure(const Result<Svg>& drawn) const {
  if (drawn) return raw_svg(*drawn);
  result.fail(drawn.error().message);
  return {};
}

Html figure_block(const FigureParts& parts, const Wording& words) {
  Html numbers;
  if (!parts.numbers.rows.empty()) numbers = table(parts.numbers);
  if (parts.plots.empty()) {
    return fragment(
        {note(parts.note), parts.remark.empty() ? Html() : note(parts.remark), numbers});
  }
  Children children{element("figcaption", {}, {note(parts.note)}),
                    element("div", {{"class", "plot"}}, parts.plots),
                    element("div", {{"class", "reading"}},
                            {heading(4, words("figure.how_to_read")), paragraph(parts.reading),
                             parts.remark.empty() ? Html() : paragraph(parts.remark)})};
  if (!parts.numbers.rows.empty()) {
    children.push_back(element("details", {{"class", "figure-data"}},
                               {element("summary", {}, {words("figure.data_table")}), numbers}));
  }
  return element("figure", {{"class", "figure"}}, children);
}

std::int64_t at_risk_at(const std::vector<RiskStep>& steps, double time) {
  const auto next = std::ranges::lower_bound(steps, time, {}, &RiskStep::time);
  return next == steps.end() ? 0 : next->at_risk;
}

std::optional<double> shown_until(const std::vector<RiskStep>& steps) {
  std::optional<double> until;
  for (const RiskStep& step : steps) {
    if (step.at_risk >= smallest_shown_count) until = step.time;
  }
  return until;
}

std::string at_risk_text(std::int64_t at_risk) {
  return at_risk < smallest_shown_count ? "<" + format_count(smallest_shown_count)
                                        : format_count(at_risk);
}

double time_axis_end(const study::Analysis& analysis, double last_step) {
  return analysis.times_days.empty() ? last_step : std::ranges::max(analysis.times_days);
}

}  // namespace kensho::report
