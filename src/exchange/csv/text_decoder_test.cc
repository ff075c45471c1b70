#include "exchange/csv/text_decoder.h"

#include <array>
#include <fstream>
#include <set>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <unistd.h>

namespace kensho {
namespace {

struct Decoded {
  std::string text;
  std::string error;
};

Decoded decode(std::string bytes, TextEncoding encoding, std::size_t step = 65536) {
  auto source = TextDecoder::from_bytes(std::move(bytes), encoding);
  if (!source) return {"", source.error().message};
  Decoded decoded;
  std::vector<char> piece(step);
  while (true) {
    const auto count = source->read(piece);
    if (!count) decoded.error = count.error().message;
    if (!count || *count == 0) return decoded;
    decoded.text.append(piece.data(), *count);
  }
}

Decoded utf8(std::string bytes) {
  return decode(std::move(bytes), TextEncoding::utf8);
}

Decoded shift_jis(std::string bytes) {
  return decode(std::move(bytes), TextEncoding::shift_jis);
}

std::string file_bytes(const char* name) {
  std::ifstream file(std::string(KENSHO_SOURCE_DIR "/tests/reference/csv/") + name,
                     std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_CASE("UTF-8 passes through, without its byte-order mark, in pieces of any size") {
  const std::string text = file_bytes("shift_jis/table_utf8.csv");
  for (const std::size_t step : {16U, 17U, 19U, 4096U, 65536U}) {
    const Decoded decoded = decode("\xEF\xBB\xBF" + text, TextEncoding::utf8, step);
    CHECK(decoded.text == text);
    CHECK(decoded.error == "");
  }
  CHECK(utf8("a").text == "a");
  CHECK(utf8("\xEF\xBB\xBF\xEF\xBB\xBF").text == "\xEF\xBB\xBF");  // only the first is a mark
}

TEST_CASE("Shift_JIS becomes UTF-8 as Python's cp932 has it, in pieces of any size") {
  const std::string bytes = file_bytes("shift_jis/table_cp932.csv");
  const std::string text = file_bytes("shift_jis/table_utf8.csv");
  for (const std::size_t step : {16U, 17U, 19U, 4096U, 65536U}) {
    const Decoded decoded = decode(bytes, TextEncoding::shift_jis, step);
    CHECK(decoded.text == text);
    CHECK(decoded.error == "");
  }
}

TEST_CASE("Shift_JIS keeps its place across the raw buffer, at every alignment") {
  const std::string kana = "\x83\x4A";  // U+30AB
  for (std::size_t lead = 0; lead < 3; ++lead) {
    std::string bytes(lead, 'x');
    std::string text = bytes;
    while (bytes.size() < 140000) {
      bytes += kana;
      text += "\u30AB";
    }
    CHECK(shift_jis(bytes).text == text);
  }
}

TEST_CASE("control characters of Shift_JIS stay what they are") {
  std::string controls = "x";
  for (char byte = 0; byte < 0x20; ++byte) controls += byte;
  controls += '\x7F';
  CHECK(shift_jis(controls).text == controls);
}

TEST_CASE("every byte pair that CP932 does not have is refused at its offset") {
  std::set<std::string> valid;
  const std::string table = file_bytes("shift_jis/table_cp932.csv");
  for (std::size_t line = table.find('\n') + 1; line < table.size();
       line = table.find('\n', line) + 1)
    valid.insert(table.substr(line, table.find(',', line) - line));

  std::size_t accepted = 0;
  for (int lead = 0x81; lead <= 0xFC; ++lead) {
    if (lead >= 0xA0 && lead <= 0xDF) continue;
    for (int trail = 0; trail < 0x100; ++trail) {
      std::array<char, 5> hex{};
      std::snprintf(hex.data(), hex.size(), "%02x%02x", lead, trail);
      const Decoded decoded =
          shift_jis({'o', '\n', static_cast<char>(lead), static_cast<char>(trail), '!'});
      const bool refused = decoded.error.starts_with("line 2: what stands at byte offset 2 is not");
      if (!refused) ++accepted;
      if (refused == valid.contains(hex.data())) FAIL_CHECK(hex.data());
      if (refused && decoded.text != "o\n") FAIL_CHECK(hex.data());
    }
  }
  CHECK(accepted > 9000);
}

TEST_CASE("the single bytes that Windows maps to nothing in particular are refused") {
  for (const char byte : {'\x80', '\xA0', '\xFD', '\xFE', '\xFF'})
    CHECK(shift_jis({'a', byte, 'b'}).error.starts_with("line 1: what stands at byte offset 1 "));
}

TEST_CASE("wrong bytes are reported with line and offset wherever a buffer ends") {
  for (std::size_t offset = 65530; offset < 65545; ++offset) {
    std::string text(offset, 'x');
    text[10] = text[offset - 1] = '\n';
    const std::string place = "line 3: what stands at byte offset " + std::to_string(offset);

    const Decoded in_utf8 = utf8(text + "\xE3\x81\nmore text, enough to go on with");
    const Decoded in_shift_jis = shift_jis(text + "\x81\n\n\nmore text, enough to go on with");

    CHECK(in_utf8.text == text);
    CHECK(in_utf8.error.starts_with(place + " is not valid UTF-8; "));
    CHECK(in_shift_jis.text == text);
    CHECK(in_shift_jis.error.starts_with(place + " is not valid Shift_JIS; "));
  }
}

TEST_CASE("half a character at the end of the file is wrong") {
  CHECK(utf8("a\n\xE3\x81").error.starts_with("line 2: what stands at byte offset 2 is not"));
  CHECK(shift_jis("a\n\x83").error.starts_with("line 2: what stands at byte offset 2 is not"));
}

TEST_CASE("an error is returned again by every later call") {
  auto source = TextDecoder::from_bytes("ab\xFF", TextEncoding::utf8);
  std::array<char, 16> piece{};

  CHECK(source->read(piece).value() == 2);
  CHECK_FALSE(source->read(piece));
  CHECK_FALSE(source->read(piece));
}

TEST_CASE("Shift_JIS said to be UTF-8 is refused with the fix, and the other way round") {
  CHECK(utf8("\x96\xBC\x91\x4F").error ==
        "line 1: what stands at byte offset 0 is not valid UTF-8; save the file as UTF-8, or say "
        "that it is Shift_JIS if it is");
  CHECK(shift_jis("\xEF\xBB\xBF"
                  "a")
            .error ==
        "the file is said to be Shift_JIS, but its byte-order mark says UTF-8; read it as UTF-8");
}

TEST_CASE("UTF-16 and empty files are refused with the fix") {
  const std::string utf16 =
      "the file is UTF-16 (\"Unicode text\" in a spreadsheet); save it as \"CSV UTF-8\"";
  CHECK(utf8({'\xFF', '\xFE', 'a', '\0'}).error == utf16);
  CHECK(utf8({'\xFE', '\xFF', '\0', 'a'}).error == utf16);
  CHECK(shift_jis("\xFF\xFE").error == utf16);
  const std::string empty = "the file is empty; export it again with its header row";
  CHECK(utf8("").error == empty);
  CHECK(shift_jis("").error == empty);
  CHECK(utf8("\xEF\xBB\xBF").error == empty);
}

TEST_CASE("a file that cannot be opened says why, and its name") {
  const auto missing = TextDecoder::open("no/such/file.csv", TextEncoding::utf8);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == Errc::not_found);
  CHECK(missing.error().message == "no/such/file.csv: no such file; check the path");

  const auto directory = TextDecoder::open(KENSHO_SOURCE_DIR, TextEncoding::utf8);
  REQUIRE_FALSE(directory);
  CHECK(directory.error().code == Errc::invalid_argument);
  CHECK(directory.error().message.ends_with(": a directory; name the file in it"));

  const auto empty = TextDecoder::open("/dev/null", TextEncoding::utf8);
  REQUIRE_FALSE(empty);
  CHECK(empty.error().message ==
        "/dev/null: the file is empty; export it again with its header row");
}

TEST_CASE("a file without read permission is refused as such") {
  if (geteuid() == 0) {
    MESSAGE("skipped: the superuser may read everything");
    return;
  }
  const auto path = std::filesystem::temp_directory_path() /
                    ("kensho_text_decoder_test_" + std::to_string(getpid()));
  std::ofstream(path) << "a,b\n";
  std::filesystem::permissions(path, std::filesystem::perms::none);
  const auto refused = TextDecoder::open(path, TextEncoding::utf8);
  std::filesystem::remove(path);

  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::permission_denied);
}

TEST_CASE("a file on disk reads as the same bytes in memory") {
  auto source = TextDecoder::open(
      KENSHO_SOURCE_DIR "/tests/reference/csv/shift_jis/table_cp932.csv", TextEncoding::shift_jis);
  REQUIRE(source);
  std::string text;
  std::array<char, 1000> piece{};
  for (std::size_t count = 1; count > 0;) {
    count = source->read(piece).value();
    text.append(piece.data(), count);
  }
  CHECK(text == file_bytes("shift_jis/table_utf8.csv"));
}

}  // namespace
}  // namespace kensho
