#include "stats/regression/glm_maximum.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "stats/linear/gram.h"
#include "stats/linear/positive_definite.h"
#include "stats/linear/vector.h"
#include "stats/regression/column_name.h"

namespace kensho::stats {
namespace {

constexpr int iterations_max = 100;
constexpr int halvings_max = 40;
// Newton's steps square the error, so what a decrement of 1e-14 promises is reached by the step
// after it. Away from the canonical link Fisher's steps only divide it, and go on for longer.
constexpr double canonical_decrement = 1e-14;
constexpr double other_decrement = 1e-20;
constexpr std::size_t rows_for_subsample = 65'536;
constexpr std::size_t subsample_stride = 16;
// A last step that still moves a linear predictor by this much climbs an endless ridge.
constexpr double endless_step = 1e-3;

// ---- the climb --------------------------------------------------------------------------------

/// Where the log-likelihood kernel is counted in: the dispersion, roughly.
double scale_of(const GlmModel& model, const GlmPass& here, double rows) {
  if (dispersion_is_one(model.family)) return 1;
  return model.family == Family::gaussian ? std::max(-2 * here.kernel / rows, 1e-300) : 1;
}

double limit_of(const GlmData& data, const GlmModel& model, const GlmPass& here) {
  const double scale = scale_of(model, here, static_cast<double>(data.y.size()));
  const bool canonical = (model.family == Family::binomial && model.link == Link::logit) ||
                         (model.family == Family::poisson && model.link == Link::log) ||
                         (model.family == Family::gaussian && model.link == Link::identity);
  return (canonical ? canonical_decrement : other_decrement) * scale *
         std::max(1.0, std::abs(here.kernel) / scale / 1e3);
}

/// Names the column along which the likelihood rises for ever.
Error separated(const GlmData& data, const GlmModel& model, std::span<const double> step) {
  std::size_t worst = 0;
  double most = -1;
  for (std::size_t j = 0; j < data.x.columns(); ++j) {
    const auto [low, high] = std::ranges::minmax(data.x.column(j));
    const double reach = std::abs(step[j]) * (high - low);
    if (reach > most) {
      most = reach;
      worst = j;
    }
  }
  const std::string_view advice = model.family == Family::binomial
                                      ? "; leave it out, merge levels, or use firth_logistic"
                                      : "; leave it out or merge levels";
  return {Errc::invalid_argument,
          fmt::format("{} model: column '{}' separates the outcomes: its coefficient grows without "
                      "bound{}",
                      name_of(model.family), column_name(data.names, worst), advice)};
}

bool endless(const GlmData& data, std::span<const double> step) {
  double most = 0;
  const std::vector<double> moved = times(data.x, step);
  for (std::size_t i = 0; i < moved.size(); ++i) {
    if (weight_at(data.weight, i) > 0) most = std::max(most, std::abs(moved[i]));
  }
  return most > endless_step;
}

Error not_converged(const GlmData& data, const GlmModel& model, const GlmMaximum& climb,
                    std::span<const double> step) {
  if (dispersion_is_one(model.family) && climb.decrement < 1e-3 && endless(data, step)) {
    return separated(data, model, step);
  }
  double gradient = 0;
  for (const double u : climb.here.score) gradient = std::max(gradient, std::abs(u));
  return {Errc::not_converged,
          fmt::format("{} model with {} link: did not converge in {} iterations (decrement {:.3g}, "
                      "largest gradient {:.3g}); the maximum may lie on the edge of what means are "
                      "possible",
                      name_of(model.family), name_of(model.link), climb.iterations, climb.decrement,
                      gradient)};
}

/// The next point along the step, halved while the likelihood falls; false: no point was better.
bool advance(const GlmData& data, const GlmChoice& choice, std::span<const double> step,
             PassKind kind, GlmMaximum& climb) {
  const double floor = climb.here.kernel - 1e-12 * (1 + std::abs(climb.here.kernel));
  double by = 1;
  for (int halving = 0; halving <= halvings_max; ++halving, by /= 2) {
    std::vector<double> next = climb.at;
    for (std::size_t j = 0; j < next.size(); ++j) next[j] += by * step[j];
    GlmPass there = glm_pass(data, choice.model, next, kind, choice.threads);
    if (!(there.kernel >= floor)) continue;
    climb.at = std::move(next);
    climb.here = std::move(there);
    return true;
  }
  return false;
}

Result<CholeskyFactor> factored(const GlmData& data, const GlmModel& model, const GlmMaximum& climb,
                                std::span<const double> last_step) {
  auto factor = CholeskyFactor::make(
      climb.here.information, fmt::format("the information of the {} model", name_of(model.family)),
      data.names);
  if (!factor && climb.iterations > 0 && dispersion_is_one(model.family) &&
      endless(data, last_step)) {
    return separated(data, model, last_step);
  }
  return factor;
}

// ---- where to begin ---------------------------------------------------------------------------

/// Every 16th row, copied.
struct Subsample {
  Matrix x;
  std::vector<double> y;
  std::vector<double> weight;
  std::vector<double> offset;
};

std::vector<double> thinned(std::span<const double> values) {
  std::vector<double> kept;
  for (std::size_t i = 0; i < values.size(); i += subsample_stride) kept.push_back(values[i]);
  return kept;
}

Subsample subsample(const GlmData& data) {
  Subsample part{{}, thinned(data.y), thinned(data.weight), thinned(data.offset)};
  std::vector<double> values;
  for (std::size_t j = 0; j < data.x.columns(); ++j) {
    const std::vector<double> column = thinned(data.x.column(j));
    values.insert(values.end(), column.begin(), column.end());
  }
  part.x = Matrix(part.y.size(), data.x.columns(), std::move(values));
  return part;
}

/// Steps with an information already factored, while each divides the decrement by 100. The point
/// that is foreseen to be the last is given its information at once: true.
Result<bool> take_cheap_steps(const GlmData& data, const GlmChoice& choice,
                              const CholeskyFactor& factor, std::vector<double>& step,
                              GlmMaximum& climb, double limit) {
  bool last = false;
  for (double before = climb.decrement; !last && ++climb.iterations < iterations_max;) {
    if (!advance(data, choice, step, PassKind::score, climb)) {
      return not_converged(data, choice.model, climb, step);
    }
    step = factor.solve(climb.here.score);
    climb.decrement = dot(step, climb.here.score);
    if (climb.decrement <= limit * 1e-4 || climb.decrement > before / 100) return false;
    last = climb.decrement * (climb.decrement / before) <= limit * 1e-4;
    before = climb.decrement;
  }
  if (!last) return false;
  if (!advance(data, choice, step, PassKind::score_and_information, climb)) {
    return not_converged(data, choice.model, climb, step);
  }
  step = factor.solve(climb.here.score);
  climb.decrement = dot(step, climb.here.score);
  return true;
}

}  // namespace

Result<GlmMaximum> maximise_glm(const GlmData& data, const GlmChoice& choice,
                                std::vector<double> start) {
  GlmMaximum climb{std::move(start), {}, 0, 0};
  climb.here =
      glm_pass(data, choice.model, climb.at, PassKind::score_and_information, choice.threads);
  std::vector<double> step(climb.at.size());
  bool polished = false;
  while (climb.iterations < iterations_max) {
    const CholeskyFactor factor = TRY(factored(data, choice.model, climb, step));
    step = factor.solve(climb.here.score);
    climb.decrement = dot(step, climb.here.score);
    const double limit = limit_of(data, choice.model, climb.here);
    const bool small = climb.decrement <= limit;
    if (small && dispersion_is_one(choice.model.family) && endless(data, step)) {
      return separated(data, choice.model, step);
    }
    if (small && polished) return climb;
    const bool near = climb.decrement <= 1 && data.y.size() >= rows_for_subsample;
    polished = small;
    ++climb.iterations;
    if (!near) {
      if (!advance(data, choice, step, PassKind::score_and_information, climb)) {
        return not_converged(data, choice.model, climb, step);
      }
      continue;
    }
    const bool done = TRY(take_cheap_steps(data, choice, factor, step, climb, limit));
    polished = climb.decrement <= limit;
    if (!done) {
      climb.here =
          glm_pass(data, choice.model, climb.at, PassKind::score_and_information, choice.threads);
    }
  }
  return not_converged(data, choice.model, climb, step);
}

std::optional<std::vector<double>> constant_only(const GlmData& data, const GlmModel& model) {
  for (std::size_t j = 0; j < data.x.columns(); ++j) {
    const auto column = data.x.column(j);
    const double first = column.front();
    if (first == 0 || !std::ranges::all_of(column, [&](double v) { return v == first; })) continue;
    double total = 0;
    double weights = 0;
    for (std::size_t i = 0; i < data.y.size(); ++i) {
      total += weight_at(data.weight, i) * data.y[i];
      weights += weight_at(data.weight, i);
    }
    const double eta = link_of(model.link, total / weights);
    if (!std::isfinite(eta)) return std::nullopt;
    std::vector<double> start(data.x.columns());
    start[j] = eta / first;
    return start;
  }
  return std::nullopt;
}

bool possible_start(const GlmData& data, const GlmChoice& choice, std::span<const double> at) {
  if (choice.model.link == Link::logit) return true;
  return std::isfinite(glm_pass(data, choice.model, at, PassKind::score, choice.threads).kernel);
}

Result<std::vector<double>> start_of_glm(const GlmData& data, const GlmChoice& choice) {
  if (data.y.size() >= rows_for_subsample && data.y.size() >= 1000 * data.x.columns()) {
    const Subsample part = subsample(data);
    const GlmData few{part.x, part.y, part.weight, part.offset, data.names};
    if (auto start = start_of_glm(few, choice)) {
      auto climb = maximise_glm(few, choice, *start);
      if (climb && possible_start(data, choice, (*climb).at)) return (*climb).at;
    }
  }
  const GlmPass first = starting_pass(data, choice.model, choice.threads);
  const auto factor = CholeskyFactor::make(
      first.information, fmt::format("the design of the {} model", name_of(choice.model.family)),
      data.names);
  if (!factor) return factor.error();
  std::vector<double> start = (*factor).solve(first.score);
  if (possible_start(data, choice, start)) return start;
  if (auto constant = constant_only(data, choice.model)) {
    if (possible_start(data, choice, *constant)) return *constant;
  }
  return Error{Errc::not_converged,
               fmt::format("{} model with {} link: no starting point gives possible means; pass "
                           "one, or choose another link",
                           name_of(choice.model.family), name_of(choice.model.link))};
}

}  // namespace kensho::stats
