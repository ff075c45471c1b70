#include "catalog/texts.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/embedded.h"
#include "base/json.h"
#include "base/toml.h"

namespace kensho {
namespace {

using TextMap = std::map<std::string, LocalizedText, std::less<>>;
using PlainMap = std::map<std::string, std::string, std::less<>>;

constexpr std::string_view english_file = "catalog/i18n/en.toml";
constexpr std::string_view japanese_file = "catalog/i18n/ja.toml";
constexpr std::string_view classes_file = "catalog/declaration/classes.toml";

std::string joined(const std::string& prefix, std::string_view name) {
  return prefix.empty() ? std::string(name) : fmt::format("{}.{}", prefix, name);
}

/// The texts of one language, by key.
void collect(const Json& value, const std::string& prefix, PlainMap& out) {
  if (const std::string* text = value.if_string()) out[prefix] = *text;
  for (const auto& member : value.members()) collect(member.value, joined(prefix, member.key), out);
}

Result<PlainMap> read_language(std::string_view path) {
  const Json document = TRY(parse_toml(embedded_file(path), path));
  PlainMap out;
  collect(document, "", out);
  return out;
}

/// The texts that stand in both languages side by side; anything else is not a text.
void collect_pairs(const Json& value, const std::string& prefix, TextMap& out) {
  const Json* en = value.find("en");
  const Json* ja = value.find("ja");
  if (en && ja && en->if_string() && ja->if_string()) {
    out[prefix] = {.en = *en->if_string(), .ja = *ja->if_string()};
    return;
  }
  for (const auto& member : value.members()) {
    collect_pairs(member.value, joined(prefix, member.key), out);
  }
  for (std::size_t i = 0; i < value.items().size(); ++i) {
    collect_pairs(value.items()[i], joined(prefix, std::to_string(i)), out);
  }
}

Status add_i18n(TextMap& out) {
  const PlainMap english = TRY(read_language(english_file));
  const PlainMap japanese = TRY(read_language(japanese_file));
  for (const auto& [key, text] : english) {
    const auto other = japanese.find(key);
    if (other == japanese.end()) {
      return Error{Errc::invalid_argument, fmt::format("{}: '{}' is missing", japanese_file, key)};
    }
    out[key] = {.en = text, .ja = other->second};
  }
  for (const auto& [key, text] : japanese) {
    if (!english.contains(key)) {
      return Error{Errc::invalid_argument, fmt::format("{}: '{}' is missing", english_file, key)};
    }
  }
  return ok();
}

std::string fill_in(std::string_view text, std::initializer_list<Fill> fills) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    out += text.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find('}', open);
    ENSURE(close != std::string_view::npos);
    const std::string_view name = text.substr(open + 1, close - open - 1);
    const auto fill = std::ranges::find(fills, name, &Fill::name);
    ENSURE(fill != fills.end());
    out += fill->value;
    text.remove_prefix(close + 1);
  }
  return out;
}

}  // namespace

std::vector<std::string> placeholders(std::string_view text) {
  std::vector<std::string> names;
  for (std::size_t open = text.find('{'); open != std::string_view::npos;
       open = text.find('{', open + 1)) {
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos) break;
    names.emplace_back(text.substr(open + 1, close - open - 1));
  }
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  return names;
}

Result<Texts> Texts::load() {
  Texts texts;
  TRY(add_i18n(texts.by_key_));
  const Json classes = TRY(parse_toml(embedded_file(classes_file), classes_file));
  collect_pairs(classes, "", texts.by_key_);
  for (const auto& [key, text] : texts.by_key_) {
    if (text.en.empty() || text.ja.empty()) {
      return Error{Errc::invalid_argument, fmt::format("catalog: '{}' is empty", key)};
    }
    if (placeholders(text.en) != placeholders(text.ja)) {
      return Error{Errc::invalid_argument,
                   fmt::format("catalog: '{}' has other placeholders in the other language", key)};
    }
  }
  return texts;
}

const LocalizedText& Texts::both(std::string_view key) const {
  const auto found = by_key_.find(key);
  ENSURE(found != by_key_.end());
  return found->second;
}

std::string Texts::in(Language language, std::string_view key,
                      std::initializer_list<Fill> fills) const {
  return fill_in(both(key).in(language), fills);
}

std::size_t Texts::list_size(std::string_view key) const {
  std::size_t size = 0;
  while (by_key_.contains(fmt::format("{}.{}", key, size))) ++size;
  return size;
}

std::vector<std::string> Texts::keys() const {
  std::vector<std::string> all;
  for (const auto& [key, text] : by_key_) all.push_back(key);
  return all;
}

}  // namespace kensho
