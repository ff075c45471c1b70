#include "stats/agreement/intraclass_correlation.h"

#include <cstddef>
#include <vector>

#include <fmt/format.h>

#include "stats/describe/sample.h"
#include "stats/dist/distributions.h"

namespace kensho::stats {
namespace {

struct Layout {
  double subjects;
  double raters;
  double upper_tail;  // 1 - a / 2
};

IntraclassCorrelations mean_squares(const Matrix& ratings) {
  const std::size_t n = ratings.rows();
  const std::size_t k = ratings.columns();
  const double grand = sample_moments(ratings.values()).mean;
  std::vector<double> subject(n);
  std::vector<double> rater(k);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < k; ++j) {
      subject[i] += (ratings(i, j) - grand) / static_cast<double>(k);
      rater[j] += (ratings(i, j) - grand) / static_cast<double>(n);
    }
  }
  double within = 0;
  double residual = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < k; ++j) {
      const double apart = ratings(i, j) - grand - subject[i];
      within += apart * apart;
      residual += (apart - rater[j]) * (apart - rater[j]);
    }
  }
  double between_subjects = 0;
  double between_raters = 0;
  for (const double mean : subject) between_subjects += mean * mean;
  for (const double mean : rater) between_raters += mean * mean;
  const auto subjects = static_cast<double>(n);
  const auto raters = static_cast<double>(k);
  return {.between_subjects = raters * between_subjects / (subjects - 1),
          .within_subjects = within / (subjects * (raters - 1)),
          .between_raters = subjects * between_raters / (raters - 1),
          .residual = residual / ((subjects - 1) * (raters - 1)),
          .one_way = {},
          .agreement = {},
          .consistency = {}};
}

// The forms that rest on one F ratio: (F - 1) / (F + k - 1) and 1 - 1 / F.
IntraclassCorrelation from_ratio(double above, double below, double below_df,
                                 const Layout& layout) {
  const double k = layout.raters;
  IntraclassCorrelation icc{(above - below) / (above + (k - 1) * below), std::nullopt,
                            (above - below) / above, std::nullopt};
  if (!(below > 0)) return icc;
  const double f = above / below;
  const double df = layout.subjects - 1;
  const double low = f / f_quantile(layout.upper_tail, df, below_df);
  const double high = f * f_quantile(layout.upper_tail, below_df, df);
  icc.single_interval = {(low - 1) / (low + k - 1), (high - 1) / (high + k - 1)};
  icc.average_interval = {1 - 1 / low, 1 - 1 / high};
  return icc;
}

IntraclassCorrelation absolute_agreement(const IntraclassCorrelations& squares,
                                         const Layout& layout) {
  const double n = layout.subjects;
  const double k = layout.raters;
  const double between = squares.between_subjects;
  const double residual = squares.residual;
  const double raters = squares.between_raters;
  const double single =
      (between - residual) / (between + (k - 1) * residual + k * (raters - residual) / n);
  IntraclassCorrelation icc{single, std::nullopt,
                            (between - residual) / (between + (raters - residual) / n),
                            std::nullopt};
  if (!(residual > 0)) return icc;
  // Satterthwaite's degrees of freedom of the denominator.
  const double ratio = raters / residual;
  const double a = k * single * ratio;
  const double b = n * (1 + (k - 1) * single) - k * single;
  const double df = (k - 1) * (n - 1) * (a + b) * (a + b) / ((n - 1) * a * a + b * b);
  const double spread = k * raters + (k * n - k - n) * residual;
  const double low = f_quantile(layout.upper_tail, n - 1, df);
  const double high = f_quantile(layout.upper_tail, df, n - 1);
  const Interval limits{n * (between - low * residual) / (low * spread + n * between),
                        n * (high * between - residual) / (spread + n * high * between)};
  const auto average = [&](double one) { return k * one / (1 + (k - 1) * one); };
  icc.single_interval = limits;
  icc.average_interval = {average(limits.lower), average(limits.upper)};
  return icc;
}

}  // namespace

Result<IntraclassCorrelations> intraclass_correlations(const Matrix& ratings,
                                                       double confidence_level) {
  TRY(normal_multiplier(confidence_level));
  if (ratings.rows() < 2 || ratings.columns() < 2) {
    return Error{Errc::invalid_argument,
                 fmt::format("intraclass correlation: {} subjects and {} raters; needs 2 of each",
                             ratings.rows(), ratings.columns())};
  }
  TRY(check_sample(ratings.values(), "intraclass correlation"));
  IntraclassCorrelations result = mean_squares(ratings);
  if (!(result.between_subjects > 0)) {
    return Error{Errc::invalid_argument,
                 "intraclass correlation: the subjects' means do not differ"};
  }
  const Layout layout{static_cast<double>(ratings.rows()), static_cast<double>(ratings.columns()),
                      1 - (1 - confidence_level) / 2};
  const double n = layout.subjects;
  const double k = layout.raters;
  result.one_way = from_ratio(result.between_subjects, result.within_subjects, n * (k - 1), layout);
  result.consistency =
      from_ratio(result.between_subjects, result.residual, (n - 1) * (k - 1), layout);
  result.agreement = absolute_agreement(result, layout);
  return result;
}

}  // namespace kensho::stats
