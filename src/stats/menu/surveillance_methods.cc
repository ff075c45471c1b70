// Watching sites, products and adverse events on a table.
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "stats/menu/document.h"
#include "stats/menu/method_lists.h"
#include "stats/menu/row_groups.h"
#include "stats/safety/adverse_events.h"
#include "stats/safety/cusum.h"
#include "stats/safety/disproportionality.h"
#include "stats/safety/funnel.h"
#include "stats/safety/site_rates.h"

namespace kensho::stats {
namespace {

// ---- sites ------------------------------------------------------------------------------------

Result<Json> run_site_rates(const DataTable& table, const Arguments& arguments) {
  const Column& event = arguments.column("event");
  const Column& time = arguments.column("time");
  const Column& site = arguments.column("site");
  const CompleteRows complete = rows_with_all(table, {&event, &time, &site});
  const auto groups = TRY(row_groups(&site, complete.rows));
  std::vector<PersonTime> counted;
  for (const RowGroup& group : groups) {
    counted.push_back({TRY(count_at(event, group.rows)), sum_at(time, group.rows)});
  }
  std::optional<double> reference;
  if (arguments.has("reference")) reference = arguments.number("reference");
  const SiteRates rates =
      TRY(shrink_site_rates(counted, arguments.number("confidence"), reference));
  Json rows = Json::array();
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const SiteRate& rate = rates.sites[i];
    Json row = Json::object();
    row.set("site", groups[i].label).set("events", counted[i].events);
    row.set("time", counted[i].time).set("crude_rate", rate.crude);
    row.set("shrunken_rate", rate.shrunk).set("lower", rate.interval.lower);
    row.set("upper", rate.interval.upper).set("probability_above", rate.probability_above);
    rows.push(std::move(row));
  }
  Json document = Json::object();
  document.set("mean", rates.mean).set("between_site_sd", rates.between_site_sd);
  document.set("shape", number_json(rates.shape)).set("reference_rate", rates.reference_rate);
  document.set("log_likelihood", rates.log_likelihood).set("sites", std::move(rows));
  document.set("rows_left_out", std::uint64_t{complete.left_out});
  return document;
}

FunnelChoice funnel_choice(const Arguments& arguments) {
  const std::string& name = arguments.text("overdispersion");
  return {.overdispersion = name == "multiplicative" ? Overdispersion::multiplicative
                            : name == "additive"     ? Overdispersion::additive
                                                     : Overdispersion::none};
}

Json funnel_json(const Funnel& funnel, std::span<const RowGroup> groups) {
  Json rows = Json::array();
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const FunnelSite& site = funnel.sites[i];
    Json row = Json::object();
    row.set("site", groups[i].label).set("value", site.value).set("std_error", site.std_error);
    row.set("z", site.z).set("z_adjusted", site.z_adjusted);
    row.set("limits_95", interval_json(site.inner)).set("limits_99_8", interval_json(site.outer));
    row.set("outside_99_8", site.value < site.outer.lower || site.value > site.outer.upper);
    rows.push(std::move(row));
  }
  Json document = Json::object();
  document.set("target", funnel.target).set("phi", funnel.phi);
  document.set("between_variance", funnel.between_variance).set("sites", std::move(rows));
  return document;
}

Result<Funnel> funnel_of_expected(const Arguments& arguments, std::span<const RowGroup> groups) {
  std::vector<ObservedExpected> sites;
  for (const RowGroup& group : groups) {
    sites.push_back({TRY(count_at(arguments.column("event"), group.rows)),
                     sum_at(arguments.column("expected"), group.rows)});
  }
  const double target = arguments.has("target") ? arguments.number("target") : 1;
  return ratio_funnel(sites, target, funnel_choice(arguments));
}

Result<Funnel> funnel_of_trials(const Arguments& arguments, std::span<const RowGroup> groups) {
  const Column* trials = optional_column(arguments, "trials");
  std::vector<BinomialCount> sites;
  for (const RowGroup& group : groups) {
    const auto rows = static_cast<std::int64_t>(group.rows.size());
    const std::int64_t of = trials == nullptr ? rows : TRY(count_at(*trials, group.rows));
    sites.push_back({TRY(count_at(arguments.column("event"), group.rows)), of});
  }
  const double target =
      arguments.has("target") ? arguments.number("target") : pooled_proportion(sites);
  return proportion_funnel(sites, target, funnel_choice(arguments));
}

Result<Json> run_funnel(const DataTable& table, const Arguments& arguments) {
  const Column& site = arguments.column("site");
  const CompleteRows complete =
      rows_with_all(table, {&arguments.column("event"), &site, optional_column(arguments, "trials"),
                            optional_column(arguments, "expected")});
  const auto groups = TRY(row_groups(&site, complete.rows));
  const Funnel funnel = arguments.has("expected") ? TRY(funnel_of_expected(arguments, groups))
                                                  : TRY(funnel_of_trials(arguments, groups));
  Json document = funnel_json(funnel, groups);
  document.set("rows_left_out", std::uint64_t{complete.left_out});
  return document;
}

// ---- CUSUM ------------------------------------------------------------------------------------

Result<Json> run_cusum(const DataTable& table, const Arguments& arguments) {
  const Column& event = arguments.column("event");
  const Column& risk = arguments.column("risk");
  const CompleteRows complete = rows_with_all(table, {&event, &risk});
  const auto failed = TRY(codes_at(event, complete.rows));
  const auto risks = values_at(risk, complete.rows);
  const CusumDesign design{.risk = risks, .odds_ratio = arguments.number("odds_ratio")};
  TRY(risk_adjusted_cusum(failed, risks, design.odds_ratio));
  Json document = Json::object();
  std::optional<double> limit;
  if (arguments.has("limit")) {
    limit = arguments.number("limit");
  } else {
    const SimulatedLimit simulated =
        TRY(cusum_limit(design, {.patients = static_cast<int>(failed.size()),
                                 .probability = arguments.number("false_alarms"),
                                 .seed = static_cast<std::uint64_t>(arguments.integer("seed"))}));
    limit = simulated.limit;
    document.set("seed", std::uint64_t{simulated.seed});
    document.set("false_alarm_std_error", simulated.std_error);
  }
  const CusumChart chart = TRY(risk_adjusted_cusum(failed, risks, design.odds_ratio, limit));
  document.set("limit", *limit).set("cusum", numbers_json(chart.cusum));
  document.set("expected_minus_observed", numbers_json(chart.expected_minus_observed));
  document.set("first_signal_row", chart.first_signal
                                       ? Json(std::uint64_t{complete.rows[*chart.first_signal] + 1})
                                       : Json(nullptr));
  document.set("rows_left_out", std::uint64_t{complete.left_out});
  return document;
}

// ---- reports ----------------------------------------------------------------------------------

Json reporting_json(const ReportingRatio& estimate) {
  Json object = Json::object();
  object.set("ratio", number_json(estimate.ratio));
  object.set("interval", interval_json(estimate.interval));
  return object;
}

Result<ReportTable> report_table(const Arguments& arguments, std::span<const std::size_t> rows) {
  const auto product = TRY(codes_at(arguments.column("product"), rows));
  const auto event = TRY(codes_at(arguments.column("event"), rows));
  const Column* reports = optional_column(arguments, "reports");
  ReportTable table{};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (product[i] < 0 || product[i] > 1 || event[i] < 0 || event[i] > 1) {
      return Error{Errc::invalid_argument,
                   fmt::format("row {}: --product and --event must be 0 or 1", rows[i] + 1)};
    }
    const std::int64_t count = reports == nullptr ? 1 : TRY(count_at(*reports, rows.subspan(i, 1)));
    std::int64_t& cell = product[i] == 1
                             ? (event[i] == 1 ? table.product_event : table.product_other)
                             : (event[i] == 1 ? table.others_event : table.others_other);
    cell += count;
  }
  return table;
}

Result<Json> run_disproportionality(const DataTable& table, const Arguments& arguments) {
  const CompleteRows complete =
      rows_with_all(table, {&arguments.column("product"), &arguments.column("event"),
                            optional_column(arguments, "reports")});
  const ReportTable reports = TRY(report_table(arguments, complete.rows));
  const Disproportionality found = TRY(disproportionality(reports, arguments.number("confidence")));
  Json document = Json::object();
  document.set("product_event", reports.product_event).set("product_other", reports.product_other);
  document.set("others_event", reports.others_event).set("others_other", reports.others_other);
  document.set("expected", found.expected);
  document.set("proportional_reporting_ratio", reporting_json(found.proportional));
  document.set("reporting_odds_ratio", reporting_json(found.odds));
  document.set("chi_square_yates", found.chi_square).set("p_value", found.p_value);
  document.set("information_component", found.information_component);
  document.set("information_interval", interval_json(found.information_interval));
  document.set("evans_signal", found.evans_signal);
  document.set("information_signal", found.information_signal);
  document.set("rows_left_out", std::uint64_t{complete.left_out});
  return document;
}

// ---- adverse events ---------------------------------------------------------------------------

/// Subjects and events read off rows of subject x event; the strings are their labels.
struct EventRows {
  std::vector<int> arm;
  std::vector<double> exposure;
  std::vector<int> subject;
  std::vector<int> term;
  std::vector<RowGroup> arms;
  std::vector<RowGroup> terms;
};

Status add_subjects(const Arguments& arguments, std::span<const std::size_t> rows, EventRows& found,
                    std::map<std::size_t, int>& subject_of_row) {
  const Column& exposure = arguments.column("exposure");
  std::map<std::size_t, int> arm_of_row;
  for (std::size_t a = 0; a < found.arms.size(); ++a) {
    for (const std::size_t row : found.arms[a].rows) arm_of_row[row] = static_cast<int>(a);
  }
  for (const RowGroup& subject : TRY(row_groups(&arguments.column("subject"), rows))) {
    const std::size_t first = subject.rows.front();
    for (const std::size_t row : subject.rows) {
      subject_of_row[row] = static_cast<int>(found.arm.size());
      if (arm_of_row.at(row) == arm_of_row.at(first) &&
          exposure.values[row] == exposure.values[first]) {  // exactly: one value copied to rows
        continue;
      }
      return Error{Errc::invalid_argument,
                   fmt::format("row {}: a subject's rows must agree in arm and exposure", row + 1)};
    }
    found.arm.push_back(arm_of_row.at(first));
    found.exposure.push_back(exposure.values[first]);
  }
  return ok();
}

Result<EventRows> event_rows(const Arguments& arguments, std::span<const std::size_t> rows) {
  EventRows found;
  found.arms = TRY(row_groups(&arguments.column("arm"), rows));
  std::map<std::size_t, int> subject_of_row;
  TRY(add_subjects(arguments, rows, found, subject_of_row));
  std::vector<std::size_t> with_event;
  for (const std::size_t row : rows) {
    if (!std::isnan(arguments.column("term").values[row])) with_event.push_back(row);
  }
  found.terms = TRY(row_groups(&arguments.column("term"), with_event));
  for (std::size_t t = 0; t < found.terms.size(); ++t) {
    for (const std::size_t row : found.terms[t].rows) {
      found.subject.push_back(subject_of_row.at(row));
      found.term.push_back(static_cast<int>(t));
    }
  }
  return found;
}

Json cell_json(const AdverseEventCell& cell, const std::string& term, const std::string& arm,
               double per) {
  Json row = Json::object();
  row.set("term", term).set("arm", arm).set("subjects", cell.exposed);
  row.set("affected", cell.affected).set("events", cell.events);
  row.set("incidence", cell.incidence.estimate);
  row.set("incidence_interval", interval_json(cell.incidence.interval));
  row.set("exposure", cell.exposure);
  row.set("rate", cell.rate ? Json(cell.rate->rate * per) : Json(nullptr));
  row.set("rate_interval",
          interval_json(cell.rate ? std::optional(Interval{cell.rate->interval.lower * per,
                                                           cell.rate->interval.upper * per})
                                  : std::nullopt));
  row.set("fisher_p_value", number_json(cell.fisher_p_value));
  const auto& difference = cell.risk_difference;
  row.set("risk_difference", difference ? Json(difference->difference) : Json(nullptr));
  row.set("risk_difference_interval",
          interval_json(difference ? std::optional(difference->interval) : std::nullopt));
  return row;
}

Result<Json> run_adverse_events(const DataTable& table, const Arguments& arguments) {
  const CompleteRows complete = rows_with_all(
      table,
      {&arguments.column("subject"), &arguments.column("arm"), &arguments.column("exposure")});
  const EventRows found = TRY(event_rows(arguments, complete.rows));
  const AdverseEventTable result = TRY(adverse_event_table(
      {found.arm, found.exposure, found.subject, found.term, static_cast<int>(found.arms.size()),
       static_cast<int>(found.terms.size())},
      0, arguments.number("confidence")));
  const double per = arguments.number("per");
  Json rows = Json::array();
  for (std::size_t t = 0; t < result.rows.size(); ++t) {
    for (std::size_t a = 0; a < found.arms.size(); ++a) {
      rows.push(cell_json(result.rows[t][a], t == 0 ? "any" : found.terms[t - 1].label,
                          found.arms[a].label, per));
    }
  }
  Json document = Json::object();
  document.set("reference_arm", found.arms.front().label).set("per", per);
  document.set("rows", std::move(rows)).set("rows_left_out", std::uint64_t{complete.left_out});
  return document;
}

}  // namespace

std::vector<Method> surveillance_methods() {
  const Option event{"event", OptionKind::numeric_column, "events of the row, a whole number", "",
                     true};
  const Option site{"site", OptionKind::column, "the sites", "", true};
  return {{"adverse_events",
           "safety",
           "Adverse events by arm: subjects, events, exposure-adjusted rates, comparison",
           "adverse_event_table",
           1,
           {{"subject", OptionKind::column, "one row a subject and event", "", true},
            {"arm", OptionKind::column, "arm of the subject; the first is the reference", "", true},
            {"exposure", OptionKind::numeric_column, "the subject's exposure", "", true},
            {"term", OptionKind::column, "the event; missing for a subject without one", "", true},
            {"per", OptionKind::number, "rates are given for this much exposure", "1"},
            confidence_option()},
           run_adverse_events},
          {"cusum",
           "safety",
           "Risk-adjusted CUSUM of a binary outcome, in the order of the rows",
           "cusum",
           1,
           {{"event", OptionKind::numeric_column, "1 = failure, 0 = none", "", true},
            {"risk", OptionKind::numeric_column, "predicted risk of failure", "", true},
            {"odds_ratio", OptionKind::number, "the rise in odds to detect", "2"},
            {"limit", OptionKind::number, "where the chart signals; else by simulation", ""},
            {"false_alarms", OptionKind::probability,
             "their probability when the limit is simulated", "0.05"},
            {"seed", OptionKind::integer, "seed of the simulation", "1"}},
           run_cusum},
          {"disproportionality",
           "safety",
           "Reports of an event with a product against those with others: PRR, ROR, IC",
           "disproportionality",
           1,
           {{"product", OptionKind::numeric_column, "1 = this product, 0 = another", "", true},
            {"event", OptionKind::numeric_column, "1 = this event, 0 = another", "", true},
            {"reports", OptionKind::numeric_column, "reports of the row; 1 without it", ""},
            confidence_option()},
           run_disproportionality},
          {"funnel",
           "safety",
           "Sites against a target, with funnel limits and overdispersion",
           "funnel",
           1,
           {event,
            site,
            {"trials", OptionKind::numeric_column, "trials of the row; 1 without it", ""},
            {"expected", OptionKind::numeric_column, "expected events: observed over expected", ""},
            {"target", OptionKind::number, "the target; else the pooled proportion, or 1", ""},
            {"overdispersion",
             OptionKind::choice,
             "variation between sites beyond chance",
             "none",
             false,
             {"none", "multiplicative", "additive"}}},
           run_funnel},
          {"site_rates",
           "safety",
           "Rates of sites, drawn to their common gamma distribution",
           "site_rates",
           1,
           {event,
            {"time", OptionKind::numeric_column, "time at risk of the row", "", true},
            site,
            {"reference", OptionKind::number, "rate to be above of; else the mean", ""},
            confidence_option()},
           run_site_rates}};
}

}  // namespace kensho::stats
