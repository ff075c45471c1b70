// Fisher scoring to the maximum likelihood of a generalised linear model, and where to begin.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "stats/regression/glm.h"
#include "stats/regression/glm_pass.h"

namespace kensho::stats {

/// Where the climb ended.
struct GlmMaximum {
  std::vector<double> at;
  GlmPass here;      // with the information
  double decrement;  // U' I^-1 U
  int iterations;
};

/// Climbs by Fisher scoring with step halving. Near the maximum of a large sample, steps with an
/// information already factored are taken while each divides the decrement by 100.
/// Errors  as fit_glm, which has checked the data.
Result<GlmMaximum> maximise_glm(const GlmData& data, const GlmChoice& choice,
                                std::vector<double> start);

/// The weighted mean outcome on the scale of the link in the place of the constant column; none
/// where there is no such column or the mean lies on the edge.
std::optional<std::vector<double>> constant_only(const GlmData& data, const GlmModel& model);

/// Whether every mean is possible at these coefficients.
bool possible_start(const GlmData& data, const GlmChoice& choice, std::span<const double> at);

/// Where to begin: the fit of every 16th row of a large sample, else one step from the shrunken
/// outcomes, else the constant alone.
/// Errors  invalid_argument: a singular design, naming the column; not_converged: no start.
Result<std::vector<double>> start_of_glm(const GlmData& data, const GlmChoice& choice);

}  // namespace kensho::stats
