#include "stats/survival/cox_strips.h"

#include <algorithm>

namespace kensho::stats {
namespace {

namespace any_machine {
#define STRIP_LOOP
#include "stats/survival/cox_strip_loops.inc"
#undef STRIP_LOOP
}  // namespace any_machine

#if defined(__x86_64__)
namespace with_avx2 {
#define STRIP_LOOP [[gnu::target("avx2")]]
#include "stats/survival/cox_strip_loops.inc"
#undef STRIP_LOOP
}  // namespace with_avx2

// The loops of this machine.
struct Loops {
  bool wide = __builtin_cpu_supports("avx2") != 0;
  decltype(&any_machine::add_product) add_product =
      wide ? with_avx2::add_product : any_machine::add_product;
  decltype(&any_machine::add_sums) add_sums = wide ? with_avx2::add_sums : any_machine::add_sums;
  decltype(&any_machine::add_gram) add_gram = wide ? with_avx2::add_gram : any_machine::add_gram;
};
#else
struct Loops {
  decltype(&any_machine::add_product) add_product = any_machine::add_product;
  decltype(&any_machine::add_sums) add_sums = any_machine::add_sums;
  decltype(&any_machine::add_gram) add_gram = any_machine::add_gram;
};
#endif

const Loops& loops() {
  static const Loops chosen;
  return chosen;
}

}  // namespace

StripedMatrix::StripedMatrix(std::size_t rows, std::size_t columns)
    : rows_(rows), columns_(columns), values_(strips() * strip_rows * columns) {}

void add_strip_product(const double* strip, std::span<const double> b, double* out) {
  loops().add_product(strip, b.data(), b.size(), out);
}

void add_strip_sums(const double* strip, const StripRange& range, const double* weight,
                    std::span<double> sum) {
  const std::size_t rows = range.end - range.begin;
  if (rows == 0) return;
  const double* x = strip + range.begin;
  const double* w = weight + range.begin;
  if (rows < 4) {  // of continuous times: too few for four lanes
    for (std::size_t a = 0; a < sum.size(); ++a) {
      double product = w[0] * x[a * strip_rows];
      for (std::size_t i = 1; i < rows; ++i) product += w[i] * x[a * strip_rows + i];
      sum[a] += product;
    }
    return;
  }
  loops().add_sums(x, w, rows, sum.size(), sum.data());
}

StripGram::StripGram(std::size_t columns)
    : columns_(columns), sums_(columns * columns), weighted_(columns * strip_rows) {}

void StripGram::add(const double* strip, const double* weight) {
  loops().add_gram(strip, weight, columns_, weighted_.data(), sums_.data());
}

void StripGram::add(const StripGram& other) {
  for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += other.sums_[i];
}

void StripGram::subtract(const StripGram& other) {
  for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] -= other.sums_[i];
}

Matrix StripGram::matrix() const {
  Matrix whole(columns_, columns_);
  for (std::size_t a = 0; a < columns_; ++a) {
    for (std::size_t b = 0; b <= a; ++b) whole(a, b) = whole(b, a) = sums_[a * columns_ + b];
  }
  return whole;
}

RowGram::RowGram(std::size_t columns)
    : strip_(columns * strip_rows), weight_(strip_rows), gram_(columns) {}

double* RowGram::next_row(double weight) {
  if (filled_ == strip_rows) flush();
  weight_[filled_] = weight;
  return strip_.data() + filled_++;
}

void RowGram::flush() {
  // The rows that were not filled this time keep old values: their weight is zero.
  std::fill(weight_.begin() + static_cast<std::ptrdiff_t>(filled_), weight_.end(), 0.0);
  gram_.add(strip_.data(), weight_.data());
  filled_ = 0;
}

const StripGram& RowGram::gram() {
  if (filled_ > 0) flush();
  return gram_;
}

}  // namespace kensho::stats
