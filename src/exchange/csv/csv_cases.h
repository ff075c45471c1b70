#pragma once

#include <filesystem>
#include <memory>

#include "domain/case_source.h"
#include "exchange/csv/csv_reader.h"
#include "exchange/row_mapper.h"

namespace kensho {

/// Case reports out of a CSV file. Memory is flat; every bad row is reported and reading goes on.
class CsvCases final : public CaseSource {
 public:
  /// Borrows mapping and eras. Errors: those of the decoder, the reader and RowMapper::bind, each
  /// opened by the file's name.
  static Result<std::unique_ptr<CsvCases>> open(const std::filesystem::path& path,
                                                const Mapping& mapping, const EraTable& eras);

  Result<std::optional<SourcedRow>> next() override;

 private:
  CsvCases(CsvReader reader, RowMapper mapper)
      : reader_(std::move(reader)), mapper_(std::move(mapper)) {}

  CsvReader reader_;
  RowMapper mapper_;
  std::size_t row_ = 0;
};

}  // namespace kensho
