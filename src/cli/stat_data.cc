#include "cli/stat_data.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "exchange/csv/csv_reader.h"

namespace kensho::cli {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t problems_max = 10;  // that are shown

std::string_view trimmed(std::string_view cell) {
  while (cell.starts_with(' ')) cell.remove_prefix(1);
  while (cell.ends_with(' ')) cell.remove_suffix(1);
  return cell;
}

bool is_missing(std::string_view cell) {
  return cell.empty() || cell == "NA" || cell == ".";
}

std::optional<double> number_in(std::string_view cell) {
  double number = 0;
  const char* end = cell.data() + cell.size();
  const auto [stop, error] = std::from_chars(cell.data(), end, number);
  if (error != std::errc() || stop != end || !std::isfinite(number)) return std::nullopt;
  return number == 0 ? 0 : number;  // exactly: -0 is 0
}

/// One text for all ways to write a number, "" for a missing cell.
std::string canonical(std::string_view cell) {
  const std::string_view text = trimmed(cell);
  if (is_missing(text)) return "";
  const auto number = number_in(text);
  return number ? fmt::format("{}", *number) : std::string(text);
}

// ---- one column -------------------------------------------------------------------------------

/// Gathers the cells of one column and decides at the end what it is.
class ColumnBuilder {
 public:
  explicit ColumnBuilder(std::string name) : name_(std::move(name)) {}

  /// Fixes the levels; any other cell is refused.
  void set_levels(const std::vector<std::string>& levels) {
    for (const std::string& level : levels) levels_.push_back(canonical(level));
  }

  Status add(std::string_view cell, std::size_t line) {
    const std::string_view text = trimmed(cell);
    if (is_missing(text)) {
      push(missing, 0);
      return ok();
    }
    if (!levels_.empty()) return add_level(text, line);
    if (const auto number = number_in(text)) {
      ++number_count_;
      push(*number, 0);
    } else {
      add_word(text, line);
    }
    return ok();
  }

  stats::Column finish(bool factor) {
    if (!levels_.empty()) return {name_, std::move(values_), std::move(levels_)};
    if (words_.empty() && !factor) return {name_, std::move(values_), {}};
    return categorical();
  }

  const std::string& name() const { return name_; }

  std::optional<WordCells> words() const {
    if (words_.empty()) return std::nullopt;
    return WordCells{first_line_, first_word_, word_count_, number_count_};
  }

 private:
  void push(double value, std::uint32_t word) {
    values_.push_back(value);
    if (!word_.empty() || word != 0) word_.resize(values_.size());
    if (word != 0) word_.back() = word;
  }

  void add_word(std::string_view text, std::size_t line) {
    if (words_.empty()) {
      first_line_ = line;
      first_word_ = text;
    }
    ++word_count_;
    const auto next = static_cast<std::uint32_t>(words_.size() + 1);
    push(missing, words_.try_emplace(std::string(text), next).first->second);
  }

  Status add_level(std::string_view text, std::size_t line) {
    const auto found = std::ranges::find(levels_, canonical(text));
    if (found == levels_.end()) {
      return Error{Errc::invalid_argument,
                   fmt::format("line {}, column '{}', value '{}': none of the levels {}; add it to "
                               "--levels, or leave such rows out with --where",
                               line, name_, text, fmt::join(levels_, ", "))};
    }
    push(static_cast<double>(found - levels_.begin()), 0);
    return ok();
  }

  /// Levels: the numbers in ascending order, then the words.
  stats::Column categorical() {
    std::vector<double> numbers;
    std::ranges::copy_if(values_, std::back_inserter(numbers),
                         [](double v) { return !std::isnan(v); });
    std::ranges::sort(numbers);
    numbers.erase(std::ranges::unique(numbers).begin(), numbers.end());
    std::vector<std::pair<std::string, std::uint32_t>> words(words_.begin(), words_.end());
    std::ranges::sort(words);

    stats::Column column{name_, std::move(values_), {}};
    std::vector<double> level_of_word(words.size() + 1, missing);
    for (const double number : numbers) column.levels.push_back(fmt::format("{}", number));
    for (const auto& [text, code] : words) {
      level_of_word[code] = static_cast<double>(column.levels.size());
      column.levels.push_back(text);
    }
    for (std::size_t i = 0; i < column.values.size(); ++i) {
      double& value = column.values[i];
      if (std::isnan(value)) {
        if (!word_.empty()) value = level_of_word[word_[i]];
      } else {
        const auto place = std::ranges::lower_bound(numbers, value);
        value = static_cast<double>(place - numbers.begin());
      }
    }
    return column;
  }

  std::string name_;
  std::vector<std::string> levels_;  // asked for; empty: found
  std::vector<double> values_;       // numbers, or indices of the levels asked for
  std::vector<std::uint32_t> word_;  // code of each row's word, 0 = none; empty: no word yet
  std::unordered_map<std::string, std::uint32_t> words_;
  std::size_t first_line_ = 0;
  std::string first_word_;
  std::size_t word_count_ = 0;
  std::size_t number_count_ = 0;
};

// ---- conditions on cells ----------------------------------------------------------------------

/// Whether a cell is one of some values; remembers which were seen.
class ValueTest {
 public:
  ValueTest(std::size_t column, std::string name, const std::vector<std::string>& values)
      : column_(column), name_(std::move(name)) {
    for (const std::string& value : values) seen_.emplace(canonical(value), false);
  }

  bool holds(const CsvRecord& row) {
    const auto found = seen_.find(canonical(row.fields[column_]));
    if (found == seen_.end()) return false;
    found->second = true;
    return true;
  }
  bool is_missing_in(const CsvRecord& row) const {
    return is_missing(trimmed(row.fields[column_]));
  }

  Status all_seen(std::string_view option) const {
    for (const auto& [value, seen] : seen_) {
      if (seen) continue;
      return Error{Errc::invalid_argument,
                   fmt::format("--{}: no row has the value '{}' in column '{}'; see how the file "
                               "writes it",
                               option, value, name_)};
    }
    return ok();
  }

 private:
  std::size_t column_;
  std::string name_;
  std::map<std::string, bool> seen_;
};

struct IndicatorBuilder {
  ValueTest test;
  stats::Column column;
};

// ---- the file ---------------------------------------------------------------------------------

class TableBuilder {
 public:
  static Result<TableBuilder> make(const TableRequest& request,
                                   std::span<const std::string> columns) {
    TableBuilder builder(request);
    for (const std::string& name : columns) builder.columns_.emplace_back(name);
    for (const std::string& name : request.factors) TRY(builder.place_of(name, "factor"));
    for (const auto& [name, levels] : request.levels) {
      builder.columns_[TRY(builder.place_of(name, "levels"))].set_levels(levels);
    }
    for (const auto& [name, values] : request.filters) {
      builder.filters_.emplace_back(TRY(builder.place_of(name, "where")), name, values);
    }
    for (const Indicator& indicator : request.indicators) TRY(builder.add_indicator(indicator));
    return builder;
  }

  Status add(const CsvRecord& row) {
    ++rows_in_file_;
    bool kept = true;
    for (ValueTest& filter : filters_) kept = filter.holds(row) && kept;
    if (!kept) return ok();
    ++rows_;
    for (std::size_t i = 0; i < columns_.size(); ++i) TRY(columns_[i].add(row.fields[i], row.line));
    for (auto& [test, column] : indicators_) {
      column.values.push_back(test.holds(row) ? 1 : test.is_missing_in(row) ? missing : 0);
    }
    return ok();
  }

  Result<TableRead> finish() {
    if (rows_in_file_ == 0) return Error{Errc::invalid_argument, "no row below the header"};
    for (const ValueTest& filter : filters_) TRY(filter.all_seen("where"));
    if (rows_ == 0) return Error{Errc::invalid_argument, "--where leaves no row"};
    for (const auto& indicator : indicators_) TRY(indicator.test.all_seen("indicator"));

    std::vector<stats::Column> columns;
    std::map<std::string, WordCells> words;
    for (ColumnBuilder& column : columns_) {
      if (const auto found = column.words()) words.emplace(column.name(), *found);
      columns.push_back(column.finish(request_->factors.contains(column.name())));
    }
    for (auto& indicator : indicators_) columns.push_back(std::move(indicator.column));
    return TableRead{TRY(stats::DataTable::make(std::move(columns))), rows_in_file_,
                     std::move(words)};
  }

 private:
  explicit TableBuilder(const TableRequest& request) : request_(&request) {}

  Result<std::size_t> place_of(const std::string& name, std::string_view option) const {
    const auto found = std::ranges::find(columns_, name, &ColumnBuilder::name);
    if (found != columns_.end()) return static_cast<std::size_t>(found - columns_.begin());
    std::vector<std::string> names;
    for (const ColumnBuilder& column : columns_) names.push_back(column.name());
    return Error{Errc::not_found, fmt::format("line 1: --{} names the column '{}', there are: {}",
                                              option, name, fmt::join(names, ", "))};
  }

  Status add_indicator(const Indicator& indicator) {
    const std::size_t place = TRY(place_of(indicator.column, "indicator"));
    if (place_of(indicator.name, "indicator")) {
      return Error{Errc::invalid_argument,
                   fmt::format("--indicator makes the column '{}', which the file has; give it "
                               "another name",
                               indicator.name)};
    }
    indicators_.push_back({ValueTest(place, indicator.column, indicator.values),
                           {.name = indicator.name, .values = {}, .levels = {}}});
    return ok();
  }

  const TableRequest* request_;  // borrowed for the time of reading
  std::vector<ColumnBuilder> columns_;
  std::vector<ValueTest> filters_;
  std::vector<IndicatorBuilder> indicators_;
  std::size_t rows_in_file_ = 0;
  std::size_t rows_ = 0;
};

/// The errors of a file's rows, the first few of them in full.
class Problems {
 public:
  void add(const Error& error) {
    if (++count_ <= problems_max) text_ += (text_.empty() ? "" : "\n  ") + error.message;
  }
  Status status() const {
    if (count_ == 0) return ok();
    const std::string more =
        count_ > problems_max ? fmt::format("\n  and {} more", count_ - problems_max) : "";
    return Error{Errc::invalid_argument, text_ + more};
  }

 private:
  std::size_t count_ = 0;
  std::string text_;
};

Result<TableRead> read(const TableRequest& request) {
  TextDecoder decoder = TRY(TextDecoder::open(request.path, request.encoding));
  CsvReader reader = TRY(CsvReader::open(std::move(decoder)));
  TableBuilder builder = TRY(TableBuilder::make(request, reader.columns()));
  Problems problems;
  while (true) {
    const auto record = reader.next();
    if (!record) {
      problems.add(record.error());
    } else if (*record) {
      const Status added = builder.add(**record);
      if (!added) problems.add(added.error());
    } else {
      break;
    }
  }
  TRY(problems.status());
  return builder.finish();
}

}  // namespace

Result<TableRead> read_table(const TableRequest& request) {
  auto table = read(request);
  if (table) return table;
  const std::string name = std::filesystem::path(request.path).filename().string();
  const Error& error = table.error();
  const bool named = error.message.find(name) != std::string::npos;
  return Error{error.code, named ? error.message : fmt::format("{}: {}", name, error.message)};
}

}  // namespace kensho::cli
