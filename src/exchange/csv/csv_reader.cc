#include "exchange/csv/csv_reader.h"

#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/utf8.h"
#include "exchange/csv/csv_reader_buffer.h"
#include "exchange/csv/csv_reader_scan.h"

namespace kensho {
namespace {

constexpr std::size_t max_shown_name_bytes = 80;

Error refused(std::string message) {
  return {Errc::invalid_argument, std::move(message)};
}

std::string_view what_is_wrong(CsvFault fault) {
  switch (fault) {
    case CsvFault::control_character:
      return "a control character, which text cannot hold; remove it";
    case CsvFault::lone_carriage_return:
      return "a carriage return without a line feed; save the file with LF or CRLF line ends";
    case CsvFault::text_after_quote:
      return "text after a closing quote; write a quote inside a quoted field twice";
    case CsvFault::unclosed_quote:
      return "the quote opened here is never closed; close it, or write it twice if it is text";
    case CsvFault::field_too_long:
      return "the field is longer than the limit; shorten it, or close the quote before it";
  }
  return "";
}

bool is_fatal(CsvFault fault) {
  return fault == CsvFault::field_too_long || fault == CsvFault::unclosed_quote;
}

bool is_only_spaces(std::string_view name) {
  return name.find_first_not_of(' ') == std::string_view::npos;
}

Status check_names(std::span<const std::string_view> names) {
  std::unordered_map<std::string_view, std::size_t> first_seen;
  for (std::size_t column = 0; column < names.size(); ++column) {
    if (is_only_spaces(names[column]))
      return refused(fmt::format("header: column {} has no name; give it one", column + 1));
    const auto [seen, is_new] = first_seen.emplace(names[column], column);
    if (!is_new) {
      return refused(fmt::format("header: columns {} and {} have the same name; rename one",
                                 seen->second + 1, column + 1));
    }
  }
  return ok();
}

}  // namespace

class CsvReader::Impl {
 public:
  Impl(TextDecoder source, const CsvReaderOptions& options)
      : options_(options), scanner_(options), buffer_(std::move(source), options.buffer_bytes) {}

  Status read_header();
  std::span<const std::string> columns() const { return columns_; }
  Result<std::optional<CsvRecord>> next();

 private:
  Result<std::optional<CsvRecord>> next_record();
  Result<bool> scan_record();
  Error describe(const CsvProblem& problem) const;
  std::string column_name(std::size_t column) const;

  CsvReaderOptions options_;
  CsvScanner scanner_;
  CsvBuffer buffer_;
  std::vector<std::string> columns_;
  std::size_t line_ = 1;       // where the record in the scanner starts
  std::size_t next_line_ = 1;  // where the one after it does
  bool done_ = false;
};

Status CsvReader::Impl::read_header() {
  const auto header = TRY(next_record());
  if (!header) return refused("no header row; the first line names the columns");
  if (scanner_.field_count() > options_.max_columns) {
    return refused(fmt::format("header: {} columns where {} are allowed; check the delimiter",
                               scanner_.field_count(), options_.max_columns));
  }
  TRY(check_names(header->fields));
  columns_.assign(header->fields.begin(), header->fields.end());
  return ok();
}

Result<std::optional<CsvRecord>> CsvReader::Impl::next() {
  if (done_) return std::optional<CsvRecord>();
  const auto record = TRY(next_record());
  if (record && scanner_.field_count() != columns_.size()) {
    return refused(
        fmt::format("line {}: the header has {} fields, this record {}; a field that "
                    "holds the delimiter or a line end needs quotes around it",
                    line_, columns_.size(), scanner_.field_count()));
  }
  return record;
}

Result<std::optional<CsvRecord>> CsvReader::Impl::next_record() {
  do {
    auto found = scan_record();
    done_ = !found || !*found;
    if (!found) return std::move(found).error();
    if (!*found) return std::optional<CsvRecord>();
  } while (scanner_.blank());
  if (const auto& problem = scanner_.problem()) return describe(*problem);
  return std::optional(CsvRecord{scanner_.fields(), line_});
}

// Brings the next record, blank or not, into the scanner; false at the end. An error is final.
Result<bool> CsvReader::Impl::scan_record() {
  line_ = next_line_;
  while (buffer_.size() > 0 || !buffer_.at_end()) {
    const auto end = scanner_.scan(buffer_.begin(), buffer_.end(), buffer_.at_end());
    if (const auto& problem = scanner_.problem(); problem && is_fatal(problem->fault))
      return describe(*problem);
    const char* const reached = end == CsvScanEnd::record ? scanner_.next() : buffer_.end();
    if (static_cast<std::size_t>(reached - buffer_.begin()) > options_.max_record_bytes) {
      return refused(
          fmt::format("line {}: the record is longer than {} bytes; check the line ends "
                      "and that every quote is closed",
                      line_, options_.max_record_bytes));
    }
    if (end == CsvScanEnd::record) {
      next_line_ += scanner_.line_ends();
      buffer_.drop_before(reached);
      return true;
    }
    TRY(buffer_.extend());
  }
  return false;
}

Error CsvReader::Impl::describe(const CsvProblem& problem) const {
  return refused(fmt::format("line {}, {}: {}", line_ + problem.line_ends_before,
                             column_name(problem.column), what_is_wrong(problem.fault)));
}

// The column's number in the header row, its name (shortened) after that.
std::string CsvReader::Impl::column_name(std::size_t column) const {
  if (column >= columns_.size()) return fmt::format("column {}", column + 1);
  const std::string_view name = columns_[column];
  if (name.size() <= max_shown_name_bytes) return fmt::format("column '{}'", name);
  const std::string_view start = name.substr(0, max_shown_name_bytes);
  return fmt::format("column '{}...'", start.substr(0, valid_utf8_prefix(start).valid_bytes));
}

CsvReader::CsvReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CsvReader::CsvReader(CsvReader&&) noexcept = default;
CsvReader& CsvReader::operator=(CsvReader&&) noexcept = default;
CsvReader::~CsvReader() = default;

Result<CsvReader> CsvReader::open(TextDecoder source, CsvReaderOptions options) {
  auto impl = std::make_unique<Impl>(std::move(source), options);
  TRY(impl->read_header());
  return CsvReader(std::move(impl));
}

std::span<const std::string> CsvReader::columns() const {
  return impl_->columns();
}

Result<std::optional<CsvRecord>> CsvReader::next() {
  return impl_->next();
}

}  // namespace kensho
