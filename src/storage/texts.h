#pragma once

#include "base/result.h"
#include "journal/entry.h"

namespace kensho::storage {

/// What every engine can keep as text: valid UTF-8 without a zero byte.
/// Errors: invalid_argument, naming the entry's field, never its value.
Status check_texts(const journal::Entry& entry);

}  // namespace kensho::storage
