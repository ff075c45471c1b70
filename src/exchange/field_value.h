#pragma once

#include <string>
#include <string_view>

#include "domain/date_text.h"
#include "exchange/mapping.h"

namespace kensho {

/// One field read by its rule: the value to store, or what is wrong with it.
struct FieldReading {
  std::string value;  // as stored; empty where missing
  bool missing = false;
  std::string problem;  // empty where there is none
};

/// Reads the text of one field. Spaces around it do not count; full-width digits and signs are read
/// as their ASCII forms. A decimal keeps its written precision unless a factor changes its unit.
FieldReading read_field_value(std::string_view text, const FieldRule& rule,
                              const std::vector<std::string>& missing, const EraTable& eras);

}  // namespace kensho
