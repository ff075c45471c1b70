#include "catalog/eras.h"

#include <algorithm>

#include "base/embedded.h"
#include "base/toml.h"
#include "domain/json_fields.h"

namespace kensho::catalog {
namespace {

Result<Era> read_era(const JsonReader& reader) {
  TRY(reader.only({"name", "letter", "aliases", "year_one", "first_day", "last_day"}));
  Era era;
  era.name = TRY(reader.text("name"));
  const std::string letter = TRY(reader.text("letter"));
  if (letter.size() != 1 || letter[0] < 'A' || letter[0] > 'Z') {
    return reader.fail_at("letter", "must be one letter from A to Z");
  }
  era.letter = letter[0];
  era.aliases = TRY(reader.texts("aliases"));
  era.year_one = static_cast<int>(TRY(reader.integer_in("year_one", 1, 9999)));
  era.first_day = TRY(kensho::read_date(reader, "first_day"));
  if (reader.has("last_day")) era.last_day = TRY(kensho::read_date(reader, "last_day"));
  if (era.last_day && *era.last_day < era.first_day) {
    return reader.fail_at("last_day", "must not lie before first_day");
  }
  return era;
}

}  // namespace

Result<EraTable> read_eras(std::string_view toml, std::string_view name) {
  const Json document = TRY(parse_toml(toml, name));
  const JsonReader reader(document, name);
  TRY(reader.only({"era"}));
  EraTable eras;
  const auto items = TRY(reader.objects("era"));
  for (const JsonReader& item : items) {
    Era era = TRY(read_era(item));
    if (!eras.empty() && era.first_day <= eras.back().first_day) {
      return item.fail_at("first_day", "must lie after that of the era before: oldest era first");
    }
    eras.push_back(std::move(era));
  }
  return eras;
}

Result<EraTable> load_eras() {
  EraTable all;
  for (const EmbeddedFile& file : embedded_files("catalog/calendars/")) {
    EraTable eras = TRY(read_eras(file.content, file.path));
    std::ranges::move(eras, std::back_inserter(all));
  }
  std::ranges::sort(all, {}, [](const Era& era) { return std::pair(era.first_day, era.letter); });
  return all;
}

}  // namespace kensho::catalog
