// What every answer of the menu has beside the method's own document: a word on numbers it lacks.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "stats/menu/method.h"

namespace kensho::stats {
namespace {

constexpr std::size_t most_named = 8;

// The places of null, "groups[].mean" for that of any group, each once, in order of appearance.
void collect_undefined(const Json& value, const std::string& place,
                       std::vector<std::string>& places) {
  if (value.is_null()) {
    if (std::ranges::find(places, place) == places.end()) places.push_back(place);
    return;
  }
  for (const Json& item : value.items()) collect_undefined(item, place + "[]", places);
  for (const Json::Member& member : value.members()) {
    collect_undefined(member.value, place.empty() ? member.key : place + "." + member.key, places);
  }
}

std::string warning_of(std::vector<std::string> places, std::string_view card) {
  const std::size_t more = places.size() - std::min(places.size(), most_named);
  places.resize(places.size() - more);
  return fmt::format(
      "not defined for these data and therefore null: {}{}; docs/methods/{}.md says "
      "when",
      fmt::join(places, ", "), more == 0 ? "" : fmt::format(" and {} more", more), card);
}

}  // namespace

Result<Json> answer_of(const Method& method, const DataTable& table, const Arguments& arguments) {
  Json document = TRY(method.run(table, arguments));
  std::vector<std::string> places;
  collect_undefined(document, "", places);
  if (places.empty()) return document;
  if (document.find("warnings") == nullptr) document.set("warnings", Json::array());
  document.find("warnings")->push(warning_of(std::move(places), method.card));
  return document;
}

}  // namespace kensho::stats
