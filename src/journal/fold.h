#pragma once

#include "domain/registry.h"
#include "journal/entry.h"

namespace kensho::journal {

/// Takes one entry into the registry it was accepted by. Entries come in order, from 0. An erased
/// entry is counted and otherwise skipped.
///
/// Errors  corrupted: the payload is not one this version can read (entry and field named).
/// Cost    One JSON parse of the payload; O(log n) in the participants.
Status fold(Registry& registry, const Entry& entry);

}  // namespace kensho::journal
