// The formula language of the menu: outcome ~ terms, a small part of what R and Wilkinson have.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kensho::stats {

/// One variable inside a term, possibly transformed or expanded into a basis.
struct Factor {
  enum class Kind : unsigned char {
    plain,            // numeric as it is, categorical by treatment contrasts
    categorical,      // factor(x): categorical whatever it holds, numbers in ascending order
    logarithm,        // log(x): the natural logarithm of a positive number
    natural_spline,   // ns(x, df): natural cubic B-splines with df columns, as R splines::ns
    restricted_cubic  // rcs(x, knots): Harrell's truncated powers with that many knots
  };
  std::string column;
  Kind kind = Kind::plain;
  int degrees_of_freedom = 0;  // of a spline: df of ns, number of knots of rcs

  bool operator==(const Factor&) const = default;
};

/// A product of factors; one factor is a main effect.
using Term = std::vector<Factor>;

/// A parsed formula: terms in order of their size, then of appearance, each once. The factors of a
/// term stand in the order in which they first appear in the formula.
struct Formula {
  std::string outcome;  // empty where there is no left side
  bool intercept = true;
  std::vector<Term> terms;
};

/// Parses `y ~ a + b*c + a:b + log(x) + ns(x, 3) - 1` and `~ a`; `b*c` is b + c + b:c, `(a + b)*c`
/// and powers are not of the language; `0 +` and `- 1` drop the intercept; `1` alone means no term.
/// A name with other letters than A-Z a-z 0-9 _ . and those beyond ASCII, or that begins with a
/// digit, stands in backquotes.
/// Errors  invalid_argument: the position and what was expected there.
Result<Formula> parse_formula(std::string_view text);

/// The factor, or the term, as R writes it: `log(x)`, `ns(x, 3)`, `a:b`.
std::string text_of(const Factor& factor);
std::string text_of(const Term& term);

/// The names of all columns the formula reads, the outcome first, each once.
std::vector<std::string> columns_of(const Formula& formula);

}  // namespace kensho::stats
