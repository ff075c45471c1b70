// How the columns of a file become case reports: read from a TOML file that a clinic's registry
// manager writes once.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/variable.h"

namespace kensho {

enum class FieldType : unsigned char { text, identifier, integer, decimal, code, date, flag };

/// Where one value comes from and what it must be.
struct FieldRule {
  std::string column;  // empty: `constant` for every row
  std::string constant;
  FieldType type = FieldType::text;
  std::map<std::string, std::string> codes;  // as in the file -> as stored
  std::optional<double> min;
  std::optional<double> max;
  std::optional<double> factor;  // the stored unit is the file's times this
  std::string unit;              // of the file, for people
  bool required = true;
};

/// A date or a number of days after treatment.
struct WhenRule {
  std::optional<FieldRule> date;
  std::optional<FieldRule> day;
};

struct MeasureRule {
  std::string variable;
  FieldRule value;
  WhenRule when;  // assessments only
};

struct TreatmentRule {
  FieldRule number;
  std::optional<FieldRule> date;
  std::string date_unknown_reason;
  bool planned = false;
};

/// True for a row whose column holds one of the values.
struct PresenceRule {
  std::string column;
  std::vector<std::string> any_of;
};

struct EventRule {
  FieldRule kind;
  std::vector<PresenceRule> present;  // the row has the event where all hold
  WhenRule when;
  bool adverse = false;
  std::optional<FieldRule> serious;
  std::optional<FieldRule> grade;
};

struct Mapping {
  bool shift_jis = false;
  char delimiter = ',';
  std::vector<std::string> missing = {""};
  std::vector<std::string> ignored_columns;
  FieldRule therapy;
  FieldRule institution;
  std::optional<FieldRule> participant;  // none: numbered by row with the prefix below
  std::string row_number_prefix;
  bool registers = false;
  std::vector<MeasureRule> baseline;
  std::optional<TreatmentRule> treatment;
  std::vector<MeasureRule> assessments;
  std::vector<EventRule> events;
  std::optional<WhenRule> last_contact;
};

/// Reads a mapping file. A variable that `variables` knows takes its range from there, so that a
/// file cannot widen it.
/// Errors: invalid_argument naming file, line, field and rule.
Result<Mapping> parse_mapping(std::string_view toml, std::string_view file_name,
                              const VariableTable& variables);

/// Every column the mapping reads or ignores.
std::vector<std::string> mapped_columns(const Mapping& mapping);

}  // namespace kensho
