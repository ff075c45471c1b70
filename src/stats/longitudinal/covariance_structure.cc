#include "stats/longitudinal/covariance_structure.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include <fmt/format.h>

namespace kensho::stats {
namespace {

constexpr std::array<std::pair<CovarianceKind, std::string_view>, 10> kind_names = {
    {{CovarianceKind::us, "us"},
     {CovarianceKind::cs, "cs"},
     {CovarianceKind::csh, "csh"},
     {CovarianceKind::ar1, "ar1"},
     {CovarianceKind::ar1h, "ar1h"},
     {CovarianceKind::toep, "toep"},
     {CovarianceKind::toeph, "toeph"},
     {CovarianceKind::ad, "ad"},
     {CovarianceKind::adh, "adh"},
     {CovarianceKind::sp_exp, "sp_exp"}}};

constexpr std::size_t most_visits = 40;

/// A correlation as a product of powers of the correlation parameters, each with an exponent.
struct Power {
  std::size_t parameter;
  double exponent;
};

std::vector<Power> correlation_powers(CovarianceKind kind, std::size_t row, std::size_t column,
                                      std::span<const double> times) {
  const std::size_t lag = row - column;
  std::vector<Power> powers;
  switch (kind) {
    case CovarianceKind::us:
    case CovarianceKind::cs:
    case CovarianceKind::toep:
      break;  // linear: they have no correlations
    case CovarianceKind::csh:
      powers = {{0, 1}};
      break;
    case CovarianceKind::ar1:
    case CovarianceKind::ar1h:
      powers = {{0, static_cast<double>(lag)}};
      break;
    case CovarianceKind::toeph:
      powers = {{lag - 1, 1}};
      break;
    case CovarianceKind::ad:
    case CovarianceKind::adh:
      for (std::size_t k = column; k < row; ++k) powers.push_back({k, 1});
      break;
    case CovarianceKind::sp_exp:
      powers = {{0, times[row] - times[column]}};
      break;
  }
  return powers;
}

/// The derivative of order `times` (0, 1 or 2) of x^exponent.
double power_derivative(double x, double exponent, int times) {
  double factor = 1;
  for (int i = 0; i < times; ++i) factor *= exponent - i;
  return factor == 0 ? 0 : factor * std::pow(x, exponent - times);  // exactly 0: a constant
}

/// The derivative of a product of powers; `by` holds the parameters it is differentiated by.
double product_derivative(std::span<const Power> powers, std::span<const double> correlations,
                          std::span<const std::size_t> by) {
  double product = 1;
  for (const std::size_t parameter : by) {
    if (std::ranges::find(powers, parameter, &Power::parameter) == powers.end()) return 0;
  }
  for (const Power& power : powers) {
    const auto times = static_cast<int>(std::ranges::count(by, power.parameter));
    product *= power_derivative(correlations[power.parameter], power.exponent, times);
  }
  return product;
}

/// The covariance sqrt(v_row v_column) c of one pair and its derivative by up to two parameters.
class NonlinearPair {
 public:
  NonlinearPair(std::size_t row, std::size_t column, std::size_t variances,
                std::vector<Power> powers)
      : row_(row), column_(column), variances_(variances), powers_(std::move(powers)) {}

  double derivative(std::span<const double> parameters, std::span<const std::size_t> by) const {
    std::vector<std::size_t> of_variances;
    std::vector<std::size_t> of_correlations;
    for (const std::size_t parameter : by) {
      if (parameter < variances_) {
        of_variances.push_back(parameter);
      } else {
        of_correlations.push_back(parameter - variances_);
      }
    }
    return scale(parameters, of_variances) *
           product_derivative(powers_, parameters.subspan(variances_), of_correlations);
  }

 private:
  double scale(std::span<const double> parameters, std::span<const std::size_t> by) const {
    const std::size_t row = variances_ == 1 ? 0 : row_;
    const std::size_t column = variances_ == 1 ? 0 : column_;
    std::vector<Power> powers = {{row, 1}};
    if (row != column) powers = {{row, 0.5}, {column, 0.5}};
    return product_derivative(powers, parameters, by);
  }

  std::size_t row_;
  std::size_t column_;
  std::size_t variances_;
  std::vector<Power> powers_;
};

/// Calls `visit(pair, row, column)` for every pair.
template <class Visit>
void for_each_pair(std::size_t visits, const Visit& visit) {
  for (std::size_t row = 0; row < visits; ++row) {
    for (std::size_t column = 0; column <= row; ++column) {
      visit(pair_index(row, column), row, column);
    }
  }
}

}  // namespace

std::string_view covariance_name(CovarianceKind kind) {
  return std::ranges::find(kind_names, kind, [](const auto& entry) { return entry.first; })->second;
}

Result<CovarianceKind> covariance_kind(std::string_view name) {
  std::string known;
  for (const auto& [kind, kind_name] : kind_names) {
    if (kind_name == name) return kind;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", kind_name);
  }
  return Error{Errc::invalid_argument,
               fmt::format("covariance structure '{}' is not known; take one of {}", name, known)};
}

Result<CovarianceStructure> CovarianceStructure::make(CovarianceKind kind, std::size_t visits,
                                                      std::vector<double> times) {
  if (visits < 2 || visits > most_visits) {
    return Error{Errc::invalid_argument,
                 fmt::format("repeated measures: {} distinct visits; from 2 to {} can be modelled "
                             "(one visit: take ancova; many times: take mixed_model)",
                             visits, most_visits)};
  }
  if (kind == CovarianceKind::sp_exp) {
    const auto increasing = [](double earlier, double later) { return earlier < later; };
    const bool ascending =
        std::ranges::adjacent_find(times, std::not_fn(increasing)) == times.end();
    if (times.size() != visits || !ascending ||
        !std::ranges::all_of(times, [](double time) { return std::isfinite(time); })) {
      return Error{
          Errc::invalid_argument,
          fmt::format("sp_exp needs the times of the {} visits, finite and ascending", visits)};
    }
  }
  return CovarianceStructure(kind, visits, std::move(times));
}

bool CovarianceStructure::linear() const {
  return kind_ == CovarianceKind::us || kind_ == CovarianceKind::cs ||
         kind_ == CovarianceKind::toep;
}

std::size_t CovarianceStructure::variances() const {
  switch (kind_) {
    case CovarianceKind::us:
    case CovarianceKind::csh:
    case CovarianceKind::ar1h:
    case CovarianceKind::toeph:
    case CovarianceKind::adh:
      return visits_;
    case CovarianceKind::cs:
    case CovarianceKind::ar1:
    case CovarianceKind::toep:
    case CovarianceKind::ad:
    case CovarianceKind::sp_exp:
      return 1;
  }
  return 0;
}

std::size_t CovarianceStructure::correlations() const {
  switch (kind_) {
    case CovarianceKind::us:
      return pairs() - visits_;
    case CovarianceKind::cs:
    case CovarianceKind::csh:
    case CovarianceKind::ar1:
    case CovarianceKind::ar1h:
    case CovarianceKind::sp_exp:
      return 1;
    case CovarianceKind::toep:
    case CovarianceKind::toeph:
    case CovarianceKind::ad:
    case CovarianceKind::adh:
      return visits_ - 1;
  }
  return 0;
}

std::size_t CovarianceStructure::linear_parameter(std::size_t row, std::size_t column) const {
  if (kind_ == CovarianceKind::toep) return row - column;
  if (kind_ == CovarianceKind::cs) return row == column ? 0 : 1;
  return row == column ? row : visits_ + pair_index(row - 1, column);  // us: covariances last
}

std::vector<std::string> CovarianceStructure::names(std::span<const std::string> labels) const {
  ENSURE(labels.size() == visits_);
  std::vector<std::string> names;
  if (variances() == 1) {
    names.emplace_back("variance");
  } else {
    for (const std::string& label : labels) names.push_back("variance " + label);
  }
  const std::string_view what = linear() ? "covariance" : "correlation";
  if (kind_ == CovarianceKind::us) {
    for_each_pair(visits_, [&](std::size_t, std::size_t row, std::size_t column) {
      if (row == column) return;
      names.push_back(fmt::format("{} {} {}", what, labels[column], labels[row]));
    });
  } else if (kind_ == CovarianceKind::ad || kind_ == CovarianceKind::adh) {
    for (std::size_t k = 0; k + 1 < visits_; ++k) {
      names.push_back(fmt::format("{} {} {}", what, labels[k], labels[k + 1]));
    }
  } else if (correlations() == 1) {
    names.emplace_back(what);
  } else {
    for (std::size_t lag = 1; lag < visits_; ++lag) {
      names.push_back(fmt::format("{} lag {}", what, lag));
    }
  }
  return names;
}

std::vector<double> CovarianceStructure::start(std::span<const double> variances_of_visits) const {
  ENSURE(variances_of_visits.size() == visits_);
  std::vector<double> parameters(this->parameters(), 0.0);
  if (variances() == 1) {
    parameters[0] = std::accumulate(variances_of_visits.begin(), variances_of_visits.end(), 0.0) /
                    static_cast<double>(visits_);
  } else {
    std::ranges::copy(variances_of_visits, parameters.begin());
  }
  if (kind_ == CovarianceKind::sp_exp) {  // rho > 0: a half at the mean step between visits
    const double step = (times_.back() - times_.front()) / static_cast<double>(visits_ - 1);
    parameters[1] = std::pow(0.5, 1 / step);
  }
  return parameters;
}

std::vector<double> CovarianceStructure::pair_covariances(
    std::span<const double> parameters) const {
  ENSURE(parameters.size() == this->parameters());
  std::vector<double> covariances(pairs());
  for_each_pair(visits_, [&](std::size_t pair, std::size_t row, std::size_t column) {
    covariances[pair] =
        linear() ? parameters[linear_parameter(row, column)]
                 : NonlinearPair(row, column, variances(),
                                 row == column ? std::vector<Power>{}
                                               : correlation_powers(kind_, row, column, times_))
                       .derivative(parameters, {});
  });
  return covariances;
}

Matrix CovarianceStructure::jacobian(std::span<const double> parameters) const {
  Matrix derivatives(pairs(), this->parameters());
  for_each_pair(visits_, [&](std::size_t pair, std::size_t row, std::size_t column) {
    if (linear()) {
      derivatives(pair, linear_parameter(row, column)) = 1;
      return;
    }
    const NonlinearPair covariance(
        row, column, variances(),
        row == column ? std::vector<Power>{} : correlation_powers(kind_, row, column, times_));
    for (std::size_t j = 0; j < this->parameters(); ++j) {
      derivatives(pair, j) = covariance.derivative(parameters, std::array{j});
    }
  });
  return derivatives;
}

std::vector<Matrix> CovarianceStructure::curvature(std::span<const double> parameters) const {
  if (linear()) return {};
  const std::size_t count = this->parameters();
  std::vector<Matrix> second(pairs(), Matrix(count, count));
  for_each_pair(visits_, [&](std::size_t pair, std::size_t row, std::size_t column) {
    const NonlinearPair covariance(
        row, column, variances(),
        row == column ? std::vector<Power>{} : correlation_powers(kind_, row, column, times_));
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        second[pair](i, j) = second[pair](j, i) =
            covariance.derivative(parameters, std::array{i, j});
      }
    }
  });
  return second;
}

}  // namespace kensho::stats
