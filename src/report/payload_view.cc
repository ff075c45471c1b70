#include "report/payload_view.h"

#include <algorithm>
#include <string>
#include <vector>

#include "report/parts.h"

namespace kensho::report {
namespace {

Html member_name(const std::string& name, const Texts& texts) {
  const std::string key = "receipt.field_of." + name;
  return texts.has(key) ? both_languages(texts, key) : Html(name);
}

Html row(const Html& term, const Html& value) {
  return element("div", {}, {element("dt", {}, {term}), element("dd", {}, {value})});
}

Html value_view(const Json& value, const Texts& texts) {
  if (value.is_object() || value.is_array()) return payload_view(value, texts);
  if (const bool* flag = value.if_bool()) {
    return both_languages(texts, *flag ? "receipt.yes" : "receipt.no");
  }
  if (const auto* number = value.if_number()) return number->text;
  const std::string* text = value.if_string();
  return text == nullptr || text->empty() ? Html("\xE2\x80\x93") : Html(*text);
}

bool is_plain(const Json& value) {
  return !value.is_object() && !value.is_array();
}

/// Whether a list reads as a table: objects of plain values.
bool is_table(const Json& list) {
  return !list.items().empty() && std::ranges::all_of(list.items(), [](const Json& item) {
    return item.is_object() && std::ranges::all_of(item.members(), [](const Json::Member& member) {
             return is_plain(member.value);
           });
  });
}

/// The members' names in the order in which they first occur.
std::vector<std::string> columns_of(const Json& list) {
  std::vector<std::string> names;
  for (const Json& item : list.items()) {
    for (const Json::Member& member : item.members()) {
      if (std::ranges::find(names, member.key) == names.end()) names.push_back(member.key);
    }
  }
  return names;
}

Html table_view(const Json& list, const Texts& texts) {
  const std::vector<std::string> columns = columns_of(list);
  Children heads;
  for (const std::string& name : columns) {
    heads.push_back(element("th", {{"scope", "col"}}, {member_name(name, texts)}));
  }
  Children lines;
  for (const Json& item : list.items()) {
    Children cells;
    for (const std::string& name : columns) {
      const Json* value = item.find(name);
      cells.push_back(element("td", {}, {value ? value_view(*value, texts) : Html()}));
    }
    lines.push_back(element("tr", {}, cells));
  }
  return element("table", {{"class", "data"}},
                 {element("thead", {}, {element("tr", {}, heads)}), element("tbody", {}, lines)});
}

}  // namespace

Html both_languages(const Texts& texts, std::string_view key, std::initializer_list<Fill> fills) {
  return element(
      "span", {{"class", "both"}},
      {element("span", {{"lang", "ja"}}, {texts.in(Language::japanese, key, fills)}), " ",
       element("span", {{"lang", "en"}}, {texts.in(Language::english, key, fills)})});
}

Html payload_view(const Json& payload, const Texts& texts) {
  if (is_table(payload)) return table_view(payload, texts);
  Children rows;
  for (const Json::Member& member : payload.members()) {
    rows.push_back(row(member_name(member.key, texts), value_view(member.value, texts)));
  }
  for (std::size_t i = 0; i < payload.items().size(); ++i) {
    rows.push_back(row(Html(std::to_string(i + 1)), value_view(payload.items()[i], texts)));
  }
  return element("dl", {{"class", "pairs"}}, rows);
}

}  // namespace kensho::report
