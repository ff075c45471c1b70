#include "journal/erased_tag.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/json.h"

namespace kensho::journal {

std::string erased_tag(const Hash& registry_key, std::string_view institution,
                       std::string_view participant) {
  // The first line keeps a tag from ever being a commitment under the same key.
  const std::string message = fmt::format("kensho erased participant v1\n[{},{}]",
                                          json_quoted(institution), json_quoted(participant));
  return hex_encode(hmac_sha256(registry_key, as_bytes(message)));
}

}  // namespace kensho::journal
