// The families and links of generalised linear models, one observation at a time.
#pragma once

#include <cmath>
#include <optional>
#include <string_view>

namespace kensho::stats {

/// The distribution of an outcome about its mean.
enum class Family : unsigned char { gaussian, binomial, poisson, gamma, negative_binomial };

/// The function of the mean that is linear.
enum class Link : unsigned char { identity, log, logit, probit, complementary_log_log, inverse };

/// A family, its link, and for the negative binomial its size theta: variance m + m^2 / theta.
struct GlmModel {
  Family family = Family::binomial;
  Link link = Link::logit;
  double theta = 1;
};

std::string_view name_of(Family family);
std::string_view name_of(Link link);
/// The family or link of that name ("cloglog" for the complementary log-log), if there is one.
std::optional<Family> family_named(std::string_view name);
std::optional<Link> link_named(std::string_view name);
/// The link a family has when none is chosen: the canonical one, but log for gamma and negative
/// binomial.
Link default_link(Family family);
/// Whether the variance is known once the mean is: dispersion 1.
bool dispersion_is_one(Family family);

/// A mean as a function of the linear predictor, with what rounding would lose.
struct Mean {
  double value;
  double complement;  // 1 - value, exact where value is near 1
  double slope;       // d value / d eta
};
Mean mean_at(Link link, double eta);
/// The linear predictor of a mean inside the link's range.
double link_of(Link link, double mean);

/// The variance function. 0 or less where the mean is impossible.
double variance_of(const GlmModel& model, const Mean& mean);

/// log f(y; mean) up to terms that do not depend on the mean (at dispersion 1); -infinity where the
/// mean is impossible for this y.
double kernel(const GlmModel& model, double y, const Mean& mean);

/// Twice the log-likelihood lost against the mean y, at dispersion 1 and weight 1.
double unit_deviance(const GlmModel& model, double y, const Mean& mean);

/// Whether y is an outcome of the family: in [0, 1], not negative, or above 0.
bool possible(Family family, double y);

}  // namespace kensho::stats
