// Shift_JIS as Windows writes it (CP932), to UTF-8.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"

namespace kensho {

/// What one step of a conversion did.
struct ConvertedPiece {
  std::size_t bytes_read;     ///< of the input
  std::size_t bytes_written;  ///< of UTF-8, whole characters
  std::size_t bytes_wrong;    ///< 0, or: the last so many bytes read are no character
};

/// Streaming converter from Shift_JIS to UTF-8; keeps half a character from one piece to the next.
///
/// The variant is ICU's "ibm-943_P15A-2003", which ICU also calls windows-31j: what Windows
/// spreadsheets mean by Shift_JIS. It equals Microsoft's code page 932 on every character:
/// half-width kana, NEC row 13, NEC-selected and IBM extension characters; 8160 is U+FF5E
/// (fullwidth tilde, not the wave dash U+301C), 817C is U+FF0D, 5C is the backslash and 7E the
/// tilde. User-defined characters (F040..F9FC) become private-use code points, as on Windows. It is
/// stricter in one place, on purpose: the single bytes 80, A0 and FD..FF, which Windows maps to
/// code points without meaning, are wrong; they are what UTF-8 text read as Shift_JIS runs into.
/// Checked against the cp932 codec of Python 3, tests/reference/csv/shift_jis, every character.
class ShiftJisConverter {
 public:
  /// Errors  unavailable: ICU has no such table (its data package is missing).
  static Result<ShiftJisConverter> make();

  /// Converts what it can of `input` into `out` (at least 3 bytes). `last` says that no input comes
  /// after this: half a character is then wrong. Call again with the rest until all of the input is
  /// read and nothing is written. After wrong bytes (which may begin in an earlier piece) the
  /// converter is spent.
  ConvertedPiece convert(std::string_view input, std::span<char> out, bool last);

  ShiftJisConverter(ShiftJisConverter&&) noexcept;
  ShiftJisConverter& operator=(ShiftJisConverter&&) noexcept;
  ~ShiftJisConverter();

 private:
  struct State;
  explicit ShiftJisConverter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace kensho
