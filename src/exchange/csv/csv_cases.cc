#include "exchange/csv/csv_cases.h"

#include <fmt/format.h>

namespace kensho {
namespace {

Error in_file(const std::filesystem::path& path, const Error& error) {
  const std::string name = path.filename().string();
  if (error.message.find(name) != std::string::npos) return error;
  return {error.code, fmt::format("{}: {}", name, error.message)};
}

}  // namespace

Result<std::unique_ptr<CsvCases>> CsvCases::open(const std::filesystem::path& path,
                                                 const Mapping& mapping, const EraTable& eras) {
  auto decoder =
      TextDecoder::open(path, mapping.shift_jis ? TextEncoding::shift_jis : TextEncoding::utf8);
  if (!decoder) return in_file(path, decoder.error());
  auto reader = CsvReader::open(std::move(decoder).value(),
                                {.delimiter = static_cast<Delimiter>(mapping.delimiter)});
  if (!reader) return in_file(path, reader.error());
  auto mapper = RowMapper::bind(mapping, reader->columns(), eras);
  if (!mapper) return in_file(path, mapper.error());
  return std::unique_ptr<CsvCases>(
      new CsvCases(std::move(reader).value(), std::move(mapper).value()));
}

Result<std::optional<SourcedRow>> CsvCases::next() {
  auto record = reader_.next();
  if (!record) {
    // The message opens with its line. Whether reading can go on, the reader knows: it says the
    // end.
    SourcedRow bad;
    bad.problems.push_back({0, "", "", record.error().message});
    return std::optional(std::move(bad));
  }
  if (!*record) return std::optional<SourcedRow>();
  const CsvRecord& row = **record;
  return std::optional(mapper_.map(row.fields, row.line, ++row_));
}

}  // namespace kensho
