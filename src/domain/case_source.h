// The port through which case reports come in, whatever the format.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/case_report.h"

namespace kensho {

/// One thing wrong with one row, in the words its sender needs.
struct RowProblem {
  std::size_t line = 0;
  std::string column;  // empty where the row as a whole is meant
  std::string value;   // as it stands in the file; shown to the sender only, never logged
  std::string rule;    // what is wrong and how to mend it
};

/// A row: its report, or what is wrong with it.
struct SourcedRow {
  std::size_t line = 0;
  CaseReport report;
  std::vector<RowProblem> problems;  // empty exactly where the report can be used
};

/// A stream of rows. Memory does not grow with their number.
class CaseSource {
 public:
  virtual ~CaseSource() = default;
  /// The next row; empty at the end. After an error nothing more can be read.
  virtual Result<std::optional<SourcedRow>> next() = 0;
};

}  // namespace kensho
