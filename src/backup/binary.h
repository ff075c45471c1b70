// Numbers and texts as bytes of a backup: numbers low byte first, a text behind its length.
#pragma once

#include <string>

#include "backup/sealed_file.h"

namespace kensho::backup {

void append_number(Bytes& bytes, std::uint64_t value);  // 8 bytes
void append_text(Bytes& bytes, std::string_view text);  // 4 bytes of length, then the text

// The way back. Errors: those of the reader; corrupted: a text longer than any we write.
Result<std::uint64_t> read_number(SealedReader& reader);
Result<std::string> read_text(SealedReader& reader);

}  // namespace kensho::backup
