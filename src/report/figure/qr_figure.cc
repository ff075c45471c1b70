#include "report/figure/qr_figure.h"

#include <memory>

#include <qrencode.h>

namespace kensho::report {
namespace {

constexpr int margin_modules = 4;   // ISO/IEC 18004: the quiet zone on every side
constexpr int robust_version = 25;  // above it a code is large already
constexpr double module_side = 10;  // units of the drawing

struct Free {
  void operator()(QRcode* code) const { QRcode_free(code); }
  void operator()(QRinput* input) const { QRinput_free(input); }
};
using Code = std::unique_ptr<QRcode, Free>;

Code encode(std::string_view text, QRecLevel level) {
  const std::unique_ptr<QRinput, Free> input(QRinput_new2(0, level));
  ENSURE(input != nullptr);
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  if (QRinput_append(input.get(), QR_MODE_AN, static_cast<int>(text.size()), bytes) != 0) return {};
  return Code(QRcode_encodeInput(input.get()));
}

bool is_dark(const QRcode& code, int row, int column) {
  const auto index = static_cast<std::size_t>(row * code.width + column);
  return (code.data[index] & 1) != 0;
}

void add_run(PathData& path, int row, int first, int last) {
  const double top = (row + margin_modules) * module_side;
  const double left = (first + margin_modules) * module_side;
  path.move_to({left, top}).horizontal_to((last + margin_modules) * module_side);
  path.vertical_to(top + module_side).horizontal_to(left).close();
}

/// The dark modules, each run of them in a row as one rectangle.
PathData dark_path(const QRcode& code) {
  PathData path;
  for (int row = 0; row < code.width; ++row) {
    for (int column = 0; column < code.width; ++column) {
      if (!is_dark(code, row, column)) continue;
      const int first = column;
      while (column < code.width && is_dark(code, row, column)) ++column;
      add_run(path, row, first, column);
    }
  }
  return path;
}

}  // namespace

Result<QrFigure> qr_figure(std::string_view text, FigureHead head) {
  Code code = encode(text, QR_ECLEVEL_M);
  if (!code || code->version > robust_version) code = encode(text, QR_ECLEVEL_L);
  if (!code) {
    return Error{Errc::invalid_argument,
                 "the text does not fit a QR code: at most 4296 characters 0-9 A-Z $%*+-./: "
                 "and space"};
  }
  const int modules = code->width + 2 * margin_modules;
  head.width = modules * module_side;
  TRY(check_head(head));
  SvgCanvas canvas;
  canvas.path(dark_path(*code), {.fill = "#000"});
  return QrFigure{canvas.finish(head, head.width, "qr"), modules};
}

}  // namespace kensho::report
