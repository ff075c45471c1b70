// Domain values inside documents: the fields that entries, protocols, mappings and catalogue share.
#pragma once

#include "base/json_read.h"
#include "domain/date.h"
#include "domain/localized_text.h"

namespace kensho {

/// A member that is an id (domain/identifier.h).
Result<std::string> read_identifier(const JsonReader& reader, std::string_view key);
/// A member {en, ja}, neither of them empty: every text is there in both languages.
Result<LocalizedText> read_localized(const JsonReader& reader, std::string_view key);
/// A member that is a date, YYYY-MM-DD.
Result<Date> read_date(const JsonReader& reader, std::string_view key);

}  // namespace kensho
