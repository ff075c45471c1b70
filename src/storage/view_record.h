// Changes and rows of views as bytes whose order is that of the view's key: what sorting and
// merging works on.
#pragma once

#include <string>
#include <string_view>

#include "storage/view_change.h"

namespace kensho::storage {

/// What a stored value is. Only damage makes it other than the number or text that a view holds;
/// the order is that in which engines sort such values.
enum class ViewValueKind : std::uint8_t { null, number, text, blob };

/// Adds one value so that longer and longer records still compare (memcmp) as their values do.
void append_number(std::string& record, std::int64_t number);
void append_text(std::string& record, std::string_view text,
                 ViewValueKind kind = ViewValueKind::text);
void append_null(std::string& record);

/// The change as bytes: they sort by view, key and entry.
std::string record_of(const ViewChange& change);
/// The way back. Contract: the bytes are of record_of.
ViewChange change_of(std::string_view record);
/// The part of record_of() that is equal for all changes of one row: view and key.
std::string_view row_of(std::string_view record);

}  // namespace kensho::storage
