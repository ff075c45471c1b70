#include "exchange/csv/text_decoder_shift_jis.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#include "base/check.h"

namespace kensho {
namespace {

constexpr const char* table_name = "ibm-943_P15A-2003";

struct CloseConverter {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};

// The table follows IBM's habit of permuting three control characters; Windows does not.
UChar undo_control_permutation(UChar unit) {
  switch (unit) {
    case 0x1C:
      return 0x1A;
    case 0x7F:
      return 0x1C;
    case 0x1A:
      return 0x7F;
    default:
      return unit;
  }
}

std::size_t write_utf8(std::span<const UChar> units, std::span<char> out) {
  std::int32_t written = 0;
  UErrorCode status = U_ZERO_ERROR;
  u_strToUTF8(out.data(), static_cast<std::int32_t>(out.size()), &written, units.data(),
              static_cast<std::int32_t>(units.size()), &status);
  ENSURE(U_SUCCESS(status));  // the space was reckoned, and the table yields no surrogates
  return static_cast<std::size_t>(written);
}

std::size_t length_of_wrong_bytes(const UConverter* converter) {
  std::array<char, 32> bytes{};
  auto length = static_cast<std::int8_t>(bytes.size());
  UErrorCode status = U_ZERO_ERROR;
  ucnv_getInvalidChars(converter, bytes.data(), &length, &status);
  return U_SUCCESS(status) && length > 0 ? static_cast<std::size_t>(length) : 1;
}

}  // namespace

struct ShiftJisConverter::State {
  std::unique_ptr<UConverter, CloseConverter> converter;
  std::array<UChar, 16384> units;
};

ShiftJisConverter::ShiftJisConverter(std::unique_ptr<State> state) : state_(std::move(state)) {}
ShiftJisConverter::ShiftJisConverter(ShiftJisConverter&&) noexcept = default;
ShiftJisConverter& ShiftJisConverter::operator=(ShiftJisConverter&&) noexcept = default;
ShiftJisConverter::~ShiftJisConverter() = default;

Result<ShiftJisConverter> ShiftJisConverter::make() {
  auto state = std::make_unique<State>();
  UErrorCode status = U_ZERO_ERROR;
  state->converter.reset(ucnv_open(table_name, &status));
  if (U_SUCCESS(status)) {
    ucnv_setToUCallBack(state->converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr,
                        &status);
  }
  if (U_FAILURE(status)) {
    return Error{Errc::unavailable,
                 "the Shift_JIS table of ICU is not installed; install ICU's data package"};
  }
  return ShiftJisConverter(std::move(state));
}

ConvertedPiece ShiftJisConverter::convert(std::string_view input, std::span<char> out, bool last) {
  // Every character of the table is one UTF-16 unit, of at most three bytes of UTF-8.
  const std::size_t room = std::min(state_->units.size(), out.size() / 3);
  ENSURE(room > 0);
  UChar* const units = state_->units.data();
  UChar* target = units;
  const char* source = input.data();
  UErrorCode status = U_ZERO_ERROR;
  ucnv_toUnicode(state_->converter.get(), &target, units + room, &source,
                 input.data() + input.size(), nullptr, last ? 1 : 0, &status);

  std::transform(units, target, units, undo_control_permutation);
  const bool wrong = U_FAILURE(status) && status != U_BUFFER_OVERFLOW_ERROR;
  return {.bytes_read = static_cast<std::size_t>(source - input.data()),
          .bytes_written = write_utf8({units, target}, out),
          .bytes_wrong = wrong ? length_of_wrong_bytes(state_->converter.get()) : 0};
}

}  // namespace kensho
