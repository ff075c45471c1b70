#include "catalog/variables.h"

#include <fmt/format.h>

#include "base/embedded.h"
#include "base/toml.h"
#include "domain/json_fields.h"

namespace kensho::catalog {
namespace {

Status check_head(const JsonReader& document) {
  TRY(document.only({"format", "instrument", "variable", "meaningful_change"}));
  if (TRY(document.integer("format")) != 1) return document.fail_at("format", "must be 1");
  const JsonReader head = TRY(document.object("instrument"));
  TRY(head.only({"id", "name", "source", "licence"}));
  TRY(read_identifier(head, "id"));
  TRY(read_localized(head, "name"));
  TRY(head.text("source"));
  TRY(head.text("licence"));
  return ok();
}

Result<Variable> read_variable(const JsonReader& reader) {
  TRY(reader.only({"id", "name", "unit", "min", "max", "higher_is_better"}));
  Variable variable;
  variable.id = TRY(read_identifier(reader, "id"));
  variable.name = TRY(read_localized(reader, "name"));
  variable.unit = TRY(read_localized(reader, "unit"));
  if (reader.has("min")) variable.min = TRY(reader.number("min"));
  if (reader.has("max")) variable.max = TRY(reader.number("max"));
  if (variable.min && variable.max && *variable.min >= *variable.max) {
    return reader.fail_at("max", "must be greater than min");
  }
  variable.higher_is_better = TRY(reader.flag("higher_is_better"));
  return variable;
}

/// What a change of a measure meant to somebody, once: for protocols to cite, never a constant.
Status check_meaningful_change(const JsonReader& reader, const VariableTable& variables) {
  TRY(reader.only({"variable", "change", "population", "source"}));
  if (!variables.contains(TRY(reader.text("variable")))) {
    return reader.fail_at("variable", "is not a variable of this file");
  }
  TRY(reader.number("change"));
  TRY(reader.text("population"));
  TRY(reader.text("source"));
  return ok();
}

}  // namespace

Result<VariableTable> read_instrument(std::string_view toml, std::string_view name) {
  const Json document = TRY(parse_toml(toml, name));
  const JsonReader reader(document, name);
  TRY(check_head(reader));
  VariableTable variables;
  const auto items = TRY(reader.objects("variable"));
  for (const JsonReader& item : items) {
    Variable variable = TRY(read_variable(item));
    std::string id = variable.id;
    if (!variables.try_emplace(std::move(id), std::move(variable)).second) {
      return item.fail_at("id", "is that of another variable of this file");
    }
  }
  if (variables.empty()) return reader.fail("an instrument needs at least one [[variable]]");
  const auto changes = TRY(reader.objects("meaningful_change"));
  for (const JsonReader& change : changes) TRY(check_meaningful_change(change, variables));
  return variables;
}

Result<VariableTable> load_variables() {
  VariableTable all;
  for (const EmbeddedFile& file : embedded_files("catalog/instruments/")) {
    VariableTable of_file = TRY(read_instrument(file.content, file.path));
    all.merge(of_file);
    if (of_file.empty()) continue;
    return Error{Errc::invalid_argument,
                 fmt::format("{}: variable '{}' is defined by another instrument too", file.path,
                             of_file.begin()->first)};
  }
  return all;
}

}  // namespace kensho::catalog
