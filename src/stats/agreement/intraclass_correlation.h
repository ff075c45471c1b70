// The intraclass correlations of Shrout and Fleiss.
#pragma once

#include <optional>

#include "base/result.h"
#include "stats/describe/interval.h"
#include "stats/linear/matrix.h"

namespace kensho::stats {

/// A correlation within subjects, of one rating and of the mean of all ratings.
struct IntraclassCorrelation {
  double single;
  std::optional<Interval> single_interval;  // none where ratings of a subject never differ
  double average;
  std::optional<Interval> average_interval;
};

/// All forms from one table, with the mean squares behind them.
struct IntraclassCorrelations {
  double between_subjects;  // mean squares
  double within_subjects;
  double between_raters;
  double residual;
  IntraclassCorrelation one_way;      // ICC(1): each subject has raters of its own
  IntraclassCorrelation agreement;    // ICC(2): the raters are a sample of raters; absolute
  IntraclassCorrelation consistency;  // ICC(3): these raters; average = Cronbach's alpha
};

/// Shapes  a row a subject, a column a rater; nothing missing.
/// Errors  invalid_argument: fewer than 2 subjects or raters, a value that is not finite, all
///         values equal, level outside (0, 1).
/// Source  Shrout & Fleiss 1979, Psych. Bull. 86:420-428; McGraw & Wong 1996, Psych. Methods
///         1:30-46.
/// Checked against R, tests/reference/r/15_diagnostic.json.
Result<IntraclassCorrelations> intraclass_correlations(const Matrix& ratings,
                                                       double confidence_level);

}  // namespace kensho::stats
