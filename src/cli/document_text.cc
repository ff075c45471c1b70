#include "cli/document_text.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace kensho::cli {
namespace {

constexpr std::size_t gap = 2;  // spaces between columns, and of each level of indentation

bool is_scalar(const Json& value) {
  return !value.is_array() && !value.is_object();
}

bool all_scalars(const Json& array) {
  return std::ranges::all_of(array.items(), is_scalar);
}

bool is_matrix(const Json& value) {
  return value.is_array() && !value.items().empty() &&
         std::ranges::all_of(value.items(),
                             [](const Json& row) { return row.is_array() && all_scalars(row); });
}

bool is_whole(std::string_view text) {
  return text.find_first_of(".eE") == std::string_view::npos;
}

std::string number_text(const std::string& text) {
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return is_whole(text) ? text : fmt::format("{:.6g}", number);
}

std::string scalar_text(const Json& value) {
  if (const auto* number = value.if_number()) return number_text(number->text);
  if (const auto* text = value.if_string()) return *text;
  if (const auto* flag = value.if_bool()) return *flag ? "yes" : "no";
  return "-";
}

std::string list_text(const Json& array) {
  std::string text;
  for (const Json& item : array.items()) text += (text.empty() ? "" : ", ") + scalar_text(item);
  return text.empty() ? "-" : text;
}

std::size_t code_point_at(std::string_view text, std::size_t& position) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(position);
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  std::size_t point = length == 1 ? lead : lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length && position + i < text.size(); ++i) {
    point = point << 6U | (byte(position + i) & 0x3FU);
  }
  position += length;
  return point;
}

// The wide blocks of Unicode's EastAsianWidth that text of a registry can meet.
bool is_wide(std::size_t point) {
  return (point >= 0x1100 && point <= 0x115F) || (point >= 0x2E80 && point <= 0xA4CF) ||
         (point >= 0xAC00 && point <= 0xD7A3) || (point >= 0xF900 && point <= 0xFAFF) ||
         (point >= 0xFE30 && point <= 0xFE6F) || (point >= 0xFF00 && point <= 0xFF60) ||
         (point >= 0xFFE0 && point <= 0xFFE6) || (point >= 0x1F300 && point <= 0x1FAFF) ||
         (point >= 0x20000 && point <= 0x3FFFD);
}

struct Cell {
  std::string text;
  bool number = false;
};

/// Cells by rows, laid out in columns: numbers to the right, words to the left.
std::string aligned(const std::vector<std::vector<Cell>>& rows, std::size_t indent) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t j = 0; j < row.size(); ++j) {
      widths[j] = std::max(widths[j], width_of(row[j].text));
    }
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line(indent, ' ');
    for (std::size_t j = 0; j < row.size(); ++j) {
      const std::string fill(widths[j] - width_of(row[j].text), ' ');
      if (j > 0) line.append(gap, ' ');
      line += row[j].number ? fill + row[j].text : row[j].text + fill;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

Cell cell_of(const Json& value) {
  if (value.is_array()) return {list_text(value), false};
  return {scalar_text(value), value.is_number() || value.is_null()};
}

/// The members of a table's row; those of an object in a cell become cells of their own.
void flatten(const Json& row, const std::string& prefix,
             std::vector<std::pair<std::string, Cell>>& out) {
  for (const auto& [key, value] : row.members()) {
    const std::string name = prefix.empty() ? key : prefix + "." + key;
    if (value.is_object()) {
      flatten(value, name, out);
    } else {
      out.emplace_back(name, cell_of(value));
    }
  }
}

/// Whether each member of an object fits into a cell.
bool fits_a_row(const Json& row) {
  return std::ranges::all_of(row.members(), [](const auto& member) {
    const Json& value = member.value;
    return value.is_object() ? fits_a_row(value) : is_scalar(value) || all_scalars(value);
  });
}

std::string table_text(const Json& array, std::size_t indent) {
  std::vector<std::string> names;
  std::vector<std::vector<Cell>> rows(1);
  for (const Json& item : array.items()) {
    std::vector<std::pair<std::string, Cell>> members;
    flatten(item, "", members);
    std::vector<Cell> row(names.size());
    for (auto& [name, cell] : members) {
      const auto place = static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
      if (place == names.size()) {
        names.push_back(name);
        row.emplace_back();
        rows[0].push_back({name, cell.number});
      }
      if (cell.number) rows[0][place].number = true;
      row[place] = std::move(cell);
    }
    rows.push_back(std::move(row));
  }
  return aligned(rows, indent);
}

std::string matrix_text(const Json& matrix, std::size_t indent) {
  std::vector<std::vector<Cell>> rows;
  for (const Json& row : matrix.items()) {
    std::vector<Cell>& cells = rows.emplace_back();
    for (const Json& value : row.items()) cells.push_back(cell_of(value));
  }
  return aligned(rows, indent);
}

std::string object_text(const Json& object, std::size_t indent);

/// A member that needs more than a line, under its name.
std::string section_text(const std::string& name, const Json& value, std::size_t indent) {
  const std::string title = std::string(indent, ' ') + name + "\n";
  if (value.is_object()) return title + object_text(value, indent + gap);
  if (is_matrix(value)) return title + matrix_text(value, indent + gap);
  const auto is_row = [](const Json& item) { return item.is_object() && fits_a_row(item); };
  if (std::ranges::all_of(value.items(), is_row)) return title + table_text(value, indent + gap);
  std::string out;
  for (std::size_t i = 0; i < value.items().size(); ++i) {
    const std::string numbered = fmt::format("{} {}", name, i + 1);
    const Json& item = value.items()[i];
    out += is_scalar(item) ? std::string(indent, ' ') + numbered + "  " + scalar_text(item) + "\n"
                           : section_text(numbered, item, indent);
  }
  return out;
}

std::string object_text(const Json& object, std::size_t indent) {
  std::vector<std::vector<Cell>> lines;
  std::string sections;
  for (const auto& [key, value] : object.members()) {
    if (key == "warnings") continue;
    if (is_scalar(value) || (value.is_object() && value.members().empty())) {
      lines.push_back({{key, false}, {scalar_text(value), false}});
    } else if (value.is_array() && all_scalars(value)) {
      lines.push_back({{key, false}, {list_text(value), false}});
    } else {
      sections += (indent == 0 ? "\n" : "") + section_text(key, value, indent);
    }
  }
  return aligned(lines, indent) + sections;
}

void gather_warnings(const Json& value, std::string& out) {
  for (const Json& item : value.items()) gather_warnings(item, out);
  for (const auto& [key, member] : value.members()) {
    if (key != "warnings") {
      gather_warnings(member, out);
      continue;
    }
    for (const Json& warning : member.items()) out += "warning: " + scalar_text(warning) + "\n";
  }
}

}  // namespace

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t position = 0; position < text.size();) {
    width += is_wide(code_point_at(text, position)) ? 2 : 1;
  }
  return width;
}

std::string document_text(const Json& document) {
  std::string warnings;
  gather_warnings(document, warnings);
  if (!warnings.empty()) warnings.insert(0, "\n");
  return object_text(document, 0) + warnings;
}

}  // namespace kensho::cli
