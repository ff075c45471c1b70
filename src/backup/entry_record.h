// A journal entry as bytes of a backup, with everything the journal holds of it.
#pragma once

#include "backup/sealed_file.h"
#include "journal/entry.h"

namespace kensho::backup {

/// Appends the entry: one byte 1 if it was erased, else 0; seq and time_us, 8 bytes each, low byte
/// first; actor, organisation and kind, each as a length of 4 bytes and its bytes; commitment and
/// leaf, 32 bytes each; and unless it was erased key (32 bytes), subject, reason and payload.
void append_record(Bytes& bytes, const journal::Entry& entry);

/// Reads an entry back. Errors: those of the reader; corrupted: not a record.
Result<journal::Entry> read_record(SealedReader& reader);

}  // namespace kensho::backup
