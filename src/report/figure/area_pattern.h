// Fills for stacked areas: a tint with a hatch of its own, so that no eye needs the colour.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "report/figure/svg.h"

namespace kensho::report {

// Defines the index-th fill under an id that starts with `id_prefix`; returns what to paint with.
// Contract: index < series_max; each index once per figure.
std::string define_area_pattern(SvgCanvas& canvas, std::string_view id_prefix, std::size_t index);

}  // namespace kensho::report
