// ENSURE(c): a broken contract of the programmer. Stays on in release builds; prints and aborts.
// Never used for input a user, a file or another machine can send.
#pragma once

namespace kensho {
[[noreturn]] void check_failed(const char* expression, const char* file, int line) noexcept;
}  // namespace kensho

#define ENSURE(condition) \
  ((condition) ? void(0) : ::kensho::check_failed(#condition, __FILE__, __LINE__))
