#include "stats/sequential/spending.h"

#include <cmath>
#include <numbers>

#include "stats/dist/distributions.h"

namespace kensho::stats {

double spent(const Spending& spending, double information, double rate) {
  const double gamma = spending.parameter;
  switch (spending.shape) {
    case SpendingShape::obrien_fleming:
      return 2 * normal_cdf(normal_quantile(rate / 2) / std::sqrt(information));
    case SpendingShape::pocock:
      return rate * std::log1p((std::numbers::e - 1) * information);
    case SpendingShape::kim_demets:
      return rate * std::pow(information, gamma);
    case SpendingShape::hwang_shih_decani:
      break;
  }
  if (gamma == 0) return rate * information;
  return rate * std::expm1(-gamma * information) / std::expm1(-gamma);
}

Status check(const Spending& spending) {
  const double parameter = spending.parameter;
  if (!(std::abs(parameter) <= 50) ||
      (spending.shape == SpendingShape::kim_demets && !(parameter > 0))) {
    return Error{Errc::invalid_argument,
                 "spending function: the parameter must lie within 50 of 0, and above 0 for "
                 "Kim-DeMets"};
  }
  return ok();
}

}  // namespace kensho::stats
