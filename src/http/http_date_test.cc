#include "http/http_date.h"

#include <doctest/doctest.h>

namespace kensho {
namespace {

TEST_CASE("dates are those of python3 email.utils.formatdate") {
  CHECK(http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK(http_date(784'111'777) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(http_date(951'782'400) == "Tue, 29 Feb 2000 00:00:00 GMT");
  CHECK(http_date(1'767'225'599) == "Wed, 31 Dec 2025 23:59:59 GMT");
  CHECK(http_date(4'107'542'399) == "Sun, 28 Feb 2100 23:59:59 GMT");
}

}  // namespace
}  // namespace kensho
