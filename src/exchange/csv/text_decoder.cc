#include "exchange/csv/text_decoder.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/check.h"
#include "base/utf8.h"
#include "exchange/csv/text_decoder_bytes.h"
#include "exchange/csv/text_decoder_shift_jis.h"

namespace kensho {
namespace {

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";
constexpr std::size_t raw_buffer_bytes = std::size_t{64} << 10U;

Error refused(std::string message) {
  return {Errc::invalid_argument, std::move(message)};
}

// What the first bytes of a file (up to four) say against reading it, if anything.
std::optional<Error> refuse_start(std::string_view start, TextEncoding encoding) {
  if (start.empty() || start == utf8_mark)
    return refused("the file is empty; export it again with its header row");
  if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF")) {
    return refused(
        "the file is UTF-16 (\"Unicode text\" in a spreadsheet); save it as \"CSV UTF-8\"");
  }
  if (encoding == TextEncoding::shift_jis && start.starts_with(utf8_mark)) {
    return refused(
        "the file is said to be Shift_JIS, but its byte-order mark says UTF-8; read it as UTF-8");
  }
  return std::nullopt;
}

std::string_view fix_of(TextEncoding encoding) {
  return encoding == TextEncoding::utf8
             ? "is not valid UTF-8; save the file as UTF-8, or say that it is Shift_JIS if it is"
             : "is not valid Shift_JIS; read the file as UTF-8 if it is, or replace the character";
}

std::size_t count_lines(std::string_view bytes) {
  return static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n'));
}

}  // namespace

class TextDecoder::Impl {
 public:
  Impl(ByteSource source, TextEncoding encoding)
      : source_(std::move(source)), encoding_(encoding) {}

  Status start();
  Result<std::size_t> read(std::span<char> out);

 private:
  Result<std::size_t> read_utf8(std::span<char> out);
  Result<std::size_t> read_shift_jis(std::span<char> out);
  Result<std::size_t> take_raw(std::span<char> out);
  Status refill_raw();
  Error wrong_bytes(std::size_t line_ends_before, std::size_t offset) const;

  ByteSource source_;
  TextEncoding encoding_;
  std::array<char, 4> carry_{};  // raw bytes read but not yet decoded: file start, half a character
  std::size_t carry_bytes_ = 0;
  std::size_t offset_ = 0;  // bytes of the file that were decoded
  std::size_t line_ends_ = 0;
  bool at_end_ = false;
  std::optional<Error> error_;

  std::unique_ptr<ShiftJisConverter> shift_jis_;  // Shift_JIS only, as the two below
  std::vector<char> raw_;
  std::string_view raw_left_;
};

Status TextDecoder::Impl::start() {
  carry_bytes_ = TRY(source_.read(carry_));
  const std::string_view first(carry_.data(), carry_bytes_);
  if (auto refusal = refuse_start(first, encoding_)) return *std::move(refusal);
  if (first.starts_with(utf8_mark)) {
    offset_ = utf8_mark.size();
    carry_bytes_ -= offset_;
    carry_[0] = carry_[offset_];
  }
  if (encoding_ == TextEncoding::shift_jis) {
    shift_jis_ = std::make_unique<ShiftJisConverter>(TRY(ShiftJisConverter::make()));
    raw_.resize(raw_buffer_bytes);
  }
  return ok();
}

Result<std::size_t> TextDecoder::Impl::read(std::span<char> out) {
  ENSURE(out.size() >= min_read_bytes);
  if (error_) return *error_;
  auto written = encoding_ == TextEncoding::utf8 ? read_utf8(out) : read_shift_jis(out);
  if (!written) error_ = written.error();
  return written;
}

// Fills `out` with the carried bytes and what follows them in the source.
Result<std::size_t> TextDecoder::Impl::take_raw(std::span<char> out) {
  const std::size_t carried = std::exchange(carry_bytes_, 0);
  std::copy_n(carry_.begin(), carried, out.begin());
  const std::size_t count = TRY(source_.read(out.subspan(carried)));
  at_end_ = count < out.size() - carried;
  return carried + count;
}

Result<std::size_t> TextDecoder::Impl::read_utf8(std::span<char> out) {
  const std::string_view raw(out.data(), TRY(take_raw(out)));
  const Utf8Prefix prefix = valid_utf8_prefix(raw);
  const std::string_view valid = raw.substr(0, prefix.valid_bytes);
  const std::string_view rest = raw.substr(prefix.valid_bytes);
  offset_ += valid.size();
  line_ends_ += count_lines(valid);
  if (prefix.end == Utf8End::cut && !at_end_) {
    carry_bytes_ = rest.copy(carry_.data(), carry_.size());
  } else if (prefix.end != Utf8End::complete) {
    Error error = wrong_bytes(line_ends_, offset_);
    if (valid.empty()) return error;  // read() keeps it
    error_ = std::move(error);
  }
  return valid.size();
}

Status TextDecoder::Impl::refill_raw() {
  raw_left_ = std::string_view(raw_.data(), TRY(take_raw(raw_)));
  return ok();
}

Result<std::size_t> TextDecoder::Impl::read_shift_jis(std::span<char> out) {
  while (true) {
    if (raw_left_.empty() && !at_end_) TRY(refill_raw());
    const ConvertedPiece piece = shift_jis_->convert(raw_left_, out, at_end_);
    const std::size_t offset = offset_ + piece.bytes_read - piece.bytes_wrong;
    if (piece.bytes_wrong > 0) {
      // The wrong bytes may begin in an earlier piece, but a line end is never among those.
      const std::size_t before = offset > offset_ ? offset - offset_ : 0;
      Error error = wrong_bytes(line_ends_ + count_lines(raw_left_.substr(0, before)), offset);
      if (piece.bytes_written == 0) return error;  // read() keeps it
      error_ = std::move(error);
      return piece.bytes_written;
    }
    offset_ = offset;
    line_ends_ += count_lines(raw_left_.substr(0, piece.bytes_read));
    raw_left_.remove_prefix(piece.bytes_read);
    if (piece.bytes_written > 0 || (at_end_ && raw_left_.empty())) return piece.bytes_written;
  }
}

Error TextDecoder::Impl::wrong_bytes(std::size_t line_ends_before, std::size_t offset) const {
  return refused(fmt::format("line {}: what stands at byte offset {} {}", line_ends_before + 1,
                             offset, fix_of(encoding_)));
}

TextDecoder::TextDecoder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TextDecoder::TextDecoder(TextDecoder&&) noexcept = default;
TextDecoder& TextDecoder::operator=(TextDecoder&&) noexcept = default;
TextDecoder::~TextDecoder() = default;

Result<TextDecoder> TextDecoder::open(const std::filesystem::path& path, TextEncoding encoding) {
  auto impl = std::make_unique<Impl>(TRY(ByteSource::open(path)), encoding);
  if (auto started = impl->start(); !started) {
    return Error{started.error().code,
                 fmt::format("{}: {}", path.string(), started.error().message)};
  }
  return TextDecoder(std::move(impl));
}

Result<TextDecoder> TextDecoder::from_bytes(std::string bytes, TextEncoding encoding) {
  auto impl = std::make_unique<Impl>(ByteSource::from_bytes(std::move(bytes)), encoding);
  TRY(impl->start());
  return TextDecoder(std::move(impl));
}

Result<std::size_t> TextDecoder::read(std::span<char> out) {
  return impl_->read(out);
}

}  // namespace kensho
