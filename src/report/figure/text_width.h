// How wide text will be, guessed without a font, and breaking it into lines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kensho::report {

// Estimated width of `text` in ems. Full-width East Asian characters take one em; other letters
// what they take in common sans-serif fonts, rounded up, so real text is rarely wider.
// Source: Unicode Standard Annex 11, the blocks whose characters are W or F.
double text_width_em(std::string_view text);

// The same in the units of the drawing for text of `size`.
double text_width(std::string_view text, double size);

// `text` broken into lines no wider than `width_max` at spaces and between East Asian characters,
// never before a closing mark or small kana; a word too long for a line stands alone on one.
std::vector<std::string> wrap_text(std::string_view text, double size, double width_max);

}  // namespace kensho::report
