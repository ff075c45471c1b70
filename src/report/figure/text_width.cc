#include "report/figure/text_width.h"

#include <algorithm>
#include <array>

#include "report/utf8.h"

namespace kensho::report {
namespace {

struct Block {
  char32_t first;
  char32_t last;
};

constexpr std::array<Block, 16> wide_blocks = {{{0x1100, 0x115F},
                                                {0x2190, 0x21FF},
                                                {0x2460, 0x26FF},
                                                {0x2E80, 0x303E},
                                                {0x3041, 0x3098},
                                                {0x309B, 0x33FF},
                                                {0x3400, 0x4DBF},
                                                {0x4E00, 0x9FFF},
                                                {0xA000, 0xA4CF},
                                                {0xAC00, 0xD7A3},
                                                {0xF900, 0xFAFF},
                                                {0xFE30, 0xFE6F},
                                                {0xFF01, 0xFF60},
                                                {0xFFE0, 0xFFE6},
                                                {0x1F300, 0x1FAFF},
                                                {0x20000, 0x3FFFD}}};

// Marks drawn over the letter before them.
constexpr std::array<Block, 4> combining_blocks = {
    {{0x0300, 0x036F}, {0x200B, 0x200F}, {0x3099, 0x309A}, {0xFE00, 0xFE0F}}};

template <std::size_t Count>
bool is_in(const std::array<Block, Count>& blocks, char32_t code) {
  return std::any_of(blocks.begin(), blocks.end(), [code](const Block& block) {
    return code >= block.first && code <= block.last;
  });
}

// Widths of common sans-serif fonts (Arial, Noto Sans, Segoe UI), the widest of them rounded up.
double narrow_width_em(char32_t code) {
  constexpr std::u32string_view thin = U"ijl.,:;'|!I ()[]";
  constexpr std::u32string_view broad = U"mwMW%@\u2014";
  if (thin.find(code) != thin.npos) return 0.34;
  if (broad.find(code) != broad.npos) return 0.92;
  if (code >= U'A' && code <= U'Z') return 0.72;
  return 0.58;
}

double width_em(char32_t code) {
  if (is_in(combining_blocks, code)) return 0;
  if (is_in(wide_blocks, code)) return 1;
  return narrow_width_em(code);
}

// Characters that must not begin a line. Source: JIS X 4051, line-start prohibition, the common.
bool may_begin_line(char32_t code) {
  constexpr std::u32string_view closing =
      U"、。，．・：；！？）」』】］〕〉》ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ％)]},.!?%";
  return closing.find(code) == closing.npos && !is_in(combining_blocks, code);
}

bool must_not_end_line(char32_t code) {
  constexpr std::u32string_view opening = U"（「『【［〔〈《([";
  return opening.find(code) != opening.npos;
}

// The pieces that may stand on separate lines: words with the space after them, or single East
// Asian characters with what must stay beside them.
std::vector<std::string_view> breakable_pieces(std::string_view text) {
  std::vector<std::string_view> pieces;
  std::size_t begin = 0;
  char32_t before = U'(';  // no break before the first character
  for (std::size_t at = 0; at < text.size();) {
    const DecodedCharacter next = decode_first(text.substr(at));
    const bool after_space = before == U' ' && next.code != U' ';
    const bool beside_wide = (is_in(wide_blocks, next.code) || is_in(wide_blocks, before)) &&
                             may_begin_line(next.code) && !must_not_end_line(before);
    if (after_space || (beside_wide && next.code != U' ')) {
      pieces.push_back(text.substr(begin, at - begin));
      begin = at;
    }
    before = next.code;
    at += next.bytes;
  }
  if (begin < text.size()) pieces.push_back(text.substr(begin));
  return pieces;
}

void drop_trailing_spaces(std::string& line) {
  while (!line.empty() && line.back() == ' ') line.pop_back();
}

}  // namespace

double text_width_em(std::string_view text) {
  double width = 0;
  while (!text.empty()) {
    const DecodedCharacter next = decode_first(text);
    width += width_em(next.code);
    text.remove_prefix(next.bytes);
  }
  return width;
}

double text_width(std::string_view text, double size) {
  return text_width_em(text) * size;
}

std::vector<std::string> wrap_text(std::string_view text, double size, double width_max) {
  std::vector<std::string> lines;
  std::string line;
  for (const std::string_view piece : breakable_pieces(text)) {
    std::string longer = line;
    longer += piece;
    std::string visible = longer;
    drop_trailing_spaces(visible);
    if (!line.empty() && text_width(visible, size) > width_max) {
      drop_trailing_spaces(line);
      lines.push_back(line);
      line = piece;
    } else {
      line = std::move(longer);
    }
  }
  drop_trailing_spaces(line);
  if (!line.empty() || lines.empty()) lines.push_back(line);
  return lines;
}

}  // namespace kensho::report
