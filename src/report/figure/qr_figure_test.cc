#include "report/figure/qr_figure.h"

#include <string>

#include <doctest/doctest.h>

namespace kensho::report {
namespace {

const FigureHead head{.id_prefix = "qr", .title = "A code", .description = "to be read"};

TEST_CASE("a QR code grows with its text and ends where the standard ends") {
  // ISO/IEC 18004 table 7: version 40-L holds 4296 alphanumeric characters; 177 modules and
  // margins.
  const auto largest = qr_figure(std::string(4296, 'A'), head);
  REQUIRE(largest);
  CHECK(largest->modules == 177 + 8);
  CHECK_FALSE(qr_figure(std::string(4297, 'A'), head));
  // Version 1-M: 20 characters; the next needs version 2.
  CHECK(qr_figure(std::string(20, 'A'), head)->modules == 21 + 8);
  CHECK(qr_figure(std::string(21, 'A'), head)->modules == 25 + 8);
}

TEST_CASE("only characters of alphanumeric mode are taken") {
  CHECK(qr_figure("KENSHO1: $%*+-./", head));
  CHECK_FALSE(qr_figure("kensho", head));
  CHECK_FALSE(qr_figure("", head));
}

TEST_CASE("the picture says what it is and has its margin") {
  const std::string markup = qr_figure("HELLO", head)->svg.markup();
  CHECK(markup.find("viewBox=\"0 0 290 290\"") != std::string::npos);
  CHECK(markup.find("role=\"img\"") != std::string::npos);
  CHECK(markup.find("d=\"M40,40H110V50H40Z") != std::string::npos);  // the finder's upper edge
}

}  // namespace
}  // namespace kensho::report
