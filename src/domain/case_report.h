// What one accepted report says about one participant.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/date.h"

namespace kensho {

/// No day counted from a treatment lies further away (270 years): beyond it, something else than
/// days was counted.
inline constexpr int study_days_max = 100'000;

/// When something was: a calendar date, or (in de-identified data) days after the first treatment.
struct When {
  std::optional<Date> date;
  std::optional<int> study_day;
  bool operator==(const When&) const = default;
};

/// One administration (投与).
struct Treatment {
  std::string number;  // its id within the participant, "1" where there is only one
  std::optional<Date> date;
  std::string date_unknown_reason;  // set exactly where `date` is not
  bool planned = false;             // announced, not yet given
  bool operator==(const Treatment&) const = default;
};

/// One value of an instrument or a measure (評価), as written: decimals keep their precision.
struct Assessment {
  std::string variable;
  std::string value;
  When when;
  bool operator==(const Assessment&) const = default;
};

/// Something that happened after the treatment: an outcome or an adverse event (有害事象).
struct Event {
  std::string kind;
  When when;
  bool adverse = false;
  bool serious = false;
  std::string grade;  // of the grading named by the mapping, as written; may be empty
  bool operator==(const Event&) const = default;
};

/// One report about one participant: an act of entry, whatever it came from.
struct CaseReport {
  std::string therapy;
  std::string institution;
  std::string participant;                      // pseudonymous, unique within the institution
  bool registers = false;                       // the first report: the participant is new
  std::map<std::string, std::string> baseline;  // characteristics before treatment, as written
  std::optional<Treatment> treatment;
  std::vector<Assessment> assessments;
  std::vector<Event> events;
  std::optional<When> last_contact;
  bool operator==(const CaseReport&) const = default;
};

}  // namespace kensho
