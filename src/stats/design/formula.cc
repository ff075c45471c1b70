#include "stats/design/formula.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace kensho::stats {
namespace {

constexpr int degrees_of_freedom_max = 50;  // of ns: a fit with more says nothing
constexpr int knots_min = 3;                // of rcs: fewer make no curve
constexpr int knots_max = 20;

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

bool starts_name(char letter) {
  return (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z') || letter == '_' ||
         letter == '.' || static_cast<unsigned char>(letter) >= 0x80;
}

// Reads the text from left to right; every failure says where.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Formula> parse() {
    if (peek() != '~') formula_.outcome = TRY(name("the outcome or '~'"));
    if (!take('~')) return expected("'~'");
    TRY(summand(take('-')));
    while (!at_end()) {
      const bool minus = peek() == '-';
      if (!minus && peek() != '+') return expected("'+', '-', '*', ':' or the end");
      ++position_;
      TRY(summand(minus));
    }
    TRY(check());
    set_terms();
    return std::move(formula_);
  }

 private:
  void skip_spaces() {
    while (position_ < text_.size() && text_[position_] == ' ') ++position_;
  }
  char peek() {
    skip_spaces();
    return position_ < text_.size() ? text_[position_] : '\0';
  }
  bool at_end() {
    skip_spaces();
    return position_ == text_.size();
  }
  bool take(char letter) {
    if (at_end() || text_[position_] != letter) return false;
    ++position_;
    return true;
  }

  bool looks_like_a_fraction() const {
    return text_[position_] == '.' && position_ + 1 < text_.size() &&
           is_digit(text_[position_ + 1]);
  }

  Error expected(std::string_view what) const {
    const std::string found = position_ < text_.size()
                                  ? fmt::format("'{}'", text_.substr(position_))
                                  : std::string("the end");
    return {Errc::invalid_argument, fmt::format("formula '{}', position {}: expected {}, found {}",
                                                text_, position_ + 1, what, found)};
  }

  Result<std::string> name(std::string_view what) {
    if (take('`')) {
      const std::size_t end = text_.find('`', position_);
      if (end == std::string_view::npos || end == position_) return expected("a name and '`'");
      const std::size_t begin = std::exchange(position_, end + 1);
      return std::string(text_.substr(begin, end - begin));
    }
    if (!starts_name(peek()) || looks_like_a_fraction()) return expected(what);
    const std::size_t begin = position_;
    while (position_ < text_.size() &&
           (starts_name(text_[position_]) || is_digit(text_[position_]))) {
      ++position_;
    }
    return std::string(text_.substr(begin, position_ - begin));
  }

  Result<int> whole_number(int smallest, int largest) {
    skip_spaces();
    int number = 0;
    const auto [stop, error] =
        std::from_chars(text_.data() + position_, text_.data() + text_.size(), number);
    if (error != std::errc() || number < smallest || number > largest) {
      return expected(fmt::format("a whole number from {} to {}", smallest, largest));
    }
    position_ = static_cast<std::size_t>(stop - text_.data());
    return number;
  }

  Result<Factor> call(std::string_view function) {
    using enum Factor::Kind;
    const bool ns = function == "ns";
    if (!ns && function != "rcs" && function != "log" && function != "factor") {
      --position_;
      return expected(fmt::format("log, factor, ns or rcs before the bracket, not '{}'", function));
    }
    Factor factor{.column = TRY(name("the name of a column"))};
    factor.kind = function == "log" ? logarithm : function == "factor" ? categorical : plain;
    if (factor.kind == plain) {
      factor.kind = ns ? natural_spline : restricted_cubic;
      if (!take(',')) return expected("',' and a number");
      factor.degrees_of_freedom = ns ? TRY(whole_number(1, degrees_of_freedom_max))
                                     : TRY(whole_number(knots_min, knots_max));
    }
    if (!take(')')) return expected("')'");
    return factor;
  }

  Result<std::size_t> factor() {
    const bool quoted = peek() == '`';
    const std::string word = TRY(name("the name of a column"));
    Factor read{.column = word};
    if (!quoted && take('(')) read = TRY(call(word));
    const auto found = std::ranges::find(factors_, read);
    const auto index = static_cast<std::size_t>(found - factors_.begin());
    if (found == factors_.end()) factors_.push_back(std::move(read));
    return index;
  }

  // A term as ascending indices into factors_.
  using Indices = std::vector<std::size_t>;

  Result<Indices> interaction() {
    Indices all;
    do {
      const std::size_t index = TRY(factor());
      const auto place = std::ranges::lower_bound(all, index);
      if (place == all.end() || *place != index) all.insert(place, index);
    } while (take(':'));
    return all;
  }

  void add(const Indices& term) {
    if (std::ranges::find(terms_, term) != terms_.end()) return;
    terms_.insert(std::ranges::upper_bound(terms_, term.size(), {}, &Indices::size), term);
  }

  // a*b*c: all products, of which each factor of the chain is in or out.
  Status crossing() {
    std::vector<Indices> chain;
    do {
      if (chain.size() == 8) return expected("at most 8 factors joined by '*'");
      chain.push_back(TRY(interaction()));
    } while (take('*'));
    for (unsigned subset = 1; subset < 1U << chain.size(); ++subset) {
      Indices product;
      for (std::size_t i = 0; i < chain.size(); ++i) {
        if ((subset >> i & 1U) != 0)
          product.insert(product.end(), chain[i].begin(), chain[i].end());
      }
      std::ranges::sort(product);
      product.erase(std::ranges::unique(product).begin(), product.end());
      add(product);
    }
    return ok();
  }

  Status summand(bool minus) {
    const char first = peek();
    if (first != '0' && first != '1') {
      if (minus) return expected("'1': only the intercept can be taken away");
      return crossing();
    }
    if (minus && first == '0') return expected("'1': only the intercept can be taken away");
    ++position_;
    if (is_digit(peek()) || peek() == '.') return expected("'+', '-' or the end after 0 or 1");
    formula_.intercept = first == '1' && !minus;
    return ok();
  }

  Status check() const {
    if (terms_.empty() && !formula_.intercept) {
      return Error{Errc::invalid_argument,
                   fmt::format("formula '{}': neither a term nor the intercept is left", text_)};
    }
    for (const Factor& factor : factors_) {
      if (factor.column != formula_.outcome) continue;
      return Error{
          Errc::invalid_argument,
          fmt::format("formula '{}': '{}' is the outcome and a term", text_, formula_.outcome)};
    }
    return ok();
  }

  void set_terms() {
    for (const Indices& indices : terms_) {
      Term term;
      for (const std::size_t index : indices) term.push_back(factors_[index]);
      formula_.terms.push_back(std::move(term));
    }
  }

  std::string_view text_;
  std::size_t position_ = 0;
  Formula formula_;
  std::vector<Factor> factors_;  // in order of appearance
  std::vector<Indices> terms_;   // by size, then in order of appearance
};

// As R quotes a name that is none of its words.
std::string quoted(const std::string& column) {
  const bool plain =
      starts_name(column.front()) && column.front() != '_' &&
      std::ranges::all_of(column, [](char c) { return starts_name(c) || is_digit(c); });
  return plain ? column : fmt::format("`{}`", column);
}

}  // namespace

Result<Formula> parse_formula(std::string_view text) {
  return Parser(text).parse();
}

std::string text_of(const Factor& factor) {
  const std::string column = quoted(factor.column);
  switch (factor.kind) {
    case Factor::Kind::plain:
      return column;
    case Factor::Kind::categorical:
      return fmt::format("factor({})", column);
    case Factor::Kind::logarithm:
      return fmt::format("log({})", column);
    case Factor::Kind::natural_spline:
      return fmt::format("ns({}, {})", column, factor.degrees_of_freedom);
    case Factor::Kind::restricted_cubic:
      return fmt::format("rcs({}, {})", column, factor.degrees_of_freedom);
  }
  return column;
}

std::string text_of(const Term& term) {
  std::vector<std::string> parts;
  for (const Factor& factor : term) parts.push_back(text_of(factor));
  return fmt::format("{}", fmt::join(parts, ":"));
}

std::vector<std::string> columns_of(const Formula& formula) {
  std::vector<std::string> names;
  if (!formula.outcome.empty()) names.push_back(formula.outcome);
  for (const Term& term : formula.terms) {
    for (const Factor& factor : term) {
      if (std::ranges::find(names, factor.column) == names.end()) names.push_back(factor.column);
    }
  }
  return names;
}

}  // namespace kensho::stats
