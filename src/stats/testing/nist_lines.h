// For tests only: reads the lines of a file of NIST's.
#pragma once

#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

namespace kensho::stats::testing {

/// The words of a line that are numbers.
inline std::vector<double> numbers_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<double> values;
  for (std::string word; in >> word;) {
    char* end = nullptr;
    const double value = std::strtod(word.c_str(), &end);
    if (*end == '\0') values.push_back(value);
  }
  return values;
}

}  // namespace kensho::stats::testing
