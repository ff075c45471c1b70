// Reports of invented people, drawn from the dice of one step.
#pragma once

#include "base/rng.h"
#include "model.h"

namespace kensho::sim {

/// A report about somebody new or somebody known. About one in 24 breaks a rule of the registry.
CaseReport draw_report(Rng& dice, const Model& model);

/// So many of them. They are drawn one by one against a model that takes them, so that a later one
/// may be about somebody an earlier one registered.
std::vector<CaseReport> draw_reports(Rng& dice, const Model& model, std::size_t count);

inline constexpr const char* therapy_id = "allogeneic-bmt";

}  // namespace kensho::sim
