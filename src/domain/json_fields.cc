#include "domain/json_fields.h"

#include "domain/identifier.h"

namespace kensho {

Result<std::string> read_identifier(const JsonReader& reader, std::string_view key) {
  std::string text = TRY(reader.text(key));
  if (!is_identifier(text)) {
    return reader.fail_at(key, "must be an id: 1 to 64 letters, digits, '-', '_' or '.'");
  }
  return text;
}

Result<LocalizedText> read_localized(const JsonReader& reader, std::string_view key) {
  const JsonReader both = TRY(reader.object(key));
  TRY(both.only({"en", "ja"}));
  LocalizedText text{.en = TRY(both.text("en")), .ja = TRY(both.text("ja"))};
  if (text.en.empty() || text.ja.empty()) {
    return reader.fail_at(key, "must have a text in both languages, en and ja");
  }
  return text;
}

Result<Date> read_date(const JsonReader& reader, std::string_view key) {
  const auto date = parse_iso_date(TRY(reader.text(key)));
  if (!date) return reader.fail_at(key, "must be a date that exists, as 2024-05-01");
  return *date;
}

}  // namespace kensho
