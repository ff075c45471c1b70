// For tests only: reads the reference results under tests/reference and measures agreement.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

namespace kensho::stats::testing {

using Json = nlohmann::json;

/// A file of tests/reference, by its path there.
inline std::filesystem::path reference_path(const std::string& path) {
  return std::filesystem::path(KENSHO_SOURCE_DIR) / "tests" / "reference" / path;
}

/// A reference file; the test stops if it cannot be read.
inline Json read_reference(const std::filesystem::path& path) {
  std::ifstream in(path);
  REQUIRE_MESSAGE(in.good(), path.string());
  return Json::parse(in);
}

/// The columns of a CSV file by name.
using Table = std::map<std::string, std::vector<std::string>>;

/// The cells of a row; quotes around a cell are dropped, a quote inside one is not understood.
inline std::vector<std::string> split_row(const std::string& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (const char letter : line) {
    if (letter == '"') {
      quoted = !quoted;
    } else if (letter == ',' && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += letter;
    }
  }
  return cells;
}

inline Table read_csv(const std::filesystem::path& path) {
  std::ifstream in(path);
  REQUIRE_MESSAGE(in.good(), path.string());
  std::string line;
  std::getline(in, line);
  const std::vector<std::string> names = split_row(line);
  Table table;
  while (std::getline(in, line)) {
    const std::vector<std::string> cells = split_row(line);
    REQUIRE(cells.size() == names.size());
    for (std::size_t i = 0; i < names.size(); ++i) table[names[i]].push_back(cells[i]);
  }
  return table;
}

/// A column as numbers; an empty cell is NaN.
inline std::vector<double> numbers(const Table& table, const std::string& column) {
  std::vector<double> values;
  for (const std::string& cell : table.at(column)) {
    double value = std::numeric_limits<double>::quiet_NaN();
    std::from_chars(cell.data(), cell.data() + cell.size(), value);
    values.push_back(value);
  }
  return values;
}

/// A column as whole numbers.
inline std::vector<int> codes(const Table& table, const std::string& column) {
  std::vector<int> values;
  for (const double value : numbers(table, column)) values.push_back(static_cast<int>(value));
  return values;
}

/// Relative difference; absolute where the expected value is 0.
inline double difference(double got, double expected) {
  const double scale = expected == 0 ? 1 : std::abs(expected);
  return std::abs(got - expected) / scale;
}

/// The worst difference seen over many comparisons, to be checked once and reported in digits.
class Agreement {
 public:
  void compare(double got, double expected) {
    const double found = difference(got, expected);
    worst_ = found <= worst_ ? worst_ : found;  // NaN counts as worst
    ++count_;
  }
  double worst() const { return worst_; }
  std::size_t count() const { return count_; }
  double correct_digits() const { return worst_ > 0 ? std::min(16.0, -std::log10(worst_)) : 16; }

 private:
  double worst_ = 0;
  std::size_t count_ = 0;
};

/// One line of docs/verification.md.
struct Verified {
  std::string method;      // a name of the menu, or of a function
  std::string data_set;    // "lung", "NIST Longley"
  std::string quantity;    // "coefficients", "p-value"
  std::string reference;   // "R survival 3.5-3 coxph", "NIST StRD"
  double digits_required;  // the test fails below
};

/// Checks an agreement against its requirement and, where KENSHO_VERIFICATION names a file, adds a
/// line to it, of which docs/verification.md is made (./dev verification).
inline void verify(const Verified& row, const Agreement& agreement) {
  const double digits = agreement.correct_digits();
  MESSAGE(row.method, " / ", row.data_set, " / ", row.quantity, ": ", digits, " digits of ",
          agreement.count(), " values");
  CHECK_MESSAGE(agreement.count() > 0, row.method, " / ", row.data_set, " / ", row.quantity);
  CHECK_MESSAGE(digits >= row.digits_required, row.method, " / ", row.data_set, " / ", row.quantity,
                ": ", digits, " digits");
  if (const char* path = std::getenv("KENSHO_VERIFICATION")) {
    std::ofstream out(path, std::ios::app);
    out << row.method << '\t' << row.data_set << '\t' << row.quantity << '\t' << row.reference
        << '\t' << agreement.count() << '\t' << row.digits_required << '\t' << digits << '\n';
  }
}

}  // namespace kensho::stats::testing
