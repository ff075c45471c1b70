#pragma once

#include <string_view>

#include "base/result.h"
#include "domain/case_report.h"
#include "domain/variable.h"

namespace kensho::app {

/// The case report in the text that a client sent: the members of journal/payload_case.cc and no
/// others, so that nothing sent is dropped in silence. Stricter than reading the journal: a date or
/// a day wherever something happened, and only one of them; no empty text; days within 200 years;
/// values of variables that `variables` knows inside their range.
///
/// Errors  invalid_argument naming line, field, rule and what to write instead; never a value.
Result<CaseReport> read_sent_report(std::string_view json, const VariableTable& variables);

}  // namespace kensho::app
