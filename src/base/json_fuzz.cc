// JSON: nlohmann's parser must agree wherever both accept, and ours may only be the stricter one.
#include <charconv>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/testing/fuzz_target.h"

namespace kensho {
namespace {

double double_of(const std::string& text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool same_object(const Json& ours, const nlohmann::json& theirs);

bool same(const Json& ours, const nlohmann::json& theirs) {
  if (const bool* flag = ours.if_bool()) return theirs == *flag;
  if (const std::string* text = ours.if_string()) return theirs == *text;
  if (const Json::Number* number = ours.if_number())
    return theirs.is_number() && theirs.get<double>() == double_of(number->text);
  if (ours.is_object()) return same_object(ours, theirs);
  if (!ours.is_array()) return theirs.is_null();
  if (!theirs.is_array() || theirs.size() != ours.items().size()) return false;
  for (std::size_t i = 0; i < theirs.size(); ++i)
    if (!same(ours.items()[i], theirs[i])) return false;
  return true;
}

bool same_object(const Json& ours, const nlohmann::json& theirs) {
  if (!theirs.is_object() || theirs.size() != ours.members().size()) return false;
  for (const Json::Member& member : ours.members()) {
    const auto found = theirs.find(member.key);
    if (found == theirs.end() || !same(member.value, *found)) return false;
  }
  return true;
}

/// Whether we refuse for a reason of our own: a name twice, depth, a byte order mark, a zero byte
/// behind the value, which they take for the end.
bool stricter(const Error& error, std::string_view input) {
  const auto says = [&](std::string_view part) { return error.message.find(part) != part.npos; };
  return says("stands twice in one object") || says("nested deeper than the limit") ||
         input.starts_with("\xEF\xBB\xBF") || input.find('\0') != input.npos;
}

/// They refuse a number beyond every double, which we keep as text.
bool has_huge_number(const Json& value) {
  double number = 0;
  const Json::Number* text = value.if_number();
  if (text) {
    const char* end = text->text.data() + text->text.size();
    return std::from_chars(text->text.data(), end, number).ec != std::errc{};
  }
  for (const Json& item : value.items())
    if (has_huge_number(item)) return true;
  for (const Json::Member& member : value.members())
    if (has_huge_number(member.value)) return true;
  return false;
}

KENSHO_FUZZ(json) {
  const auto ours = parse_json(input);
  const auto theirs = nlohmann::json::parse(input, nullptr, false);
  if (!ours) {
    ENSURE(ours.error().code == Errc::invalid_argument);
    ENSURE(theirs.is_discarded() || stricter(ours.error(), input));
    return;
  }
  if (theirs.is_discarded()) {
    ENSURE(has_huge_number(*ours));
  } else {
    ENSURE(same(*ours, theirs));
  }
  const std::string text = to_json_text(*ours);
  ENSURE(parse_json(text).value() == *ours);
  ENSURE(to_json_text(parse_json(text).value()) == text);
  ENSURE(parse_json(to_json_pretty(*ours)).value() == *ours);
}

}  // namespace
}  // namespace kensho
