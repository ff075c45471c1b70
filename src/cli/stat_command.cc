// stat: any method of the menu on a CSV file.
#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/file.h"
#include "base/version.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/document_text.h"
#include "cli/session.h"
#include "cli/stat_arguments.h"
#include "cli/stat_data.h"
#include "stats/design/formula.h"
#include "stats/menu/method.h"

namespace kensho::cli {
namespace {

using stats::Method;
using stats::Option;
using stats::OptionKind;

// ---- what there is ----------------------------------------------------------------------------

std::string_view name_of(OptionKind kind) {
  switch (kind) {
    case OptionKind::column:
      return "COLUMN";
    case OptionKind::numeric_column:
      return "COLUMN";
    case OptionKind::columns:
      return "COLUMN[,COLUMN]";
    case OptionKind::number:
    case OptionKind::probability:
      return "NUMBER";
    case OptionKind::numbers:
      return "NUMBER[,NUMBER]";
    case OptionKind::integer:
      return "WHOLE NUMBER";
    case OptionKind::choice:
      return "CHOICE";
    case OptionKind::formula:
      return "FORMULA";
    case OptionKind::text:
      return "TEXT";
  }
  return "";
}

Json option_json(const Option& option) {
  Json choices = Json::array();
  for (const std::string_view choice : option.choices) choices.push(choice);
  return Json::object()
      .set("name", option.name)
      .set("takes", name_of(option.kind))
      .set("help", option.help)
      .set("default", option.fallback.empty() ? Json(nullptr) : Json(option.fallback))
      .set("required", option.required)
      .set("choices", std::move(choices));
}

Json method_json(const Method& method) {
  Json options = Json::array();
  for (const Option& option : method.options) options.push(option_json(option));
  return Json::object()
      .set("name", method.name)
      .set("topic", method.topic)
      .set("title", method.title)
      .set("version", method.version)
      .set("card", fmt::format("docs/methods/{}.md", method.card))
      .set("options", std::move(options));
}

int list(bool json) {
  if (json) {
    Json all = Json::array();
    for (const Method& method : stats::methods()) all.push(method_json(method));
    print_json(all);
    return exit_done;
  }
  std::size_t width = 0;
  for (const Method& method : stats::methods()) width = std::max(width, method.name.size());
  std::string text;
  std::string_view topic;
  for (const Method& method : stats::methods()) {
    if (method.topic != topic)
      text += fmt::format("{}{}\n", topic.empty() ? "" : "\n", method.topic);
    topic = method.topic;
    text += fmt::format("  {:<{}}  {}\n", method.name, width, method.title);
  }
  print(text + "\nkensho stat NAME --help shows the options of a method.\n");
  return exit_done;
}

/// One line of a help text, or several where the help has several.
std::string help_line(std::string_view option, std::string_view help) {
  std::string text = fmt::format("  {:<28} ", option);
  if (option.size() > 28) text += fmt::format("\n{:31}", "");
  for (const char letter : help) {
    text += letter;
    if (letter == '\n') text += std::string(31, ' ');
  }
  return text + "\n";
}

std::string method_option_line(const Option& option) {
  std::string help(option.help);
  if (!option.choices.empty()) help += fmt::format(": {}", fmt::join(option.choices, ", "));
  if (option.required) help += " (required)";
  if (!option.fallback.empty()) help += fmt::format(" (default {})", option.fallback);
  return help_line(fmt::format("--{} {}", option.name, name_of(option.kind)), help);
}

int help(const Method* method) {
  const std::string_view name = method != nullptr ? method->name : "METHOD";
  std::string text = fmt::format(
      "{}\nUsage: kensho stat {} --data FILE [OPTIONS]\n",
      method != nullptr ? method->title : "Run a statistical method on a CSV file", name);
  if (method != nullptr) {
    text += fmt::format("\nOptions of {} (version {}; docs/methods/{}.md)\n", name, method->version,
                        method->card);
    for (const Option& option : method->options) {
      if (option.name != "threads") text += method_option_line(option);
    }
  } else {
    text +=
        "       kensho stat METHOD --help    the options of a method\n"
        "       kensho stat --list [--json]  the methods there are\n";
  }
  text += "\nOptions of every method\n";
  for (const StatOption& option : stat_options()) {
    text += help_line(fmt::format("--{} {}", option.name, option.value), option.help);
  }
  print(text);
  return exit_done;
}

// ---- one run ----------------------------------------------------------------------------------

/// A word in a column that has to hold numbers, with the place to mend it.
Status check_numeric_columns(const Method& method, const StatArguments& arguments,
                             const TableRead& read) {
  for (const Option& option : method.options) {
    const auto given = arguments.options.find(std::string(option.name));
    if (option.kind != OptionKind::numeric_column || given == arguments.options.end()) continue;
    const auto found = read.words.find(given->second);
    if (found == read.words.end()) continue;
    const WordCells& words = found->second;
    return Error{
        Errc::unavailable,
        fmt::format("{}: line {}, column '{}', value '{}': not a number, and --{} needs "
                    "numbers{}; correct the file, or leave the cell empty if it is missing",
                    std::filesystem::path(arguments.table.path).filename().string(), words.line,
                    given->second, words.first, option.name,
                    words.words > 1 ? fmt::format(" ({} such cells)", words.words) : "")};
  }
  return ok();
}

/// The columns the options name, as far as that can be known from their kinds.
std::set<std::string> columns_used(const Method& method, const StatArguments& arguments) {
  std::set<std::string> used;
  for (const Option& option : method.options) {
    const auto given = arguments.options.find(std::string(option.name));
    if (given == arguments.options.end()) continue;
    if (option.kind == OptionKind::column) used.insert(given->second);
    if (option.kind != OptionKind::formula) continue;
    if (const auto formula = stats::parse_formula(given->second)) {
      for (const std::string& name : stats::columns_of(*formula)) used.insert(name);
    }
  }
  return used;
}

/// A column of numbers with a few words is more often a slip than a category.
Json reading_warnings(const Method& method, const StatArguments& arguments, const TableRead& read) {
  Json warnings = Json::array();
  for (const std::string& name : columns_used(method, arguments)) {
    const auto found = read.words.find(name);
    if (found == read.words.end() || found->second.numbers == 0) continue;
    if (arguments.table.factors.contains(name)) continue;
    const WordCells& words = found->second;
    warnings.push(
        fmt::format("column '{}' is taken as categories: {} of its cells are words (line {}: "
                    "'{}'), {} are numbers; say --factor {} if that is meant",
                    name, words.words, words.line, words.first, words.numbers, name));
  }
  return warnings;
}

Json list_json(const std::vector<std::string>& texts) {
  Json array = Json::array();
  for (const std::string& text : texts) array.push(text);
  return array;
}

/// How the file was read: all that is needed to read it so again.
Json reading_json(const TableRequest& request) {
  Json out = Json::object();
  if (request.encoding == TextEncoding::shift_jis) out.set("encoding", "shift_jis");
  if (!request.factors.empty()) {
    out.set("factor", list_json({request.factors.begin(), request.factors.end()}));
  }
  for (const auto& [key, columns] :
       {std::pair("levels", &request.levels), {"where", &request.filters}}) {
    if (columns->empty()) continue;
    Json by_column = Json::object();
    for (const auto& [name, values] : *columns) by_column.set(name, list_json(values));
    out.set(key, std::move(by_column));
  }
  if (request.indicators.empty()) return out;
  Json indicators = Json::array();
  for (const Indicator& indicator : request.indicators) {
    Json object = Json::object();
    object.set("name", indicator.name).set("column", indicator.column);
    indicators.push(std::move(object.set("values", list_json(indicator.values))));
  }
  return out.set("indicator", std::move(indicators));
}

/// Every option with the value that was used; not threads, on which no number depends.
Json options_json(const Method& method, const std::map<std::string, std::string>& given) {
  Json out = Json::object();
  for (const Option& option : method.options) {
    const auto found = given.find(std::string(option.name));
    const std::string value = found == given.end() ? std::string(option.fallback) : found->second;
    if (!value.empty() && option.name != "threads") out.set(option.name, value);
  }
  return out;
}

Json document_of(const Method& method, const StatArguments& arguments, const TableRead& read,
                 const std::string& sha256, Json result) {
  Json data = Json::object();
  data.set("file", std::filesystem::path(arguments.table.path).filename().string());
  data.set("sha256", sha256).set("rows_in_file", std::uint64_t{read.rows_in_file});
  data.set("rows", std::uint64_t{read.table.rows()})
      .set("read_with", reading_json(arguments.table));
  data.set("warnings", reading_warnings(method, arguments, read));
  return Json::object()
      .set("method", method.name)
      .set("title", method.title)
      .set("version", method.version)
      .set("engine", fmt::format("kensho {}", program_version))
      .set("data", std::move(data))
      .set("options", options_json(method, arguments.options))
      .set("result", std::move(result));
}

int run(const Method& method, StatArguments arguments) {
  const bool takes_threads =
      std::ranges::find(method.options, "threads", &Option::name) != method.options.end();
  if (!takes_threads) arguments.options.erase("threads");
  const auto sha256 = sha256_of_file(arguments.table.path);
  if (!sha256) return fail(sha256.error());
  const auto read = read_table(arguments.table);
  if (!read) return fail(read.error());
  if (const Status checked = check_numeric_columns(method, arguments, *read); !checked) {
    return fail(checked.error());
  }
  const auto values = stats::Arguments::make(method.options, arguments.options, read->table);
  if (!values) {
    fail(values.error());
    return values.error().code == Errc::not_found ? exit_failed : exit_wrong_use;
  }
  auto result = stats::answer_of(method, read->table, *values);
  if (!result) return fail(result.error());
  const Json document = document_of(method, arguments, *read, *sha256, std::move(result).value());
  if (arguments.json) {
    print_json(document);
  } else {
    print(document_text(document));
  }
  return exit_done;
}

int wrong_use(const Error& error) {
  fail(error);
  return exit_wrong_use;
}

}  // namespace

int run_stat(std::span<const std::string> words) {
  auto arguments = parse_stat_arguments(words);
  if (!arguments) return wrong_use(arguments.error());
  if (arguments->task == StatTask::list) return list(arguments->json);
  if (arguments->method.empty()) return help(nullptr);
  const Method* method = stats::find_method(arguments->method);
  if (method == nullptr) {
    return wrong_use({Errc::not_found, fmt::format("no method '{}'; kensho stat --list shows them",
                                                   arguments->method)});
  }
  if (arguments->task == StatTask::help) return help(method);
  return run(*method, std::move(arguments).value());
}

}  // namespace kensho::cli
