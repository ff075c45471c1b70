#include "stats/design/formula.h"

#include <doctest/doctest.h>

namespace kensho::stats {
namespace {

std::vector<std::string> terms_of(std::string_view text) {
  std::vector<std::string> names;
  const Formula formula = parse_formula(text).value();
  for (const Term& term : formula.terms) names.push_back(text_of(term));
  return names;
}

std::string refusal_of(std::string_view text) {
  const auto parsed = parse_formula(text);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().code == Errc::invalid_argument);
  return parsed.error().message;
}

using Names = std::vector<std::string>;

TEST_CASE("a formula is its outcome, its intercept and its terms") {
  const Formula formula = parse_formula("y ~ age + ns(dose, 3)").value();

  CHECK(formula.outcome == "y");
  CHECK(formula.intercept);
  REQUIRE(formula.terms.size() == 2);
  CHECK(formula.terms[1] == Term{{"dose", Factor::Kind::natural_spline, 3}});
  CHECK(columns_of(formula) == Names{"y", "age", "dose"});
}

TEST_CASE("terms come by size, each once, factors in order of appearance") {
  CHECK(terms_of("~ a*b*c") == Names{"a", "b", "c", "a:b", "a:c", "b:c", "a:b:c"});
  CHECK(terms_of("~ b:a + a + a + b:a:b + a:b") == Names{"a", "b:a"});
  CHECK(terms_of("y ~ a:b + c*a") == Names{"c", "a", "a:b", "a:c"});
  CHECK(terms_of("~log( x )+rcs(x,4)+factor(x)") == Names{"log(x)", "rcs(x, 4)", "factor(x)"});
}

TEST_CASE("0 and - 1 drop the intercept, 1 alone means no term") {
  CHECK(parse_formula("~ 1").value().intercept);
  CHECK(terms_of("y ~ 1").empty());
  CHECK_FALSE(parse_formula("~ 0 + a").value().intercept);
  CHECK_FALSE(parse_formula("~ a - 1").value().intercept);
  CHECK_FALSE(parse_formula("~ -1 + a").value().intercept);
  CHECK(parse_formula("~ 1 + a").value().intercept);
}

TEST_CASE("a name with a blank or a bracket stands in backquotes, one beyond ASCII does not") {
  CHECK(terms_of("`y 1` ~ `dose (mg)` * log(`2nd`)") ==
        Names{"`dose (mg)`", "log(`2nd`)", "`dose (mg)`:log(`2nd`)"});
  CHECK(terms_of("~ 年齢 + ns") == Names{"年齢", "ns"});
}

TEST_CASE("what is no formula is refused with its position") {
  CHECK(refusal_of("") == "formula '', position 1: expected the outcome or '~', found the end");
  CHECK(refusal_of("y") == "formula 'y', position 2: expected '~', found the end");
  CHECK(refusal_of("y ~") ==
        "formula 'y ~', position 4: expected the name of a column, found the end");
  CHECK(refusal_of("~ a + (b + c)*d") ==
        "formula '~ a + (b + c)*d', position 7: expected the name of a column, found '(b + c)*d'");
  CHECK(refusal_of("~ a b") ==
        "formula '~ a b', position 5: expected '+', '-', '*', ':' or the end, found 'b'");
  CHECK(refusal_of("~ exp(a)") ==
        "formula '~ exp(a)', position 6: expected log, factor, ns or rcs before the bracket, not "
        "'exp', found '(a)'");
  CHECK(refusal_of("~ rcs(a, 2)") ==
        "formula '~ rcs(a, 2)', position 10: expected a whole number from 3 to 20, found '2)'");
  CHECK(refusal_of("~ ns(a)") ==
        "formula '~ ns(a)', position 7: expected ',' and a number, found ')'");
  CHECK(refusal_of("~ a - b") ==
        "formula '~ a - b', position 7: expected '1': only the intercept can be taken away, found "
        "'b'");
  CHECK(refusal_of("~ `a") == "formula '~ `a', position 4: expected a name and '`', found 'a'");
  CHECK(refusal_of("~ 0") == "formula '~ 0': neither a term nor the intercept is left");
  CHECK(refusal_of("y ~ a + log(y)") == "formula 'y ~ a + log(y)': 'y' is the outcome and a term");
  for (const auto* text : {"~ a^2", "~ 10", "~ .5", "~ a +", "~ a:", "~ a*", "~ log(a", "~ ns(a,)",
                           "~ - 0", "~ 1a", "~ ``", "a ~ b ~ c", "~ a*b*c*d*e*f*g*h*i"}) {
    CAPTURE(text);
    CHECK_FALSE(refusal_of(text).empty());
  }
}

}  // namespace
}  // namespace kensho::stats
