// The life of a simulated registry as a list of dated acts.
#pragma once

#include "base/clock.h"
#include "domain/case_report.h"
#include "simulation/spec.h"

namespace kensho::simulation {

/// One act, at one moment.
struct PlannedAct {
  TimeUtc time;
  ActKind kind = ActKind::report;
  std::string name;                 // of the file or the protocol
  std::string institution;          // that reports
  std::vector<CaseReport> reports;  // sent together
};

struct Plan {
  TimeUtc opens;  // the registry is opened at this moment, before the first act
  int utc_offset_minutes = 0;
  std::vector<PlannedAct> acts;  // in order of time
};

/// Plays a specification forward. The same specification gives the same plan; every participant has
/// random numbers of their own, so a changed clinic leaves the others as they are.
///
/// Within a day, in local time: files are registered at 08:00 and protocols sealed at 09:00,
/// clinics report at 12:00 (one a minute), studies run at 18:00, publication is at 20:00. A
/// registration in time reaches the registry on or before the day of treatment; every other report
/// waits for the clinic's next reporting day.
Plan make_plan(const Spec& spec);

}  // namespace kensho::simulation
