#include "stats/longitudinal/mmrm.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include <Eigen/Dense>
#include <fmt/format.h>

#include "stats/linear/eigen_view.h"

namespace kensho::stats {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

Status check_lengths(const RepeatedMeasures& data) {
  const std::size_t n = data.x.rows();
  if (n == 0 || data.y.size() != n || data.subject.size() != n || data.visit.size() != n ||
      (!data.group.empty() && data.group.size() != n)) {
    return Error{
        Errc::invalid_argument,
        fmt::format("repeated measures: {} rows of the design, {} outcomes, {} subjects, "
                    "{} visits, {} groups; all must be as many",
                    n, data.y.size(), data.subject.size(), data.visit.size(), data.group.size())};
  }
  return ok();
}

std::vector<int> distinct_of(std::span<const int> labels) {
  std::vector<int> distinct(labels.begin(), labels.end());
  std::ranges::sort(distinct);
  const auto rest = std::ranges::unique(distinct);
  distinct.erase(rest.begin(), rest.end());
  return distinct;
}

std::size_t place(const std::vector<int>& distinct, int label) {
  return static_cast<std::size_t>(std::ranges::lower_bound(distinct, label) - distinct.begin());
}

/// The rows of one subject in the sorted data.
struct Subject {
  std::size_t first;
  std::vector<std::size_t> visits;  // places among the distinct
  std::size_t group;
};

/// The data in order of subject and visit, and who has which visits.
struct Sorted {
  Matrix x;
  std::vector<double> y;
  std::vector<int> visits;
  std::vector<int> groups;
  std::vector<Subject> subjects;
};

Result<std::vector<Subject>> subjects_of(const RepeatedMeasures& data,
                                         std::span<const std::size_t> order, const Sorted& sorted) {
  std::vector<Subject> subjects;
  const auto group_of = [&](std::size_t row) {
    return data.group.empty() ? 0 : place(sorted.groups, data.group[row]);
  };
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::size_t row = order[i];
    const std::size_t visit = place(sorted.visits, data.visit[row]);
    if (i == 0 || data.subject[row] != data.subject[order[i - 1]]) {
      subjects.push_back({i, {visit}, group_of(row)});
      continue;
    }
    Subject& subject = subjects.back();
    if (subject.visits.back() == visit) {
      return Error{
          Errc::invalid_argument,
          fmt::format("repeated measures: the subject of row {} has two rows for visit {}; "
                      "keep one",
                      row + 1, data.visit[row])};
    }
    if (subject.group != group_of(row)) {
      return Error{Errc::invalid_argument,
                   fmt::format("repeated measures: the covariance group changes within the subject "
                               "of row {}",
                               row + 1)};
    }
    subject.visits.push_back(visit);
  }
  return subjects;
}

Result<Sorted> sorted_by_subject(const RepeatedMeasures& data) {
  TRY(check_lengths(data));
  const std::size_t n = data.x.rows();
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {},
                    [&](std::size_t row) { return std::pair(data.subject[row], data.visit[row]); });
  Sorted sorted{Matrix(n, data.x.columns()),
                std::vector<double>(n),
                distinct_of(data.visit),
                data.group.empty() ? std::vector<int>{0} : distinct_of(data.group),
                {}};
  for (std::size_t i = 0; i < n; ++i) sorted.y[i] = data.y[order[i]];
  for (std::size_t j = 0; j < data.x.columns(); ++j) {
    const auto from = data.x.column(j);
    const auto to = sorted.x.column(j);
    for (std::size_t i = 0; i < n; ++i) to[i] = from[order[i]];
  }
  sorted.subjects = TRY(subjects_of(data, order, sorted));
  return sorted;
}

/// Subjects by group and visits: the key of a pattern.
using Members =
    std::map<std::pair<std::size_t, std::vector<std::size_t>>, std::vector<std::size_t>>;

Members members_of(const Sorted& sorted) {
  Members members;
  for (const Subject& subject : sorted.subjects) {
    members[{subject.group, subject.visits}].push_back(subject.first);
  }
  return members;
}

Matrix cross_products(const Matrix& z, std::span<const std::size_t> first_rows, std::size_t rows) {
  const auto width = static_cast<Index>(z.columns());
  const auto count = static_cast<Index>(first_rows.size());
  const auto design = as_eigen(z);
  const auto m = static_cast<Index>(rows);
  MatrixXd wide(m * width, count);  // a subject a column
  for (Index i = 0; i < count; ++i) {
    const auto first = static_cast<Index>(first_rows[static_cast<std::size_t>(i)]);
    for (Index a = 0; a < m; ++a) {
      wide.col(i).segment(a * width, width) = design.row(first + a).transpose();
    }
  }
  MatrixXd cross = MatrixXd::Zero(m * width, m * width);
  cross.selfadjointView<Eigen::Lower>().rankUpdate(wide);
  cross.triangularView<Eigen::StrictlyUpper>() = cross.transpose();
  return to_matrix(cross);
}

PatternSums pattern_sums(const Sorted& sorted, const Matrix& z, std::size_t pairs) {
  PatternSums sums{.patterns = {},
                   .coefficients = z.columns() - 1,
                   .parameters = pairs * sorted.groups.size(),
                   .observations = static_cast<double>(z.rows())};
  for (const auto& [key, first_rows] : members_of(sorted)) {
    const auto& [group, visits] = key;
    std::vector<BasisEntry> basis;
    for (std::size_t a = 0; a < visits.size(); ++a) {
      for (std::size_t b = 0; b <= a; ++b) {
        basis.push_back({a, b, group * pairs + pair_index(visits[a], visits[b]), 1.0});
      }
    }
    sums.patterns.push_back(make_pattern(static_cast<double>(first_rows.size()), visits.size(),
                                         std::move(basis),
                                         cross_products(z, first_rows, visits.size())));
  }
  return sums;
}

/// Refuses what no covariance of the kind could be estimated from.
Status check_support(const Sorted& sorted, const PatternSums& sums,
                     const CovarianceStructure& structure) {
  if (structure.kind() != CovarianceKind::us) return ok();
  std::vector<bool> seen(sums.parameters, false);
  for (const Pattern& pattern : sums.patterns) {
    for (const BasisEntry& entry : pattern.basis) seen[entry.parameter] = true;
  }
  for (std::size_t group = 0; group < sorted.groups.size(); ++group) {
    for (std::size_t a = 0; a < sorted.visits.size(); ++a) {
      for (std::size_t b = 0; b <= a; ++b) {
        if (seen[group * structure.pairs() + pair_index(a, b)]) continue;
        return Error{Errc::invalid_argument,
                     fmt::format("repeated measures: no subject{} has both visit {} and visit {}, "
                                 "so their covariance cannot be estimated; take another structure",
                                 sorted.groups.size() > 1 ? " of a group" : "", sorted.visits[b],
                                 sorted.visits[a])};
      }
    }
  }
  return ok();
}

/// Variances of the least-squares residuals by visit, of all groups together.
Result<std::vector<double>> residual_variances(const Sorted& sorted, const Matrix& z) {
  std::vector<double> squares(sorted.visits.size(), 0.0);
  std::vector<double> counts(sorted.visits.size(), 0.0);
  const auto residual = z.column(z.columns() - 1);
  for (const Subject& subject : sorted.subjects) {
    for (std::size_t a = 0; a < subject.visits.size(); ++a) {
      const double r = residual[subject.first + a];
      squares[subject.visits[a]] += r * r;
      ++counts[subject.visits[a]];
    }
  }
  const double total = std::accumulate(squares.begin(), squares.end(), 0.0);
  for (std::size_t v = 0; v < squares.size(); ++v) {
    squares[v] /= counts[v];
    if (squares[v] <= 1e-20 * total) {
      return Error{Errc::invalid_argument,
                   fmt::format("repeated measures: at visit {} nothing is left to vary once the "
                               "design is fitted; leave the visit out or take a smaller design",
                               sorted.visits[v])};
    }
  }
  return squares;
}

/// The structure once for every group, one after another.
Parametrisation by_group(const CovarianceStructure& structure, const Sorted& sorted) {
  const std::size_t count = structure.parameters();
  const std::size_t pairs = structure.pairs();
  const std::size_t groups = sorted.groups.size();
  std::vector<std::string> labels;
  for (const int visit : sorted.visits) labels.push_back(fmt::format("{}", visit));
  Parametrisation whole;
  for (std::size_t g = 0; g < groups; ++g) {
    for (const std::string& name : structure.names(labels)) {
      whole.names.push_back(groups == 1 ? name
                                        : fmt::format("{}, group {}", name, sorted.groups[g]));
    }
  }
  whole.value = [=](std::span<const double> parameters) {
    std::vector<double> values;
    for (std::size_t g = 0; g < groups; ++g) {
      const auto part = structure.pair_covariances(parameters.subspan(g * count, count));
      values.insert(values.end(), part.begin(), part.end());
    }
    return values;
  };
  whole.jacobian = [=](std::span<const double> parameters) {
    Matrix jacobian(groups * pairs, groups * count);
    for (std::size_t g = 0; g < groups; ++g) {
      const Matrix part = structure.jacobian(parameters.subspan(g * count, count));
      for (std::size_t j = 0; j < count; ++j) {
        std::ranges::copy(part.column(j),
                          jacobian.column(g * count + j).subspan(g * pairs, pairs).begin());
      }
    }
    return jacobian;
  };
  whole.curvature = [=](std::span<const double> parameters) {
    std::vector<Matrix> curvature;
    for (std::size_t g = 0; g < groups; ++g) {
      for (const Matrix& part : structure.curvature(parameters.subspan(g * count, count))) {
        Matrix padded(groups * count, groups * count);
        as_eigen(padded).block(static_cast<Index>(g * count), static_cast<Index>(g * count),
                               static_cast<Index>(count), static_cast<Index>(count)) =
            as_eigen(part);
        curvature.push_back(std::move(padded));
      }
    }
    return curvature;
  };
  return whole;
}

std::vector<Matrix> covariances_by_group(std::span<const double> pairs, const Sorted& sorted) {
  const std::size_t m = sorted.visits.size();
  std::vector<Matrix> covariances;
  for (std::size_t g = 0; g < sorted.groups.size(); ++g) {
    Matrix covariance(m, m);
    for (std::size_t a = 0; a < m; ++a) {
      for (std::size_t b = 0; b <= a; ++b) {
        covariance(a, b) = covariance(b, a) = pairs[g * m * (m + 1) / 2 + pair_index(a, b)];
      }
    }
    covariances.push_back(std::move(covariance));
  }
  return covariances;
}

/// The sandwich covariance without correction for the number of subjects.
Matrix robust_covariance(const Sorted& sorted, const Mmrm& model) {
  const auto x = as_eigen(sorted.x);
  const VectorXd residual = as_eigen(std::span<const double>(sorted.y)) -
                            x * as_eigen(std::span<const double>(model.fit.coefficients));
  std::map<std::pair<std::size_t, std::vector<std::size_t>>, MatrixXd> inverses;
  MatrixXd middle = MatrixXd::Zero(x.cols(), x.cols());
  for (const Subject& subject : sorted.subjects) {
    const auto rows = static_cast<Index>(subject.visits.size());
    MatrixXd& inverse = inverses[{subject.group, subject.visits}];
    if (inverse.size() == 0) {
      const Matrix& covariance = model.visit_covariance[subject.group];
      MatrixXd v(rows, rows);
      for (Index a = 0; a < rows; ++a) {
        for (Index b = 0; b < rows; ++b) {
          v(a, b) = covariance(subject.visits[static_cast<std::size_t>(a)],
                               subject.visits[static_cast<std::size_t>(b)]);
        }
      }
      inverse = v.inverse();
    }
    const auto first = static_cast<Index>(subject.first);
    const VectorXd score =
        x.middleRows(first, rows).transpose() * (inverse * residual.segment(first, rows));
    middle.noalias() += score * score.transpose();
  }
  const auto phi = as_eigen(model.fit.covariance);
  return to_matrix(phi * middle * phi);
}

bool varies_within(const Sorted& sorted, std::size_t column) {
  const auto values = sorted.x.column(column);
  return std::ranges::any_of(sorted.subjects, [&](const Subject& subject) {
    const auto own = values.subspan(subject.first, subject.visits.size());
    return std::ranges::any_of(own, [&](double value) { return value != own.front(); });  // exactly
  });
}

/// By column; the intercept counts as within, as in nlme.
std::vector<double> between_within_df(const Sorted& sorted) {
  const std::size_t p = sorted.x.columns();
  std::vector<bool> within(p);
  double intercepts = 0;
  double between_columns = 0;
  for (std::size_t j = 0; j < p; ++j) {
    const auto values = sorted.x.column(j);
    const bool constant =
        std::ranges::all_of(values, [&](double value) { return value == values.front(); });
    within[j] = constant || varies_within(sorted, j);
    if (constant) ++intercepts;
    if (!within[j]) ++between_columns;
  }
  const auto n = static_cast<double>(sorted.y.size());
  const auto subjects = static_cast<double>(sorted.subjects.size());
  const double between = subjects - intercepts - between_columns;
  const double inside = n - subjects - (static_cast<double>(p) - intercepts - between_columns);
  std::vector<double> df(p);
  for (std::size_t j = 0; j < p; ++j) df[j] = within[j] ? inside : between;
  return df;
}

void describe_fit(Mmrm& model, Criterion criterion) {
  model.deviance = -2 * model.fit.log_likelihood;
  double counted = static_cast<double>(model.fit.parameters.size());
  if (criterion == Criterion::ml) counted += static_cast<double>(model.fit.coefficients.size());
  model.aic = model.deviance + 2 * counted;
  model.bic = model.deviance + counted * std::log(static_cast<double>(model.subjects));
}

}  // namespace

Result<Mmrm> fit_mmrm(const RepeatedMeasures& data, const MmrmOptions& options) {
  const Sorted sorted = TRY(sorted_by_subject(data));
  const CovarianceStructure structure =
      TRY(CovarianceStructure::make(options.covariance, sorted.visits.size(), options.visit_times));
  const WorkingDesign design = TRY(working_design(sorted.x, sorted.y, data.names));
  const PatternSums sums = pattern_sums(sorted, design.z, structure.pairs());
  TRY(check_support(sorted, sums, structure));
  const std::vector<double> variances = TRY(residual_variances(sorted, design.z));
  std::vector<double> start;
  for (std::size_t g = 0; g < sorted.groups.size(); ++g) {
    const std::vector<double> part = structure.start(variances);
    start.insert(start.end(), part.begin(), part.end());
  }
  const Parametrisation parametrisation = by_group(structure, sorted);

  Mmrm model{.fit = TRY(fit_marginal(sums, design, parametrisation, std::move(start), options.fit)),
             .parameter_names = parametrisation.names,
             .visits = sorted.visits,
             .groups = sorted.groups,
             .visit_covariance = {},
             .robust = {},
             .between_within = between_within_df(sorted),
             .observations = sorted.y.size(),
             .subjects = sorted.subjects.size(),
             .deviance = 0,
             .aic = 0,
             .bic = 0};
  model.visit_covariance =
      covariances_by_group(parametrisation.value(model.fit.parameters), sorted);
  model.robust = robust_covariance(sorted, model);
  describe_fit(model, options.fit.criterion);
  return model;
}

Result<ContrastEstimate> mmrm_contrast(const Mmrm& model, std::span<const double> l,
                                       DegreesOfFreedom method) {
  ENSURE(l.size() == model.fit.coefficients.size());
  if (std::ranges::all_of(l, [](double weight) { return weight == 0; })) {  // exactly: no contrast
    return Error{Errc::invalid_argument, "contrast: every weight is 0"};
  }
  if (method == DegreesOfFreedom::kenward_roger) return kenward_roger_contrast(model.fit, l);
  ContrastEstimate contrast = satterthwaite_contrast(model.fit, l);
  if (method == DegreesOfFreedom::satterthwaite) return contrast;
  contrast.degrees_of_freedom = static_cast<double>(model.observations - l.size());
  if (method == DegreesOfFreedom::residual) return contrast;
  for (std::size_t j = 0; j < l.size(); ++j) {
    if (l[j] == 0) continue;  // exactly: not in it
    contrast.degrees_of_freedom = std::min(contrast.degrees_of_freedom, model.between_within[j]);
  }
  if (contrast.degrees_of_freedom < 1) {
    return Error{Errc::invalid_argument,
                 fmt::format("between-within: {} degrees of freedom are left; too few subjects or "
                             "rows for the design",
                             contrast.degrees_of_freedom)};
  }
  return contrast;
}

}  // namespace kensho::stats
