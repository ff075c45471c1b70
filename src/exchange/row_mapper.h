#pragma once

#include <span>
#include <string_view>

#include "domain/case_source.h"
#include "domain/date_text.h"
#include "exchange/mapping.h"

namespace kensho {

/// A mapping bound to the columns of one file: turns rows into case reports.
/// Borrows mapping and eras, which must outlive it.
class RowMapper {
 public:
  /// Errors: invalid_argument naming every column that the mapping wants and the file lacks, or
  /// that the file has and the mapping does not speak of.
  static Result<RowMapper> bind(const Mapping& mapping, std::span<const std::string> columns,
                                const EraTable& eras);

  /// The report of one row, or everything that is wrong with it. `row` counts from 1.
  SourcedRow map(std::span<const std::string_view> fields, std::size_t line, std::size_t row) const;

 private:
  RowMapper(const Mapping& mapping, const EraTable& eras) : mapping_(&mapping), eras_(&eras) {}

  const Mapping* mapping_;
  const EraTable* eras_;
  std::map<std::string, std::size_t, std::less<>> place_;  // column name -> position
};

}  // namespace kensho
