// Result<T>: a value or an Error. The one way this code base reports a failure
// that a caller can expect (bad input, missing row, no convergence, lost link).
// Programmer mistakes use ENSURE instead.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace kensho {

enum class Errc : unsigned char {
  invalid_argument,  // the input breaks a documented precondition
  not_found,
  conflict,  // version mismatch, duplicate key
  permission_denied,
  unavailable,    // retry later: locked, timed out, disconnected
  not_converged,  // a numerical method stopped without an answer
  corrupted,      // stored bytes fail a checksum or a constraint
};

struct Error {
  Errc code;
  std::string message;  // English: the thing, the rule, the fix; never personal data
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  T& value() & {
    ENSURE(*this);
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    ENSURE(*this);
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    ENSURE(*this);
    return std::move(*std::get_if<0>(&state_));
  }
  const Error& error() const& {
    ENSURE(!*this);
    return *std::get_if<1>(&state_);
  }
  Error&& error() && {
    ENSURE(!*this);
    return std::move(*std::get_if<1>(&state_));
  }

 private:
  std::variant<T, Error> state_;
};

struct Unit {};
using Status = Result<Unit>;  // success without a value
inline Status ok() {
  return Unit{};
}

}  // namespace kensho

// TRY(expr): the value of a Result, or leave this function with its error.
#define TRY(...)                                             \
  __extension__({                                            \
    auto try_result_ = (__VA_ARGS__);                        \
    if (!try_result_) return std::move(try_result_).error(); \
    std::move(try_result_).value();                          \
  })
