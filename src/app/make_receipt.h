#pragma once

#include <cstdint>
#include <string>

#include "app/journal.h"
#include "journal/entry.h"

namespace kensho::app {

struct MadeReceipt {
  journal::Entry entry;
  std::string text;  // journal/receipt.h
};

/// The receipt of an entry against the checkpoint that the public log shows, with the cosignatures
/// it carries there. Of an erased entry only the header is opened.
///
/// Errors  not_found: no such entry; unavailable: the published log does not hold it yet.
///         corrupted: the receipt would not prove the entry: journal and log contradict each other.
/// Cost    Three tiles a tile level; one entry.
Result<MadeReceipt> make_receipt(const Journal& journal, std::uint64_t seq);

}  // namespace kensho::app
