#include "storage/view_record.h"

#include <algorithm>
#include <tuple>

#include <doctest/doctest.h>

#include "base/rng.h"

namespace kensho::storage {
namespace {

constexpr std::size_t newest_view = 5;  // kind, subject | seq

std::string random_text(Rng& rng) {
  static constexpr char letters[] = {'\0', '\1', 'a', '\x7f', '\x80', '\xff'};
  std::string text(rng.below(4), 'x');
  for (char& c : text) c = letters[rng.below(sizeof letters)];
  return text;
}

ViewChange random_change(Rng& rng) {
  const auto seq = static_cast<std::int64_t>(rng.below(3));
  return {newest_view, static_cast<std::uint64_t>(seq), {random_text(rng), random_text(rng), seq}};
}

TEST_CASE("records sort as their keys and entries do, and read back") {
  REQUIRE(view_tables()[newest_view].name == "newest");
  Rng rng(20261122, 1);
  const auto key_of = [](const ViewChange& change) {
    return std::tuple(std::get<std::string>(change.values[0]),
                      std::get<std::string>(change.values[1]), change.seq);
  };
  for (int i = 0; i < 20'000; ++i) {
    const ViewChange a = random_change(rng), b = random_change(rng);
    const std::string left = record_of(a), right = record_of(b);
    REQUIRE((left < right) == (key_of(a) < key_of(b)));
    REQUIRE((row_of(left) == row_of(right)) ==
            (a.values[0] == b.values[0] && a.values[1] == b.values[1]));
    const ViewChange back = change_of(left);
    REQUIRE(back.view == a.view);
    REQUIRE(back.seq == a.seq);
    REQUIRE(back.values == a.values);
  }
}

TEST_CASE("numbers sort as numbers, and nothing passes for a number that is none") {
  const std::int64_t numbers[] = {INT64_MIN, -2, -1, 0, 1, 255, 256, INT64_MAX};
  std::vector<std::string> records;
  for (const std::int64_t number : numbers) append_number(records.emplace_back(), number);
  CHECK(std::ranges::is_sorted(records));
  std::string text, blob, null;
  append_text(text, "1");
  append_text(blob, "1", ViewValueKind::blob);
  append_null(null);
  // The order of SQLite: null, numbers, texts, blobs.
  CHECK(null < records.front());
  CHECK(records.back() < text);
  CHECK(text < blob);
}

}  // namespace
}  // namespace kensho::storage
