// What an entry says, for people: its JSON as terms and values.
#pragma once

#include <initializer_list>
#include <string_view>

#include "base/json.h"
#include "catalog/texts.h"
#include "report/html.h"

namespace kensho::report {

/// A text in both languages at once, Japanese first, for a page that is printed for readers of
/// either.
Html both_languages(const Texts& texts, std::string_view key,
                    std::initializer_list<Fill> fills = {});

/// The payload as nested terms and values, lists of like objects as tables; a member that
/// `receipt.field_of` names is called by those words, any other by its name.
Html payload_view(const Json& payload, const Texts& texts);

}  // namespace kensho::report
