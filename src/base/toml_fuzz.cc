// TOML as JSON: whatever is read can be written as JSON and read again.
#include "base/testing/fuzz_target.h"
#include "base/toml.h"

namespace kensho {
namespace {

KENSHO_FUZZ(toml) {
  const auto document = parse_toml(input, "f.toml");
  if (!document) {
    ENSURE(document.error().code == Errc::invalid_argument);
    ENSURE(document.error().message.starts_with("f.toml line "));
    return;
  }
  ENSURE(document->is_object());
  ENSURE(parse_json(to_json_text(*document), {.depth_max = 1000}).value() == *document);
}

}  // namespace
}  // namespace kensho
