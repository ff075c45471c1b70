// A protocol (検証計画): what will be studied and how, written before the first treatment it
// counts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "domain/date.h"
#include "domain/localized_text.h"

namespace kensho::study {

/// A condition on a participant's baseline characteristic: one of `any_of`, or a number in a range.
struct Condition {
  std::string variable;
  std::vector<std::string> any_of;
  std::optional<double> min;
  std::optional<double> max;
};

struct Population {
  LocalizedText description;
  std::optional<Date> treated_from;  // only treatments from this day on count
  std::vector<Condition> where;
};

/// ICH E9(R1): the question in five parts, in words.
struct Estimand {
  LocalizedText treatment;
  LocalizedText population;
  LocalizedText variable;
  LocalizedText intercurrent_events;
  LocalizedText summary;
};

enum class EndpointRole : unsigned char { efficacy, safety };
enum class EndpointType : unsigned char {
  time_to_event,  // first of `events`, censored at last contact
  competing,      // first of `events`, each a cause of its own
  change,         // `variable` at a visit against baseline
  adverse_events  // participants with at least one adverse event
};

/// A span of days after treatment in which a visit counts.
struct Window {
  std::string name;
  int from_day = 0;
  int to_day = 0;
};

struct Endpoint {
  std::string id;
  LocalizedText title;
  EndpointRole role = EndpointRole::efficacy;
  EndpointType type = EndpointType::time_to_event;
  std::vector<std::string> events;
  std::string variable;
  std::vector<Window> visits;
  std::optional<double> meaningful_change;  // the smallest that matters to patients
  std::string meaningful_change_source;
};

struct Analysis {
  std::string id;
  std::string method;  // a row of study/methods.h
  std::string endpoint;
  LocalizedText title;
  bool primary = false;
  std::string group_by;  // a baseline characteristic; empty: all together
  std::vector<double> times_days;
  double confidence = 0.95;
  std::vector<std::string> variables;  // for descriptive tables
};

/// What counts as followed up, and how much of it there must be.
struct FollowUp {
  double bound = 0;                          // the share that must be complete
  int day = 0;                               // followed at least to this day after treatment
  std::vector<std::string> terminal_events;  // these complete the follow-up earlier
  std::string variable;                      // or: a value of this variable inside `window`
  std::optional<Window> window;
};

/// Diagnostics that must pass before an estimate is shown.
struct Gate {
  int treated_min = 0;
  double completeness_min = 0;
};

/// The words a reader needs for a code of a variable.
struct Label {
  std::string variable;
  std::string code;  // empty: the variable itself
  LocalizedText text;
};

struct Protocol {
  std::string id;
  int version = 1;
  LocalizedText title;
  LocalizedText question;
  std::string therapy;
  std::vector<std::string> institutions;  // empty: every one that offers the therapy
  Population population;
  Estimand estimand;
  std::vector<std::string> baseline_required;  // what must be known before treatment
  FollowUp follow_up;
  Gate gate;
  Date analysis_due;  // the first analysis is run and published by this day
  LocalizedText sample_size;
  LocalizedText missing_data;
  LocalizedText multiplicity;
  std::vector<LocalizedText> threats;
  std::vector<Endpoint> endpoints;
  std::vector<Analysis> analyses;
  std::vector<Label> labels;
  int smallest_group = 1;  // smaller groups are not shown

  const Endpoint* endpoint(std::string_view endpoint_id) const;
  /// The reader's words for a variable (empty code) or for a code of it; the id itself if none.
  LocalizedText label(std::string_view variable, std::string_view code = {}) const;
};

/// Reads and checks a protocol: every field, every reference between its parts, and that it can be
/// a study at all (at least one efficacy and one safety endpoint, one primary analysis).
/// Errors: invalid_argument naming file, line, field, rule.
Result<Protocol> parse_protocol(std::string_view toml, std::string_view file_name);

}  // namespace kensho::study
