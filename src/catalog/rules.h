#pragma once

#include <string_view>

#include "base/result.h"
#include "domain/classification.h"

namespace kensho::catalog {

/// The rule set that is built into the program (catalog/declaration/rules.toml).
/// Errors: those of read_rules.
Result<RuleSet> load_rules();

/// A rule set. `name` opens every message. Errors: invalid_argument naming file, line, field, rule.
Result<RuleSet> read_rules(std::string_view toml, std::string_view name);

}  // namespace kensho::catalog
