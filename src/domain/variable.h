#pragma once

#include <map>
#include <optional>
#include <string>

#include "domain/localized_text.h"

namespace kensho {

/// A measure that reports may hold: a score of an instrument or a characteristic, with the range a
/// value must lie in. Data: catalog/instruments/.
struct Variable {
  std::string id;
  LocalizedText name;
  LocalizedText unit;
  std::optional<double> min;
  std::optional<double> max;
  bool higher_is_better = true;
};

using VariableTable = std::map<std::string, Variable, std::less<>>;

}  // namespace kensho
