#include "storage/postgres/entries.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>

#include "base/random_bytes.h"

namespace kensho::postgres {
namespace {

constexpr std::uint64_t entries_at_once = 500;

/// A stored hash; all zero where another length is stored, which then fails every check.
Hash hash_at(const Rows& rows, int row, int column) {
  Hash hash{};
  const std::string_view bytes = rows.text(row, column);
  if (bytes.size() == hash.size()) std::memcpy(hash.data(), bytes.data(), hash.size());
  return hash;
}

StoredEntry entry_at(const Rows& rows, int row) {
  StoredEntry stored;
  journal::Entry& entry = stored.entry;
  entry.seq = static_cast<std::uint64_t>(rows.int64(row, 0));
  stored.placement = rows.int64(row, 1);
  entry.time = {rows.int64(row, 2)};
  entry.act.actor = rows.text(row, 3);
  entry.act.organisation = rows.text(row, 4);
  entry.act.kind = rows.text(row, 5);
  entry.commitment = hash_at(rows, row, 6);
  entry.leaf = hash_at(rows, row, 7);
  // Only all four together: one of them missing is damage, and fails every check.
  entry.erased = rows.is_null(row, 8) && rows.is_null(row, 9) && rows.is_null(row, 10) &&
                 rows.is_null(row, 11);
  entry.key = hash_at(rows, row, 8);
  entry.act.subject = rows.text(row, 9);
  entry.act.reason = rows.text(row, 10);
  entry.act.payload = rows.text(row, 11);
  return stored;
}

}  // namespace

Placement new_placement() {
  std::array<std::uint8_t, 8> bytes{};
  Placement placement = about_nobody;
  while (placement == about_nobody) {
    fill_random(bytes);
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data(), bytes.size());
    placement = static_cast<Placement>(value >> 1);
  }
  return placement;
}

Status read_entries(Connection& connection, std::int64_t registry, std::uint64_t first,
                    std::uint64_t last, const std::function<Status(const StoredEntry&)>& visit) {
  std::uint64_t expected = first;
  while (expected < last) {
    const std::uint64_t end = std::min(last, expected + entries_at_once);
    Parameters range;
    range.add(registry).add(expected).add(end);
    const Rows rows = TRY(connection.run("read_entries", range));
    for (int row = 0; row < rows.size(); ++row) {
      const StoredEntry stored = entry_at(rows, row);
      if (stored.entry.seq < expected) {
        return Error{Errc::corrupted,
                     fmt::format("entry {} is in the journal twice", stored.entry.seq)};
      }
      if (stored.entry.seq > expected) break;
      TRY(visit(stored));
      ++expected;
    }
    if (expected == end) continue;
    return Error{Errc::corrupted, fmt::format("entry {} is missing in the journal", expected)};
  }
  return ok();
}

void add_row(CopyText& rows, std::int64_t registry, const journal::Entry& entry,
             Placement placement) {
  const journal::NewEntry& act = entry.act;
  rows.add(registry).add(placement).add(static_cast<std::int64_t>(entry.seq)).add(entry.time.us);
  rows.add(act.actor).add(act.organisation).add(act.kind);
  rows.add_bytes(entry.commitment).add_bytes(entry.leaf);
  if (entry.erased) {
    rows.add_null().add_null().add_null().add_null();
  } else {
    rows.add_bytes(entry.key).add(act.subject).add(act.reason).add(act.payload);
  }
  rows.end_row();
}

}  // namespace kensho::postgres
