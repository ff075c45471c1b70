// How series are told apart: by colour and by dash, so that neither print nor eyes need colour.
#pragma once

#include <cstddef>
#include <string_view>

namespace kensho::report {

struct SeriesStyle {
  std::string_view color;
  std::string_view dash;  // stroke-dasharray; empty for a solid line
};

inline constexpr std::size_t series_max = 6;

// The look of the index-th series: a dark line with its own dash.
// Contract: index < series_max.
// Source: hues of Okabe and Ito, "Color Universal Design" (2008), darkened until each reaches a
// contrast of 4.5:1 on white (WCAG 2.2, 1.4.3). Every pair stays at least 12 CIELAB units apart as
// seen with protan, deutan and tritan vision (simulated after Machado et al. 2009, severity 1).
SeriesStyle series_style(std::size_t index);

}  // namespace kensho::report
