#include "stats/survival/fine_gray_variance.h"

#include <vector>

namespace kensho::stats {
namespace {

// Turns the rows of covariates into the influences of the subjects on the score, in one walk.
class Influence {
 public:
  Influence(SubdistributionSample& sample, const SubdistributionRisk& risk)
      : sample_(sample),
        risk_(risk),
        p_(sample.covariates),
        mean_to_come_((sample.cause_times.size() + 1) * p_),
        mean_so_far_(p_),
        competing_x_(p_),
        drift_(p_),
        rate_(p_) {
    for (std::size_t k = sample.cause_times.size(); k-- > 0;) {
      const double weight = sample.cause_times[k].censoring_survival * risk.hazard[k];
      for (std::size_t j = 0; j < p_; ++j) {
        mean_to_come_[k * p_ + j] =
            mean_to_come_[(k + 1) * p_ + j] + weight * risk.mean[k * p_ + j];
      }
    }
  }

  void replace_rows() {
    std::size_t row = 0;
    for (const CensoringTime& censoring : sample_.censoring_times) {
      for (; row < censoring.first; ++row) leave(row);
      pull(censoring);
      for (; row < censoring.end; ++row) {
        leave(row);
        if (sample_.ending[row] != Ending::censored) continue;
        for (std::size_t j = 0; j < p_; ++j) sample_.x[row * p_ + j] += rate_[j];
      }
    }
    for (; row < sample_.subjects(); ++row) leave(row);
  }

 private:
  // What a change of the censoring hazard at this time does to the score: it reweighs those who had
  // a competing event before, at all cause times from here on (s >= u > X in the paper).
  void pull(const CensoringTime& censoring) {
    const std::uint32_t from = censoring.reached_before;
    for (std::size_t j = 0; j < p_; ++j) {
      const double change =
          competing_x_[j] * risk_.hazard_to_come[from] - competing_ * mean_to_come_[from * p_ + j];
      rate_[j] = change / censoring.at_risk;
      drift_[j] += rate_[j] * censoring.censored / censoring.at_risk;
    }
  }

  // Rows come in ascending time: take in the cause times up to this row's.
  void reach(std::uint32_t reached) {
    for (; reached_ < reached; ++reached_) {
      const double hazard = risk_.hazard[reached_];
      const double* mean = risk_.mean.data() + reached_ * p_;
      for (std::size_t j = 0; j < p_; ++j) mean_so_far_[j] += hazard * mean[j];
    }
  }

  // The subject of this row leaves the risk set: its influence is complete but for a censoring.
  void leave(std::size_t row) {
    const std::uint32_t reached = sample_.reached[row];
    reach(reached);
    double* x = sample_.x.data() + row * p_;
    const double risk = risk_.risk[row];
    const double competing = risk * sample_.inverse_censoring[row];
    const double event = sample_.ending[row] == Ending::of_cause ? 1 : 0;
    const double residual = event - expected_events(sample_, risk_, row);
    const double* to_come = mean_to_come_.data() + reached * p_;
    // A row without an event may have reached no cause time; it then reads no mean.
    const double* mean = event > 0 ? risk_.mean.data() + (reached - 1) * p_ : drift_.data();
    for (std::size_t j = 0; j < p_; ++j) {
      const double value = x[j];
      x[j] = value * residual - event * mean[j] + risk * mean_so_far_[j] + competing * to_come[j] -
             drift_[j];
      competing_x_[j] += competing * value;
    }
    competing_ += competing;
  }

  SubdistributionSample& sample_;  // borrowed for the walk, as is the risk
  const SubdistributionRisk& risk_;
  std::size_t p_;
  std::vector<double> mean_to_come_;  // by times reached: sum of G(t-) mean * hazard after there
  std::vector<double> mean_so_far_;   // now: sum of mean * hazard
  std::uint32_t reached_ = 0;
  double competing_ = 0;             // of those who left by a competing event: sums of risk / G
  std::vector<double> competing_x_;  // and of that times x
  std::vector<double> drift_;        // sum of rate times the censoring hazard
  std::vector<double> rate_;         // the pull at the present censoring time, by those at risk
};

}  // namespace

Matrix score_covariance(SubdistributionSample& sample, const SubdistributionRisk& risk,
                        unsigned threads) {
  Influence(sample, risk).replace_rows();
  return gram_of_rows(sample.x, sample.covariates, {}, threads);
}

}  // namespace kensho::stats
