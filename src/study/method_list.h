// The functions behind the rows of the method table.
#pragma once

#include "study/methods.h"

namespace kensho::study {

Result<Json> run_describe(const MethodInput& input);
Result<Json> run_change(const MethodInput& input);
Result<Json> run_adverse_events(const MethodInput& input);
Result<Json> run_kaplan_meier(const MethodInput& input);
Result<Json> run_log_rank(const MethodInput& input);
Result<Json> run_cumulative_incidence(const MethodInput& input);

}  // namespace kensho::study
