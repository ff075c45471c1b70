#include "catalog/rules.h"

#include "base/embedded.h"
#include "base/toml.h"
#include "domain/json_fields.h"

namespace kensho::catalog {

Result<RuleSet> read_rules(std::string_view toml, std::string_view name) {
  const Json document = TRY(parse_toml(toml, name));
  const JsonReader reader(document, name);
  TRY(reader.only(
      {"format", "id", "version", "registered_before_share_min", "same_day_counts", "source"}));
  if (TRY(reader.integer("format")) != 1) return reader.fail_at("format", "must be 1");
  RuleSet rules;
  rules.id = TRY(read_identifier(reader, "id"));
  rules.version = static_cast<int>(TRY(reader.integer_in("version", 1, 1'000'000)));
  rules.registered_before_share_min = TRY(reader.number("registered_before_share_min"));
  rules.same_day_counts = TRY(reader.flag("same_day_counts"));
  const double share = rules.registered_before_share_min;
  if (!(share > 0 && share <= 1)) {
    return reader.fail_at("registered_before_share_min", "must lie above 0 and not above 1");
  }
  return rules;
}

Result<RuleSet> load_rules() {
  constexpr std::string_view path = "catalog/declaration/rules.toml";
  return read_rules(embedded_file(path), path);
}

}  // namespace kensho::catalog
