#include <algorithm>

#include "base/json.h"

namespace kensho {
namespace {

/// Whether the character stands for itself between quotes.
constexpr bool is_plain(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
}

void append_escaped(std::string& out, char c) {
  static constexpr char hex[] = "0123456789abcdef";
  static constexpr std::string_view meanings = "\"\\\b\f\n\r\t", names = "\"\\bfnrt";
  out.push_back('\\');
  if (const std::size_t found = meanings.find(c); found != meanings.npos) {
    out.push_back(names[found]);
    return;
  }
  const auto byte = static_cast<unsigned char>(c);
  out += "u00";
  out.push_back(hex[byte >> 4]);
  out.push_back(hex[byte & 15]);
}

void append_quoted(std::string& out, std::string_view text) {
  out.push_back('"');
  while (true) {  // mostly long runs that are copied at once
    const auto special = std::ranges::find_if_not(text, is_plain);
    out.append(text.begin(), special);
    if (special == text.end()) break;
    append_escaped(out, *special);
    text = {special + 1, text.end()};
  }
  out.push_back('"');
}

/// Writes values, compact or with one member a line.
class Writer {
 public:
  explicit Writer(bool pretty) : pretty_(pretty) {}

  void value(const Json& json, int depth) {
    if (json.is_null()) out_ += "null";
    if (const bool* flag = json.if_bool()) out_ += *flag ? "true" : "false";
    if (const Json::Number* number = json.if_number()) out_ += number->text;
    if (const std::string* text = json.if_string()) append_quoted(out_, *text);
    if (const Json::Array* array = json.if_array()) items(*array, depth);
    if (const Json::Object* object = json.if_object()) members(*object, depth);
  }

  std::string take() { return std::move(out_); }

 private:
  void new_line(int depth) {
    if (!pretty_) return;
    out_.push_back('\n');
    out_.append(static_cast<std::size_t>(depth) * 2, ' ');
  }

  void items(const Json::Array& array, int depth) {
    out_.push_back('[');
    for (std::size_t i = 0; i < array.size(); ++i) {
      if (i > 0) out_.push_back(',');
      new_line(depth + 1);
      value(array[i], depth + 1);
    }
    if (!array.empty()) new_line(depth);
    out_.push_back(']');
  }

  void members(const Json::Object& object, int depth) {
    out_.push_back('{');
    for (std::size_t i = 0; i < object.size(); ++i) {
      if (i > 0) out_.push_back(',');
      new_line(depth + 1);
      append_quoted(out_, object[i].key);
      out_ += pretty_ ? ": " : ":";
      value(object[i].value, depth + 1);
    }
    if (!object.empty()) new_line(depth);
    out_.push_back('}');
  }

  bool pretty_;
  std::string out_;
};

}  // namespace

std::string to_json_text(const Json& value) {
  Writer writer(false);
  writer.value(value, 0);
  return writer.take();
}

std::string to_json_pretty(const Json& value) {
  Writer writer(true);
  writer.value(value, 0);
  return writer.take() + "\n";
}

std::string json_quoted(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2 + text.size() / 32);
  append_quoted(out, text);
  return out;
}

}  // namespace kensho
