// What a simulated registry is made from.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "domain/date.h"

namespace kensho::simulation {

/// A span of whole days, both ends included.
struct DaySpan {
  int min = 0;
  int max = 0;
};

/// A visit after the treatment: on its target day, give or take the jitter.
struct Visit {
  std::string name;
  int day = 0;
  int jitter_days = 0;
};

/// A characteristic before treatment: a number from a normal distribution, or one of some codes.
struct Characteristic {
  std::string id;
  double mean = 0;
  double sd = 0;
  std::optional<double> min;
  std::optional<double> max;
  int decimals = 0;
  std::vector<std::string> codes;     // empty: a number
  std::vector<double> probabilities;  // one a code
};

/// A measure taken before treatment and at every visit.
///
/// With standard normal z0 (before) and z1 (at the visit), correlated between the measures of a
/// person: before = mean + sd z0; change = effect * mean_change + change_sd (r z0 + sqrt(1 - r^2)
/// z1) with r = baseline_correlation; negative r is regression to the mean. Values are cut to the
/// range.
struct Measure {
  std::string id;
  double mean = 0;
  double sd = 0;
  std::optional<double> min;
  std::optional<double> max;
  int decimals = 0;
  std::vector<double> mean_change;  // one a visit
  double change_sd = 0;
  double baseline_correlation = 0;  // of the change with the value before
};

/// An adverse event: the share of participants who have one, and when.
struct AdverseEvent {
  std::string kind;
  double share = 0;
  bool serious = false;
  DaySpan days;  // after treatment
};

/// One therapy at one institution.
struct Clinic {
  std::string institution;
  std::string therapy;
  std::string prefix;  // of participant ids
  int participants = 0;
  Date enrol_from;
  Date enrol_to;
  DaySpan days_to_treatment;  // from registration
  double late_share = 0;      // registered only after the treatment
  DaySpan late_days;          // so many days after it
  double lost_share = 0;      // drop out before the last visit
  double effect = 1;          // multiplies every mean change
  int report_every_days = 1;  // reports wait for the next such day, registrations in time excepted
  std::vector<std::string> measures;  // those taken here; empty: all
  std::vector<AdverseEvent> adverse_events;
};

/// What an act does.
enum class ActKind : unsigned char {
  report,   // an institution reports on participants
  masters,  // register the institutions, therapies, approvals, offers of a file
  seal,     // seal the protocol in a file
  study,    // run a protocol and record what comes out
  publish,
};

/// Something that happens on a day whatever the participants do.
struct ScriptedAct {
  Date date;
  ActKind kind = ActKind::publish;  // never report
  std::string name;                 // of the file, or of the protocol; empty for publish
};

struct Spec {
  std::uint64_t seed = 0;
  int utc_offset_minutes = 0;      // of the calendar the dates are in
  Date start;                      // the registry opens
  Date end;                        // nothing is reported after this day
  double measure_correlation = 0;  // between the measures of one person
  double visit_correlation = 0;    // between the changes of one person
  std::vector<Visit> visits;
  std::vector<Characteristic> characteristics;
  std::vector<Measure> measures;
  std::vector<Clinic> clinics;
  std::vector<ScriptedAct> script;
};

/// Reads and checks a specification (TOML). `name` opens every message.
/// Errors: invalid_argument naming file, line, field and rule.
Result<Spec> read_spec(std::string_view toml, std::string_view name);

}  // namespace kensho::simulation
