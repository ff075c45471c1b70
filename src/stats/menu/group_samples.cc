#include "stats/menu/group_samples.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "stats/menu/document.h"

namespace kensho::stats {
namespace {

std::string label_of_value(const Column& column, double value) {
  return column.categorical() ? label_of(column, static_cast<int>(value))
                              : fmt::format("{}", value);
}

// The values in use and their places, in ascending order.
std::map<double, std::size_t> places_of(const Column& column,
                                        const std::vector<std::size_t>& rows) {
  std::map<double, std::size_t> places;
  for (const std::size_t row : rows) places.emplace(column.values[row], 0);
  std::size_t next = 0;
  for (auto& [value, place] : places) place = next++;
  return places;
}

std::vector<std::string> labels_of(const Column& column,
                                   const std::map<double, std::size_t>& places) {
  std::vector<std::string> labels;
  for (const auto& [value, place] : places) labels.push_back(label_of_value(column, value));
  return labels;
}

Json texts_json(const std::vector<std::string>& texts) {
  Json array = Json::array();
  for (const std::string& text : texts) array.push(text);
  return array;
}

}  // namespace

GroupSamples group_samples(const DataTable& table, const Column& value, const Column& group) {
  const std::vector<const Column*> used = {&value, &group};
  const CompleteRows complete = complete_rows(table, used);
  const auto places = places_of(group, complete.rows);
  GroupSamples samples{labels_of(group, places), std::vector<std::vector<double>>(places.size()),
                       complete.left_out};
  for (const std::size_t row : complete.rows) {
    samples.values[places.at(group.values[row])].push_back(value.values[row]);
  }
  return samples;
}

Result<GroupSamples> two_group_samples(const DataTable& table, const Column& value,
                                       const Column& group) {
  GroupSamples samples = group_samples(table, value, group);
  if (samples.labels.size() == 2) return samples;
  return Error{Errc::invalid_argument,
               fmt::format("column '{}' has {} groups ({}); this method compares two", group.name,
                           samples.labels.size(), fmt::join(samples.labels, ", "))};
}

Result<CompleteColumns> complete_columns(const DataTable& table,
                                         const std::vector<std::string>& names) {
  std::vector<const Column*> columns;
  for (const std::string& name : names) {
    const Column* column = TRY(table.column(name));
    if (column->categorical()) {
      return Error{Errc::invalid_argument,
                   fmt::format("column '{}' holds words, not numbers", name)};
    }
    columns.push_back(column);
  }
  const CompleteRows complete = complete_rows(table, columns);
  if (complete.rows.empty()) {
    return Error{Errc::invalid_argument, "no row has a value in every one of these columns"};
  }
  CompleteColumns result{Matrix(complete.rows.size(), columns.size()), names, complete.left_out};
  for (std::size_t j = 0; j < columns.size(); ++j) {
    const auto values = values_at(*columns[j], complete.rows);
    std::ranges::copy(values, result.values.column(j).begin());
  }
  return result;
}

CrossTable cross_table(const DataTable& table, const Column& row, const Column& column) {
  const std::vector<const Column*> used = {&row, &column};
  const CompleteRows complete = complete_rows(table, used);
  const auto row_places = places_of(row, complete.rows);
  const auto column_places = places_of(column, complete.rows);
  CrossTable result{labels_of(row, row_places), labels_of(column, column_places),
                    std::vector<std::int64_t>(row_places.size() * column_places.size()),
                    complete.left_out};
  for (const std::size_t i : complete.rows) {
    const std::size_t place =
        row_places.at(row.values[i]) * column_places.size() + column_places.at(column.values[i]);
    ++result.counts[place];
  }
  return result;
}

Json cross_table_json(const CrossTable& table) {
  Json counts = Json::array();
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    Json row = Json::array();
    for (std::size_t j = 0; j < table.columns.size(); ++j) {
      row.push(table.counts[i * table.columns.size() + j]);
    }
    counts.push(std::move(row));
  }
  return Json::object()
      .set("rows", texts_json(table.rows))
      .set("columns", texts_json(table.columns))
      .set("counts", std::move(counts));
}

Option alternative_option() {
  return {.name = "alternative",
          .kind = OptionKind::choice,
          .help = "what is true where the null hypothesis is not",
          .fallback = "two-sided",
          .choices = {"two-sided", "less", "greater"}};
}

Alternative alternative_of(const Arguments& arguments) {
  const std::string& text = arguments.text("alternative");
  if (text == "less") return Alternative::less;
  return text == "greater" ? Alternative::greater : Alternative::two_sided;
}

Option seed_option() {
  return {.name = "seed",
          .kind = OptionKind::integer,
          .help = "seed of the random numbers",
          .fallback = "1"};
}

Option threads_option() {
  return {.name = "threads",
          .kind = OptionKind::integer,
          .help = "how many threads work; the result is the same for any number",
          .fallback = "1"};
}

Result<std::uint64_t> seed_of(const Arguments& arguments) {
  const int seed = arguments.integer("seed");
  if (seed >= 0) return static_cast<std::uint64_t>(seed);
  return Error{Errc::invalid_argument, fmt::format("--seed {}: give 0 or more", seed)};
}

Result<unsigned> threads_of(const Arguments& arguments) {
  const int threads = arguments.integer("threads");
  if (threads >= 1 && threads <= 1024) return static_cast<unsigned>(threads);
  return Error{Errc::invalid_argument, fmt::format("--threads {}: give 1 to 1024", threads)};
}

}  // namespace kensho::stats
