#pragma once

#include "base/result.h"
#include "journal/entry.h"

namespace kensho::journal {

/// The header of an entry as bytes: the canonical JSON of {actor, commitment, kind, organisation,
/// seq, time_us}.
std::string header_bytes(const Entry& entry);

/// The sealed part of an act as bytes: the canonical JSON of {payload, reason, subject}.
/// The payload is canonical JSON already and is spliced in as it is.
std::string sealed_bytes(const NewEntry& act);

/// HMAC-SHA-256 of the sealed bytes under the entry's own random key: gives nothing away, and after
/// erasure (key and bytes destroyed) nobody can tell what it committed to.
Hash commit(const Hash& key, std::string_view sealed);

/// The public leaf data of an entry: SHA-256 over its header's bytes behind a domain-separation
/// line.
/// The header can be opened without the sealed part, the sealed part only with the key.
Hash leaf_data(const Entry& entry);

/// Gives the entry a fresh random key and commits to its sealed part. Needs neither seq nor time,
/// so it can be done before the entry has its place.
void commit_to_contents(Entry& entry);

/// Fills commitment and leaf from the rest of the entry.
void seal(Entry& entry);

/// Whether the entry's commitment is to this act's subject, reason and payload: the comparison that
/// needs no digest of them to be kept.
bool commits_to(const Entry& entry, const NewEntry& act);

/// Checks that commitment and leaf follow from the rest. Of an erased entry only the leaf can be
/// checked: what the commitment committed to is gone.
/// Errors: corrupted, naming the entry and which part differs.
Status check_sealed(const Entry& entry);

}  // namespace kensho::journal
