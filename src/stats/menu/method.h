// The menu of statistical methods: each runs on a table of columns and answers with a document.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "stats/design/data_table.h"

namespace kensho::stats {

/// What the value of an option must be. A column must be in the table.
enum class OptionKind : unsigned char {
  column,          // any column
  numeric_column,  // its values must be numbers
  columns,         // one or more, separated by commas
  number,
  numbers,      // one or more, separated by commas
  probability,  // a number above 0 and below 1
  integer,
  choice,  // one of `choices`
  formula,
  text,
};

/// One thing a method can be told.
struct Option {
  std::string_view name;  // as on the command line, without --
  OptionKind kind;
  std::string_view help;      // one line
  std::string_view fallback;  // what is taken where it is not given; "" = nothing
  bool required = false;
  std::vector<std::string_view> choices = {};
};

/// Values of a method's options, checked against them and the table.
class Arguments {
 public:
  /// Errors  invalid_argument: an unknown option, one that is required and missing, a value of the
  ///         wrong kind; not_found: a column the table lacks. The message names the option.
  static Result<Arguments> make(std::span<const Option> options,
                                const std::map<std::string, std::string>& values,
                                const DataTable& table);

  /// Whether it was given or has a fallback.
  bool has(std::string_view name) const;

  // The value; the method must have declared the option with that kind, and `has` must hold.
  const std::string& text(std::string_view name) const;
  double number(std::string_view name) const;
  std::vector<double> numbers(std::string_view name) const;
  int integer(std::string_view name) const;
  const Column& column(std::string_view name) const;
  std::vector<std::string> columns(std::string_view name) const;

 private:
  const DataTable* table_ = nullptr;  // borrowed from whoever runs the method
  std::map<std::string, std::string, std::less<>> values_;
};

/// A method anybody can run on a table. Its card is docs/methods/<card>.md.
struct Method {
  std::string_view name;   // as on the command line: snake_case
  std::string_view topic;  // describe, survival, regression, longitudinal, safety, meta, resampling
  std::string_view title;  // what it does, in one line
  std::string_view card;
  int version;  // rises when a number it gives could change
  std::vector<Option> options;
  /// Errors  invalid_argument where the data cannot bear it; not_converged with iterations and
  ///         gradient. Numbers of the document are finite; what is undefined is null. Call it by
  ///         `answer_of`, which says so.
  Result<Json> (*run)(const DataTable& table, const Arguments& arguments);
};

/// The method's document; where a number is null, "warnings" names it and the card that says when.
/// Errors  as Method::run.
Result<Json> answer_of(const Method& method, const DataTable& table, const Arguments& arguments);

/// The whole menu, in order of topic, then of name.
std::span<const Method> methods();
const Method* find_method(std::string_view name);

}  // namespace kensho::stats
