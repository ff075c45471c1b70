#include "report/payload_view.h"

#include <fmt/format.h>

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

}  // namespace

Html both_languages(const Texts& texts, std::string_view key, std::initializer_list<Fill> fills) {
  return element(
      "span", {{"class", "both"}},
      {element("span", {{"lang", "ja"}}, {texts.in(Language::japanese, key, fills)}), " ",
       element("span", {{"lang", "en"}}, {texts.in(Language::english, key, fills)})});
}

Html payload_view(const Json& payload, const Texts& texts) {
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
