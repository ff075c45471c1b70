#pragma once

#include <string_view>

#include "base/result.h"
#include "report/figure/svg.h"

namespace kensho::report {

/// A QR code as a picture.
struct QrFigure {
  Svg svg;          // square, with the white margin that readers need
  int modules = 0;  // squares along a side, margin included: says how large it must be printed
};

/// The QR code of a text of the 45 characters of alphanumeric mode, all of it in that mode. As
/// robust as fits: 15 % of it may be lost up to version 25 (117 modules a side), 7 % above.
/// `head.width` is not used: the picture is as wide as its modules.
///
/// Errors  invalid_argument: another character; more than 4296 characters, which no QR code holds.
/// Source  ISO/IEC 18004, by libqrencode.
/// Checked by reading it back with another program's reader (tests/e2e/test_receipts.py).
Result<QrFigure> qr_figure(std::string_view text, FigureHead head);

}  // namespace kensho::report
