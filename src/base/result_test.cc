#include "base/result.h"

#include <doctest/doctest.h>

namespace kensho {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return Error{Errc::invalid_argument, "odd"};
  return value / 2;
}

Result<int> quarter(int value) {
  const int halved = TRY(half(value));
  return half(halved);
}

TEST_CASE("TRY passes a value on and leaves with the first error") {
  CHECK(quarter(8).value() == 2);
  CHECK(quarter(6).error().message == "odd");
  CHECK(quarter(5).error().code == Errc::invalid_argument);
}

}  // namespace
}  // namespace kensho
