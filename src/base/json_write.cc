#include "base/json.h"

namespace kensho {
namespace {

void append_quoted(std::string& out, std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  out.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (byte < 0x20) {
          out += "\\u00";
          out.push_back(hex[byte >> 4]);
          out.push_back(hex[byte & 15]);
        } else {
          out.push_back(c);
        }
    }
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
  append_quoted(out, text);
  return out;
}

}  // namespace kensho
