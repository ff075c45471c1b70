// The command line of `kensho stat`, whose options depend on the method it names.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/stat_data.h"

namespace kensho::cli {

enum class StatTask : unsigned char { run, list, help };

/// What was asked for.
struct StatArguments {
  StatTask task = StatTask::run;
  std::string method;  // empty with list, and with help about the command itself
  bool json = false;
  TableRequest table;
  std::map<std::string, std::string> options;  // of the method, by name without --
};

/// One option of the command itself.
struct StatOption {
  std::string_view name;
  std::string_view value;  // what it takes, for the help
  std::string_view help;
};

/// The options every method has on the command line; no method may use these names.
std::span<const StatOption> stat_options();

/// Reads `NAME --data FILE --OPTION VALUE ...` (also --OPTION=VALUE). Names of methods and of their
/// options are not checked here.
/// Errors  invalid_argument: wrong use, with what was expected.
Result<StatArguments> parse_stat_arguments(std::span<const std::string> words);

}  // namespace kensho::cli
