#include "stats/longitudinal/gee_sandwich.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Dense>
#include <fmt/format.h>

#include "stats/linear/eigen_view.h"
#include "stats/linear/positive_definite.h"

namespace kensho::stats {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

// The largest share of a coefficient's information that Fay and Graubard let one cluster have.
constexpr double SHARE_MAX = 0.75;

}  // namespace

Result<ScoreCorrection> ScoreCorrection::make(SandwichCorrection kind, const Matrix& information,
                                              std::span<const std::string> names) {
  const CholeskyFactor factor = TRY(CholeskyFactor::make(information, "GEE: the design", names));
  return ScoreCorrection(kind, factor.lower(), factor.inverse());
}

Result<std::vector<double>> ScoreCorrection::apply(std::span<const double> cluster_information,
                                                   std::span<const double> score, int label) const {
  if (kind_ == SandwichCorrection::none) return std::vector<double>(score.begin(), score.end());
  const auto p = static_cast<Eigen::Index>(score.size());
  const Eigen::Map<const MatrixXd> g(cluster_information.data(), p, p);
  const VectorXd u = as_eigen(score);
  if (kind_ == SandwichCorrection::fay_graubard) {
    const MatrixXd share = g * as_eigen(inverse_);
    return to_vector((u.array() / (1 - share.diagonal().array().min(SHARE_MAX)).sqrt()).matrix());
  }
  // similar to I - G M^-1 and symmetric: I - L^-1 G L'^-1
  const auto lower = as_eigen(lower_).triangularView<Eigen::Lower>();
  const MatrixXd half = lower.solve(g);
  const MatrixXd leverage = lower.solve(half.transpose());
  const Eigen::SelfAdjointEigenSolver<MatrixXd> eigen(leverage);
  const Eigen::ArrayXd left = 1 - eigen.eigenvalues().array();
  if (!(left.minCoeff() > 1e-10)) {
    return Error{
        Errc::invalid_argument,
        fmt::format("GEE: cluster {} alone determines a coefficient, so that its residuals "
                    "say nothing; use another correction or a smaller model",
                    label)};
  }
  const bool is_whole = kind_ == SandwichCorrection::mancl_derouen;
  const Eigen::ArrayXd factor = is_whole ? Eigen::ArrayXd(left.inverse()) : left.rsqrt();
  const VectorXd turned = eigen.eigenvectors().transpose() * lower.solve(u);
  return to_vector(lower * (eigen.eigenvectors() * (factor * turned.array()).matrix()));
}

}  // namespace kensho::stats
