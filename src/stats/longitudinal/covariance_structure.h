// How the outcomes of one subject at several visits vary together.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "stats/linear/matrix.h"

namespace kensho::stats {

/// The structures, by the names of SAS and of R's mmrm. A name that ends in h has one variance a
/// visit, the others (but us) have one for all.
enum class CovarianceKind : unsigned char {
  us,      // unstructured: every variance and covariance free
  cs,      // compound symmetry: one variance, one covariance
  csh,     // variances by visit, one correlation
  ar1,     // one variance, correlation rho^lag
  ar1h,    // variances by visit, correlation rho^lag
  toep,    // one variance, one covariance a lag
  toeph,   // variances by visit, one correlation a lag
  ad,      // one variance; neighbours correlate freely, others by the product between them
  adh,     // ante-dependence with variances by visit
  sp_exp,  // one variance, correlation rho^distance in time, rho > 0
};

/// "us", "cs", ... and back. Errors: invalid_argument, with the names there are.
std::string_view covariance_name(CovarianceKind kind);
Result<CovarianceKind> covariance_kind(std::string_view name);

/// The place of the covariance of visits row >= column among the pairs.
constexpr std::size_t pair_index(std::size_t row, std::size_t column) {
  return row * (row + 1) / 2 + column;
}

/// The covariance of m visits as a function of its parameters: variances first, then correlations
/// (for us, cs and toep: covariances, in which they are linear).
class CovarianceStructure {
 public:
  /// `times` of the visits, strictly ascending, are needed by sp_exp alone.
  /// Errors  invalid_argument: fewer than 2 visits, more than 40 (the information has the fourth
  ///         power of that many numbers), or times that are missing, not finite or not ascending.
  static Result<CovarianceStructure> make(CovarianceKind kind, std::size_t visits,
                                          std::vector<double> times = {});

  CovarianceKind kind() const { return kind_; }
  std::size_t visits() const { return visits_; }
  std::size_t pairs() const { return visits_ * (visits_ + 1) / 2; }
  std::size_t parameters() const { return variances() + correlations(); }
  bool linear() const;

  /// "variance 1", "covariance 2 1", "correlation", ...: visits by their labels.
  std::vector<std::string> names(std::span<const std::string> labels) const;
  /// Independent visits with these variances, or with their mean.
  std::vector<double> start(std::span<const double> variances) const;
  /// The covariance of each pair of visits, by pair_index.
  std::vector<double> pair_covariances(std::span<const double> parameters) const;
  /// Their derivatives: pairs by parameters.
  Matrix jacobian(std::span<const double> parameters) const;
  /// Their second derivatives, one matrix a pair; empty where the structure is linear.
  std::vector<Matrix> curvature(std::span<const double> parameters) const;

 private:
  CovarianceStructure(CovarianceKind kind, std::size_t visits, std::vector<double> times)
      : kind_(kind), visits_(visits), times_(std::move(times)) {}
  std::size_t variances() const;
  std::size_t correlations() const;
  std::size_t linear_parameter(std::size_t row, std::size_t column) const;

  CovarianceKind kind_;
  std::size_t visits_;
  std::vector<double> times_;
};

}  // namespace kensho::stats
