// One pass over the rows of a generalised linear model: the sums Fisher scoring works with.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "stats/linear/matrix.h"
#include "stats/regression/glm.h"

namespace kensho::stats {

/// Sums at given coefficients, dispersion 1.
struct GlmPass {
  double kernel;              // weighted log-likelihood up to constants; -infinity: impossible
  std::vector<double> score;  // X' u
  Matrix information;         // X' W X; empty where it was not asked for
};

/// What a pass adds up.
enum class PassKind : unsigned char { score, score_and_information };

/// Cost    O(n p) for the score, O(n p^2) with the information; the same bits for any `threads`.
GlmPass glm_pass(const GlmData& data, const GlmModel& model, std::span<const double> coefficients,
                 PassKind kind, unsigned threads);

/// The sums of the first step of all, at the fitted means of R's glm: slightly shrunken outcomes.
/// Its score is X' W (link(mean) - offset), so that information^-1 score is where to begin.
GlmPass starting_pass(const GlmData& data, const GlmModel& model, unsigned threads);

/// A row's part in score and information.
struct RowTerms {
  double score;   // u: x u is the row's score
  double weight;  // w: w x x' is the row's expected information
};
RowTerms row_terms(const GlmModel& model, double y, double weight, double eta);

}  // namespace kensho::stats
