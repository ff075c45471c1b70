#pragma once

#include <set>
#include <span>

#include "domain/registry.h"
#include "storage/postgres/connection.h"

namespace kensho::postgres {

/// The entries about a participant, in order.
Result<std::vector<std::uint64_t>> find_entries_of(Connection& connection, std::int64_t registry,
                                                   std::string_view institution,
                                                   std::string_view participant);

/// Destroys the sealed parts of these entries and what the views hold of the people they are about,
/// within the transaction of a batch; gives these people. Errors: those of JournalWriter::erase.
Result<std::set<ParticipantKey>> erase_entries(Connection& connection, std::int64_t registry,
                                               std::span<const std::uint64_t> seqs);

}  // namespace kensho::postgres
