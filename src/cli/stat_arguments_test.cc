#include "cli/stat_arguments.h"

#include <vector>

#include <doctest/doctest.h>

#include "stats/menu/method.h"

namespace kensho::cli {
namespace {

using Words = std::vector<std::string>;

StatArguments parsed(const Words& words) {
  return parse_stat_arguments(words).value();
}

std::string refusal(const Words& words) {
  const auto arguments = parse_stat_arguments(words);
  REQUIRE_FALSE(arguments);
  return arguments.error().message;
}

TEST_CASE("a method, its file and its options are told apart") {
  const StatArguments arguments = parsed(
      {"cox",       "--data",    "a.csv",     "--formula=~ age", "--json",          "--margin",
       "-0.5",      "--factor",  "stage,arm", "--levels",        "arm=b,a",         "--where",
       "site=1",    "--where",   "site=2",    "--indicator",     "dead=status:2,3", "--encoding",
       "shift_jis", "--threads", "2"});

  CHECK(arguments.task == StatTask::run);
  CHECK(arguments.method == "cox");
  CHECK(arguments.json);
  CHECK(arguments.table.path == "a.csv");
  CHECK(arguments.table.encoding == TextEncoding::shift_jis);
  CHECK(arguments.table.factors == std::set<std::string>{"arm", "stage"});
  CHECK(arguments.table.levels.at("arm") == Words{"b", "a"});
  CHECK(arguments.table.filters.at("site") == Words{"1", "2"});
  REQUIRE(arguments.table.indicators.size() == 1);
  CHECK(arguments.table.indicators[0].name == "dead");
  CHECK(arguments.table.indicators[0].column == "status");
  CHECK(arguments.table.indicators[0].values == Words{"2", "3"});
  CHECK(arguments.options == std::map<std::string, std::string>{
                                 {"formula", "~ age"}, {"margin", "-0.5"}, {"threads", "2"}});
}

TEST_CASE("a list and a help text need neither a method nor a file") {
  CHECK(parsed({"--list", "--json"}).task == StatTask::list);
  CHECK(parsed({"--help"}).task == StatTask::help);
  CHECK(parsed({"cox", "--help"}).method == "cox");
  CHECK(parsed({"--list", "-h"}).task == StatTask::help);
}

TEST_CASE("wrong use says what was expected") {
  CHECK(refusal({}) == "name a method; kensho stat --list shows them");
  CHECK(refusal({"cox"}) == "--data is missing: the CSV file to read");
  CHECK(refusal({"cox", "more"}) ==
        "'more' is neither an option nor the value of one; the method is 'cox'");
  CHECK(refusal({"cox", "--data"}) == "--data needs a value");
  CHECK(refusal({"cox", "--data", "a", "--data", "b"}) == "--data is given twice");
  CHECK(refusal({"cox", "--time", "a", "--time=b"}) == "--time is given twice");
  CHECK(refusal({"cox", "--encoding", "latin1"}) == "--encoding 'latin1': give utf-8 or shift_jis");
  CHECK(refusal({"cox", "--where", "site"}) == "--where 'site': write COLUMN=VALUE");
  CHECK(refusal({"cox", "--levels", "arm=a"}) ==
        "--levels 'arm=a': give two levels or more, each once");
  CHECK(refusal({"cox", "--levels", "arm=a,a"}) ==
        "--levels 'arm=a,a': give two levels or more, each once");
  CHECK(refusal({"cox", "--levels", "arm=a,b", "--levels", "arm=b,a"}) ==
        "--levels gives those of 'arm' twice");
  CHECK(refusal({"cox", "--indicator", "dead=status"}) ==
        "--indicator 'dead=status': write NAME=COLUMN:VALUE");
  for (const auto* count : {"0", "257", "-1", "two", "1.5", ""}) {
    CHECK(refusal({"cox", "--threads", count}).starts_with("--threads '"));
  }
}

TEST_CASE("no method takes a name the command itself uses") {
  for (const stats::Method& method : stats::methods()) {
    for (const stats::Option& option : method.options) {
      CAPTURE(std::string(method.name));
      for (const StatOption& own : stat_options()) {
        if (own.name != "threads") CHECK(option.name != own.name);
      }
      CHECK(option.name != "list");
      CHECK(option.name != "help");
    }
  }
}

}  // namespace
}  // namespace kensho::cli
