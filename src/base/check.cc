#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace kensho {
void check_failed(const char* expression, const char* file, int line) noexcept {
  std::fprintf(stderr, "ENSURE failed: %s at %s:%d\n", expression, file, line);
  std::abort();
}
}  // namespace kensho
