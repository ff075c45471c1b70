#include "storage/texts.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/utf8.h"

namespace kensho::storage {

Status check_texts(const journal::Entry& entry) {
  const journal::NewEntry& act = entry.act;
  const std::array<std::pair<std::string_view, std::string_view>, 6> texts = {
      {{"actor", act.actor},
       {"organisation", act.organisation},
       {"kind", act.kind},
       {"subject", act.subject},
       {"reason", act.reason},
       {"payload", act.payload}}};
  for (const auto& [field, text] : texts) {
    if (!find_invalid_utf8(text) && text.find('\0') == text.npos) continue;
    return Error{Errc::invalid_argument,
                 fmt::format("entry {}, {}: must be UTF-8 without zero bytes", entry.seq, field)};
  }
  return ok();
}

}  // namespace kensho::storage
