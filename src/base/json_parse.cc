#include <algorithm>

#include <fmt/format.h>

#include "base/json.h"

namespace kensho {
namespace {

constexpr std::size_t expected_members = 4;

/// Recursive descent over one document. Depth is bounded by the limits, so the stack is too.
class Parser {
 public:
  Parser(std::string_view text, const JsonLimits& limits) : text_(text), limits_(limits) {}

  Result<Json> document() {
    if (text_.size() > limits_.bytes_max) return fail("the document is larger than the limit");
    Json value = TRY(this->value(0));
    skip_space();
    if (at_ != text_.size()) return fail("text after the end of the document");
    return value;
  }

 private:
  Error fail(std::string_view what) const {
    const std::size_t line_start = text_.substr(0, at_).rfind('\n') + 1;
    return {Errc::invalid_argument,
            fmt::format("JSON line {} column {}: {}", line_, at_ - line_start + 1, what)};
  }

  void skip_space() {
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\n')
        ++line_;
      else if (c != ' ' && c != '\t' && c != '\r')
        return;
    }
  }

  bool take(char expected) {
    if (at_ == text_.size() || text_[at_] != expected) return false;
    ++at_;
    return true;
  }

  Result<Json> value(int depth) {
    if (depth > limits_.depth_max) return fail("nested deeper than the limit");
    skip_space();
    const int line = line_;
    Json parsed = TRY(value_here(depth));
    parsed.set_line(line);
    return parsed;
  }

  Result<Json> value_here(int depth) {
    if (at_ == text_.size()) return fail("a value is missing");
    switch (text_[at_]) {
      case '{':
        return object(depth);
      case '[':
        return array(depth);
      case '"':
        return Json(TRY(string()));
      case 't':
        return word("true", Json(true));
      case 'f':
        return word("false", Json(false));
      case 'n':
        return word("null", Json(nullptr));
      default:
        return number();
    }
  }

  Result<Json> word(std::string_view expected, Json parsed) {
    if (text_.substr(at_, expected.size()) != expected) return fail("not a JSON value");
    at_ += expected.size();
    return parsed;
  }

  Result<Json> object(int depth) {
    ++at_;
    Json::Object members;
    skip_space();
    if (take('}')) return Json(std::move(members));
    members.reserve(expected_members);
    do {
      skip_space();
      if (at_ == text_.size() || text_[at_] != '"') return fail("a member name is missing");
      std::string key = TRY(string());
      if (std::ranges::find(members, key, &Json::Member::key) != members.end())
        return fail("a member name stands twice in one object");
      skip_space();
      if (!take(':')) return fail("a colon is missing after a member name");
      members.push_back({std::move(key), TRY(value(depth + 1))});
      skip_space();
    } while (take(','));
    if (!take('}')) return fail("an object is not closed");
    return Json(std::move(members));
  }

  Result<Json> array(int depth) {
    ++at_;
    Json::Array items;
    skip_space();
    if (take(']')) return Json(std::move(items));
    do {
      items.push_back(TRY(value(depth + 1)));
      skip_space();
    } while (take(','));
    if (!take(']')) return fail("an array is not closed");
    return Json(std::move(items));
  }

  bool digits() {
    const std::size_t from = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    return at_ > from;
  }

  Result<Json> number() {
    const std::size_t from = at_;
    take('-');
    if (!take('0') && !digits()) return fail("not a JSON value");
    if (take('.') && !digits()) return fail("digits are missing after the decimal point");
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (!digits()) return fail("digits are missing in the exponent");
    }
    return Json(Json::Number{std::string(text_.substr(from, at_ - from))});
  }

  /// Where the characters from here on end that stand for themselves.
  std::size_t plain_end() const {
    std::size_t end = at_;
    for (; end < text_.size(); ++end) {
      const auto c = static_cast<unsigned char>(text_[end]);
      if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\') break;
    }
    return end;
  }

  Result<std::string> string() {
    ++at_;
    std::string parsed;
    while (true) {
      const std::size_t plain = plain_end();
      parsed.append(text_, at_, plain - at_);
      at_ = plain;
      if (at_ == text_.size()) return fail("a string is not closed");
      const auto c = static_cast<unsigned char>(text_[at_]);
      if (c == '"') return ++at_, parsed;
      if (c < 0x20) return fail("a control character stands unescaped in a string");
      if (c == '\\') {
        TRY(escape(parsed));
      } else {
        TRY(multibyte(parsed));
      }
    }
  }

  Status escape(std::string& out) {
    ++at_;
    static constexpr std::string_view names = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
    const char c = at_ < text_.size() ? text_[at_] : '\0';
    if (const std::size_t found = names.find(c); c != '\0' && found != names.npos) {
      ++at_;
      out.push_back(meanings[found]);
      return ok();
    }
    if (c != 'u') return fail("an unknown escape in a string");
    ++at_;
    std::uint32_t code = TRY(hex4());
    if (code >= 0xDC00 && code < 0xE000) return fail("a lone surrogate in a string");
    if (code >= 0xD800 && code < 0xDC00) {
      if (!take('\\') || !take('u')) return fail("a lone surrogate in a string");
      const std::uint32_t low = TRY(hex4());
      if (low < 0xDC00 || low >= 0xE000) return fail("a lone surrogate in a string");
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    append_utf8(out, code);
    return ok();
  }

  Result<std::uint32_t> hex4() {
    std::uint32_t code = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = at_ < text_.size() ? text_[at_] : '\0';
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) return fail("four hexadecimal digits are needed after \\u");
      code = code * 16 + static_cast<std::uint32_t>(digit);
    }
    return code;
  }

  static void append_utf8(std::string& out, std::uint32_t code) {
    const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (code < 0x80) return put(code);
    if (code < 0x800) {
      put(0xC0 | code >> 6);
    } else if (code < 0x10000) {
      put(0xE0 | code >> 12);
      put(0x80 | (code >> 6 & 0x3F));
    } else {
      put(0xF0 | code >> 18);
      put(0x80 | (code >> 12 & 0x3F));
      put(0x80 | (code >> 6 & 0x3F));
    }
    put(0x80 | (code & 0x3F));
  }

  /// One multi-byte UTF-8 sequence; overlong forms, surrogates and values past U+10FFFF are
  /// refused.
  Status multibyte(std::string& out) {
    const auto lead = static_cast<unsigned char>(text_[at_]);
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || at_ + length > text_.size()) return fail("bad UTF-8");
    std::uint32_t code = lead & (0xFFu >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
      const auto next = static_cast<unsigned char>(text_[at_ + i]);
      if ((next & 0xC0) != 0x80) return fail("bad UTF-8");
      code = code << 6 | (next & 0x3F);
    }
    const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    const bool surrogate = code >= 0xD800 && code < 0xE000;
    if (overlong || surrogate || code > 0x10FFFF) return fail("bad UTF-8");
    out.append(text_, at_, length);
    at_ += length;
    return ok();
  }

  std::string_view text_;
  JsonLimits limits_;
  std::size_t at_ = 0;
  int line_ = 1;
};

}  // namespace

Result<Json> parse_json(std::string_view text, const JsonLimits& limits) {
  return Parser(text, limits).document();
}

}  // namespace kensho
