#include "cli/stat_arguments.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace kensho::cli {
namespace {

constexpr std::array<StatOption, 8> options = {{
    {"data", "FILE", "CSV file with a header row; an empty cell, NA or . is missing"},
    {"encoding", "NAME", "utf-8 (default) or shift_jis"},
    {"factor", "COLUMN[,COLUMN]", "take columns of numbers as categories, in ascending order"},
    {"levels", "COLUMN=A,B,C", "the categories of a column, the reference first (repeatable)"},
    {"where", "COLUMN=VALUE",
     "keep rows with this value (repeatable: several values of one column\n"
     "are alternatives, several columns must all agree)"},
    {"indicator", "NAME=COLUMN:A,B", "add a column: 1 where COLUMN is A or B, else 0 (repeatable)"},
    {"threads", "N", "threads; the result does not depend on them"},
    {"json", "", "print the whole document as JSON"},
}};

constexpr unsigned threads_max = 256;

Error wrong(std::string message) {
  return {Errc::invalid_argument, std::move(message)};
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  for (const char letter : text) {
    if (letter == separator) {
      parts.emplace_back();
    } else {
      parts.back() += letter;
    }
  }
  return parts;
}

/// What stands before and behind a separator; none where a side is empty.
std::optional<std::pair<std::string, std::string>> halves(const std::string& text,
                                                          std::size_t place) {
  if (place == std::string::npos || place == 0) return std::nullopt;
  return std::pair(text.substr(0, place), text.substr(place + 1));
}

class Reader {
 public:
  explicit Reader(std::span<const std::string> words) : words_(words) {}

  Result<StatArguments> read() {
    while (next_ < words_.size()) TRY(word(words_[next_++]));
    if (arguments_.task == StatTask::run) {
      if (arguments_.method.empty()) return wrong("name a method; kensho stat --list shows them");
      if (arguments_.table.path.empty()) return wrong("--data is missing: the CSV file to read");
    }
    return std::move(arguments_);
  }

 private:
  Status word(const std::string& text) {
    if (text == "-h" || text == "--help") {
      arguments_.task = StatTask::help;
      return ok();
    }
    if (text == "--list") {
      if (arguments_.task == StatTask::run) arguments_.task = StatTask::list;
      return ok();
    }
    if (text == "--json") {
      arguments_.json = true;
      return ok();
    }
    if (text.starts_with("--")) return option(text.substr(2));
    if (!arguments_.method.empty()) {
      return wrong(fmt::format("'{}' is neither an option nor the value of one; the method is '{}'",
                               text, arguments_.method));
    }
    arguments_.method = text;
    return ok();
  }

  Status option(const std::string& text) {
    if (const auto parts = halves(text, text.find('='))) return set(parts->first, parts->second);
    if (next_ == words_.size()) return wrong(fmt::format("--{} needs a value", text));
    return set(text, words_[next_++]);
  }

  Status set(const std::string& name, const std::string& value) {
    TableRequest& table = arguments_.table;
    if (name == "factor") {
      for (std::string& column : split(value, ',')) table.factors.insert(std::move(column));
      return ok();
    }
    if (name == "levels") return set_levels(value);
    if (name == "where") return set_filter(value);
    if (name == "indicator") return set_indicator(value);
    if (std::ranges::find(given_, name) != given_.end()) {
      return wrong(fmt::format("--{} is given twice", name));
    }
    given_.push_back(name);
    if (name == "data") {
      table.path = value;
      return ok();
    }
    if (name == "encoding") return set_encoding(value);
    if (name == "threads") TRY(check_threads(value));
    arguments_.options.emplace(name, value);
    return ok();
  }

  Status set_encoding(const std::string& value) {
    if (value != "utf-8" && value != "shift_jis") {
      return wrong(fmt::format("--encoding '{}': give utf-8 or shift_jis", value));
    }
    arguments_.table.encoding = value == "utf-8" ? TextEncoding::utf8 : TextEncoding::shift_jis;
    return ok();
  }

  static Status check_threads(const std::string& value) {
    unsigned count = 0;
    const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), count);
    const bool whole = error == std::errc() && stop == value.data() + value.size();
    if (whole && count >= 1 && count <= threads_max) return ok();
    return wrong(
        fmt::format("--threads '{}': give a whole number from 1 to {}", value, threads_max));
  }

  Status set_levels(const std::string& value) {
    const auto parts = halves(value, value.find('='));
    if (!parts) return wrong(fmt::format("--levels '{}': write COLUMN=A,B,C", value));
    std::vector<std::string> levels = split(parts->second, ',');
    auto sorted = levels;
    std::ranges::sort(sorted);
    if (levels.size() < 2 || std::ranges::adjacent_find(sorted) != sorted.end()) {
      return wrong(fmt::format("--levels '{}': give two levels or more, each once", value));
    }
    if (!arguments_.table.levels.emplace(parts->first, std::move(levels)).second) {
      return wrong(fmt::format("--levels gives those of '{}' twice", parts->first));
    }
    return ok();
  }

  Status set_filter(const std::string& value) {
    const auto parts = halves(value, value.find('='));
    if (!parts) return wrong(fmt::format("--where '{}': write COLUMN=VALUE", value));
    arguments_.table.filters[parts->first].push_back(parts->second);
    return ok();
  }

  Status set_indicator(const std::string& value) {
    const auto named = halves(value, value.find('='));
    const auto parts = named ? halves(named->second, named->second.rfind(':')) : std::nullopt;
    if (!parts || parts->second.empty()) {
      return wrong(fmt::format("--indicator '{}': write NAME=COLUMN:VALUE", value));
    }
    arguments_.table.indicators.push_back({named->first, parts->first, split(parts->second, ',')});
    return ok();
  }

  std::span<const std::string> words_;
  std::size_t next_ = 0;
  StatArguments arguments_;
  std::vector<std::string> given_;
};

}  // namespace

std::span<const StatOption> stat_options() {
  return options;
}

Result<StatArguments> parse_stat_arguments(std::span<const std::string> words) {
  return Reader(words).read();
}

}  // namespace kensho::cli
