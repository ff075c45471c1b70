#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/check.h"
#include "stats/design/formula.h"
#include "stats/menu/method.h"

namespace kensho::stats {
namespace {

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts(1);
  for (const char letter : text) {
    if (letter == ',') {
      parts.emplace_back();
    } else if (letter != ' ' || !parts.back().empty()) {
      parts.back() += letter;
    }
  }
  return parts;
}

template <class Number>
bool parses(const std::string& text, Number& number) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end && !text.empty();
}

bool is_number(const std::string& text) {
  double number = 0;
  return parses(text, number) && std::isfinite(number);
}

Error wrong(const Option& option, const std::string& value, std::string_view rule) {
  return {Errc::invalid_argument, fmt::format("--{} '{}': {}", option.name, value, rule)};
}

Status check_column(const Option& option, const std::string& name, const DataTable& table) {
  const auto found = table.column(name);
  if (!found)
    return Error{found.error().code, fmt::format("--{}: {}", option.name, found.error().message)};
  if (option.kind == OptionKind::numeric_column && (*found.value()).categorical()) {
    return wrong(option, name, "this column holds words, not numbers");
  }
  return ok();
}

Status check_value(const Option& option, const std::string& value, const DataTable& table) {
  switch (option.kind) {
    case OptionKind::column:
    case OptionKind::numeric_column:
      return check_column(option, value, table);
    case OptionKind::columns:
      for (const std::string& name : split(value)) TRY(check_column(option, name, table));
      return ok();
    case OptionKind::number:
      return is_number(value) ? ok() : wrong(option, value, "give a number");
    case OptionKind::probability: {
      double number = 0;
      return parses(value, number) && number > 0 && number < 1
                 ? ok()
                 : wrong(option, value, "give a number above 0 and below 1");
    }
    case OptionKind::numbers:
      return std::ranges::all_of(split(value), is_number)
                 ? ok()
                 : wrong(option, value, "give numbers separated by commas");
    case OptionKind::integer: {
      int number = 0;
      return parses(value, number) ? ok() : wrong(option, value, "give a whole number");
    }
    case OptionKind::choice:
      return std::ranges::find(option.choices, value) != option.choices.end()
                 ? ok()
                 : wrong(option, value,
                         fmt::format("give one of {}", fmt::join(option.choices, ", ")));
    case OptionKind::formula: {
      const auto parsed = parse_formula(value);
      return parsed ? ok() : wrong(option, value, parsed.error().message);
    }
    case OptionKind::text:
      return ok();
  }
  return ok();
}

Status check_known(std::span<const Option> options,
                   const std::map<std::string, std::string>& values) {
  std::vector<std::string_view> names;
  for (const Option& option : options) names.push_back(option.name);
  for (const auto& [name, value] : values) {
    if (std::ranges::find(names, name) != names.end()) continue;
    return Error{Errc::invalid_argument,
                 fmt::format("--{} is no option of this method; it has --{}", name,
                             fmt::join(names, ", --"))};
  }
  return ok();
}

}  // namespace

Result<Arguments> Arguments::make(std::span<const Option> options,
                                  const std::map<std::string, std::string>& values,
                                  const DataTable& table) {
  TRY(check_known(options, values));
  Arguments arguments;
  arguments.table_ = &table;
  for (const Option& option : options) {
    const auto given = values.find(std::string(option.name));
    if (given == values.end() && option.required) {
      return Error{Errc::invalid_argument,
                   fmt::format("--{} is missing: {}", option.name, option.help)};
    }
    const std::string value = given == values.end() ? std::string(option.fallback) : given->second;
    if (value.empty()) continue;
    TRY(check_value(option, value, table));
    arguments.values_.emplace(option.name, value);
  }
  return arguments;
}

bool Arguments::has(std::string_view name) const {
  return values_.find(name) != values_.end();
}

const std::string& Arguments::text(std::string_view name) const {
  const auto found = values_.find(name);
  ENSURE(found != values_.end());
  return found->second;
}

double Arguments::number(std::string_view name) const {
  double number = 0;
  ENSURE(parses(text(name), number));
  return number;
}

std::vector<double> Arguments::numbers(std::string_view name) const {
  std::vector<double> all;
  for (const std::string& part : split(text(name))) {
    double number = 0;
    ENSURE(parses(part, number));
    all.push_back(number);
  }
  return all;
}

int Arguments::integer(std::string_view name) const {
  int number = 0;
  ENSURE(parses(text(name), number));
  return number;
}

const Column& Arguments::column(std::string_view name) const {
  const Column* found = table_->find(text(name));
  ENSURE(found != nullptr);
  return *found;
}

std::vector<std::string> Arguments::columns(std::string_view name) const {
  return split(text(name));
}

}  // namespace kensho::stats
