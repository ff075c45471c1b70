// Entries as rows of kensho.entry.
#pragma once

#include <cstdint>
#include <functional>

#include "base/result.h"
#include "journal/entry.h"
#include "storage/postgres/connection.h"

namespace kensho::postgres {

/// Where an entry lies in a spread database: a random number for each person, the same in all
/// entries about them; 0 for what is about nobody. It says nothing about the person.
using Placement = std::int64_t;
inline constexpr Placement about_nobody = 0;

/// A number that no person has yet, by chance: 63 random bits.
Placement new_placement();

struct StoredEntry {
  journal::Entry entry;
  Placement placement = about_nobody;
};

/// Calls `visit` for the entries [first, last) of a registry in order; stops at its first error.
/// `visit` may use the connection. Errors: corrupted where an entry is missing or there twice.
/// Cost: a round trip for some hundred entries; memory flat.
Status read_entries(Connection& connection, std::int64_t registry, std::uint64_t first,
                    std::uint64_t last, const std::function<Status(const StoredEntry&)>& visit);

/// Adds the row of an entry to a copy into kensho.entry.
void add_row(CopyText& rows, std::int64_t registry, const journal::Entry& entry,
             Placement placement);

}  // namespace kensho::postgres
