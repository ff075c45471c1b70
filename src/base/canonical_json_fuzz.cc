// Canonical JSON: one text a value, and it reads back to the same text.
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/canonical_json.h"
#include "base/testing/fuzz_target.h"

namespace kensho {
namespace {

void check_number(double value) {
  const auto text = ecmascript_number(value);
  ENSURE(static_cast<bool>(text) == std::isfinite(value));
  if (!text) return;
  double back = 0;
  const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), back);
  ENSURE(problem == std::errc{} && end == text->data() + text->size());
  ENSURE(back == value);
  ENSURE(canonical_json(parse_json(*text).value()).value() == *text);
}

KENSHO_FUZZ(canonical_json) {
  if (input.size() == sizeof(double)) {
    double value = 0;
    std::memcpy(&value, input.data(), sizeof value);
    check_number(value);
  }
  const auto parsed = parse_json(input);
  if (!parsed) return;
  const auto canonical = canonical_json(*parsed);
  if (!canonical) {
    ENSURE(canonical.error().message.find("does not fit a double") != std::string::npos);
    return;
  }
  const Json again = parse_json(*canonical).value();
  ENSURE(canonical_json(again).value() == *canonical);
  ENSURE(to_json_text(again) == *canonical);
  ENSURE(canonical_json(parse_json(to_json_pretty(*parsed)).value()).value() == *canonical);
}

}  // namespace
}  // namespace kensho
