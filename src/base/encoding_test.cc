#include "base/encoding.h"

#include <array>
#include <string>
#include <utility>

#include <doctest/doctest.h>

namespace kensho {
namespace {

// RFC 4648 section 10.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> rfc4648{
    {{"", ""},
     {"f", "Zg=="},
     {"fo", "Zm8="},
     {"foo", "Zm9v"},
     {"foob", "Zm9vYg=="},
     {"fooba", "Zm9vYmE="},
     {"foobar", "Zm9vYmFy"}}};

TEST_CASE("base64 gives the examples of RFC 4648 in both directions") {
  for (const auto& [plain, encoded] : rfc4648) {
    CHECK(base64_encode(as_bytes(plain)) == encoded);
    CHECK(as_text(base64_decode(encoded).value()) == plain);
  }
}

TEST_CASE("base64 has one spelling for a value") {
  for (const std::string_view bad : {"Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zg==Zg==", "=Zg=",
                                     "Z===", "====", "Zm9v\n", "Zm 9v", "Zm9-", "Zm9_", "Zm\0v"})
    CHECK_MESSAGE(!base64_decode(bad), bad);
}

TEST_CASE("base45 gives the examples of RFC 9285 in both directions") {
  // Sections 4.3 and 4.4.
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> examples{
      {{"", ""},
       {"AB", "BB8"},
       {"Hello!!", "%69 VD92EX0"},
       {"base-45", "UJCLQE7W581"},
       {"ietf!", "QED8WEX0"}}};
  for (const auto& [plain, encoded] : examples) {
    CHECK(base45_encode(as_bytes(plain)) == encoded);
    CHECK(as_text(base45_decode(encoded).value()) == plain);
  }
}

TEST_CASE("base45 refuses what no bytes have as their text") {
  // 65536 and 256 are the first numbers that need a third and a second byte.
  for (const char* text : {"A", "BB8A", "bb8", "BB8\n", "GGW", ":::", "V5", "::"}) {
    CAPTURE(text);
    CHECK_FALSE(base45_decode(text));
  }
  CHECK(base45_decode("FGW").value() == Bytes{0xff, 0xff});
  CHECK(base45_decode("U5").value() == Bytes{0xff});
  CHECK(base45_encode(Bytes{0xff, 0xff}) == "FGW");
}

TEST_CASE("every pair of bytes survives hexadecimal, base64 and base45") {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const Bytes pair{static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(second)};
      REQUIRE(hex_decode(hex_encode(pair)).value() == pair);
      REQUIRE(base64_decode(base64_encode(pair)).value() == pair);
      REQUIRE(base45_decode(base45_encode(pair)).value() == pair);
    }
  }
}

TEST_CASE("hexadecimal accepts both cases and refuses all else") {
  CHECK(hex_decode("00ffAB").value() == Bytes{0x00, 0xff, 0xab});
  CHECK(hex_encode(Bytes{0x00, 0xff, 0xab}) == "00ffab");
  for (const std::string_view bad : {"0", "0g", "G0", " 0", "0x", "０"}) CHECK(!hex_decode(bad));
}

}  // namespace
}  // namespace kensho
