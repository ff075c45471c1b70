#include "ledger/entry_bundle.h"

#include <fmt/format.h>

#include "base/check.h"

namespace kensho::ledger {
namespace {

constexpr std::size_t length_bytes = 2;

}  // namespace

void append_entry(Bytes& bundle, ByteView entry) {
  ENSURE(entry.size() <= max_entry_bytes);
  bundle.push_back(static_cast<std::uint8_t>(entry.size() >> 8));
  bundle.push_back(static_cast<std::uint8_t>(entry.size()));
  bundle.insert(bundle.end(), entry.begin(), entry.end());
}

Result<std::vector<ByteView>> parse_bundle(ByteView bundle, std::uint32_t width) {
  std::vector<ByteView> entries;
  entries.reserve(width);
  while (entries.size() < width) {
    const std::size_t length =
        bundle.size() < length_bytes ? 0 : std::size_t{bundle[0]} << 8 | bundle[1];
    if (bundle.size() < length_bytes + length) {
      return Error{Errc::corrupted,
                   fmt::format("the bundle ends inside entry {} of {}", entries.size(), width)};
    }
    entries.push_back(bundle.subspan(length_bytes, length));
    bundle = bundle.subspan(length_bytes + length);
  }
  if (!bundle.empty()) {
    return Error{Errc::corrupted,
                 fmt::format("the bundle has bytes after its last entry {}", width - 1)};
  }
  return entries;
}

}  // namespace kensho::ledger
