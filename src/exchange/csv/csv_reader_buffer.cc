#include "exchange/csv/csv_reader_buffer.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/check.h"

namespace kensho {

CsvBuffer::CsvBuffer(TextDecoder source, std::size_t capacity)
    : source_(std::move(source)), text_(std::max<std::size_t>(capacity, 64) + 1) {}

void CsvBuffer::drop_before(const char* place) {
  ENSURE(place >= begin() && place <= end());
  begin_ = static_cast<std::size_t>(place - text_.data());
}

Status CsvBuffer::extend() {
  std::copy(begin(), end(), text_.data());
  end_ = size();
  begin_ = 0;
  if (end_ > text_.size() / 2) text_.resize(text_.size() * 2);
  const std::size_t kept = end_;
  while (!at_end_ && text_.size() - 1 - end_ >= TextDecoder::min_read_bytes) {
    auto count = source_.read(std::span(text_).subspan(end_, text_.size() - 1 - end_));
    // What came before an error is looked at first; the decoder gives its error again after that.
    if (!count && end_ > kept) break;
    if (!count) return std::move(count).error();
    end_ += *count;
    at_end_ = *count == 0;
  }
  text_[end_] = '\0';
  return ok();
}

}  // namespace kensho
