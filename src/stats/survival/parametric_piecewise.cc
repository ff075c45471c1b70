#include "stats/survival/parametric_piecewise.h"

#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "stats/describe/compensated_sum.h"
#include "stats/regression/glm.h"
#include "stats/survival/survival_data.h"

namespace kensho::stats {
namespace {

Error refused(std::string message) {
  return {Errc::invalid_argument, "piecewise exponential: " + std::move(message)};
}

Status check(std::span<const double> time, std::span<const int> event, const Matrix& x,
             std::span<const double> cuts) {
  TRY(check_follow_up(time, event, 1));
  if (x.columns() > 0 && x.rows() != time.size()) {
    return refused(fmt::format("{} times and {} rows of covariates", time.size(), x.rows()));
  }
  for (std::size_t i = 0; i < time.size(); ++i) {
    if (time[i] == 0) return refused(fmt::format("row {}: a follow-up of 0", i + 1));
  }
  double last = 0;
  for (const double cut : cuts) {
    if (!(cut > last) || !std::isfinite(cut)) {
      return refused(fmt::format("the cut {} does not come after {}", cut, last));
    }
    last = cut;
  }
  return ok();
}

/// A subject's stay in a piece.
struct Stay {
  std::size_t subject;
  std::size_t piece;
  double time;
  double events;
};

std::vector<HazardPiece> pieces_of(std::span<const double> cuts) {
  std::vector<HazardPiece> pieces;
  double from = 0;
  for (const double cut : cuts) {
    pieces.push_back({from, cut, 0, 0});
    from = cut;
  }
  pieces.push_back({from, std::numeric_limits<double>::infinity(), 0, 0});
  return pieces;
}

std::vector<Stay> stays_of(std::span<const double> time, std::span<const int> event,
                           std::vector<HazardPiece>& pieces) {
  std::vector<Stay> stays;
  for (std::size_t i = 0; i < time.size(); ++i) {
    for (std::size_t k = 0; k < pieces.size() && pieces[k].from < time[i]; ++k) {
      const bool last = time[i] <= pieces[k].to;
      const Stay stay{i, k, (last ? time[i] : pieces[k].to) - pieces[k].from,
                      last && event[i] == 1 ? 1.0 : 0.0};
      pieces[k].time += stay.time;
      pieces[k].events += stay.events;
      stays.push_back(stay);
    }
  }
  return stays;
}

}  // namespace

Result<PiecewiseExponential> fit_piecewise_exponential(std::span<const double> time,
                                                       std::span<const int> event, const Matrix& x,
                                                       std::span<const double> cuts,
                                                       std::span<const std::string> names,
                                                       unsigned threads) {
  TRY(check(time, event, x, cuts));
  std::vector<HazardPiece> pieces = pieces_of(cuts);
  const std::vector<Stay> stays = stays_of(time, event, pieces);
  std::vector<std::string> all_names;
  for (const HazardPiece& piece : pieces) {
    all_names.push_back(fmt::format("({}, {}]", piece.from, piece.to));
    if (piece.events == 0) return refused("no event in the piece " + all_names.back());
  }
  for (std::size_t j = 0; j < x.columns(); ++j) {
    all_names.push_back(j < names.size() ? names[j] : fmt::format("column {}", j + 1));
  }
  Matrix design(stays.size(), pieces.size() + x.columns());
  std::vector<double> log_time;
  std::vector<double> stay_events;
  CompensatedSum log_times;
  for (std::size_t row = 0; row < stays.size(); ++row) {
    const Stay& stay = stays[row];
    design(row, stay.piece) = 1;
    for (std::size_t j = 0; j < x.columns(); ++j) {
      design(row, pieces.size() + j) = x(stay.subject, j);
    }
    log_time.push_back(std::log(stay.time));
    stay_events.push_back(stay.events);
    if (stay.events > 0) log_times.add(log_time.back());
  }
  Glm fit =
      TRY(fit_glm({.x = design, .y = stay_events, .offset = log_time, .names = all_names},
                  {.model = {.family = Family::poisson, .link = Link::log}, .threads = threads}));
  const auto middle = fit.coefficients.begin() + static_cast<std::ptrdiff_t>(pieces.size());
  return PiecewiseExponential{.pieces = std::move(pieces),
                              .log_hazards = {fit.coefficients.begin(), middle},
                              .coefficients = {middle, fit.coefficients.end()},
                              .covariance = std::move(fit.covariance),
                              .log_likelihood = fit.log_likelihood - log_times.value(),
                              .rows = stays.size()};
}

}  // namespace kensho::stats
