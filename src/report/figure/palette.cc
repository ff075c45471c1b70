#include "report/figure/palette.h"

#include <array>

#include "base/check.h"

namespace kensho::report {
namespace {

// Blue, vermilion, green, purple, black, violet.
constexpr std::array<SeriesStyle, series_max> styles = {{{"#0060a8", ""},
                                                         {"#b84600", "9 5"},
                                                         {"#00734d", "2.5 3"},
                                                         {"#a64a85", "12 3 2.5 3"},
                                                         {"#2d2d2d", "5 2.5"},
                                                         {"#7b2fd6", "7 3 1.5 3 1.5 3"}}};

}  // namespace

SeriesStyle series_style(std::size_t index) {
  ENSURE(index < series_max);
  return styles[index];
}

}  // namespace kensho::report
