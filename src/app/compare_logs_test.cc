#include "app/compare_logs.h"

#include <array>

#include <doctest/doctest.h>

#include "ledger/testing/memory_log.h"

namespace kensho::app {
namespace {

using ledger::MemoryLog;

struct TwoHistories {
  ledger::NoteSigner signer = ledger::new_log_signer("example.com/log");
  MemoryLog first{signer, 24, "a", 5};
  MemoryLog second{signer, 24, "b", 5};

  static ShownLog log(const MemoryLog& of, std::uint64_t size) {
    return {"a log", of.note(size), of.tiles()};
  }
  static ShownLog note(const MemoryLog& of, std::uint64_t size) {
    return {"a note", of.note(size), {}};
  }
  Comparison compare(const ShownLog& a, const ShownLog& b) const {
    const auto report = compare_logs(a, b, signer.key()).value();
    CHECK(report.split.has_value() == (report.comparison == Comparison::split));
    CHECK(report.why.empty() == (report.comparison != Comparison::cannot_tell));
    if (report.split) CHECK(ledger::verify_split_view(*report.split, std::array{signer.key()}));
    return report.comparison;
  }
};

TEST_CASE("two logs are told apart exactly beyond what they have in common, at all sizes") {
  const TwoHistories h;
  for (std::uint64_t a = 0; a <= 24; ++a) {
    for (std::uint64_t b = 0; b <= 24; ++b) {
      CHECK(h.compare(h.log(h.first, a), h.log(h.first, b)) == Comparison::consistent);
      const bool apart = std::min(a, b) > 5;
      CHECK_MESSAGE(h.compare(h.log(h.first, a), h.log(h.second, b)) ==
                        (apart ? Comparison::split : Comparison::consistent),
                    a << " " << b);
    }
  }
}

TEST_CASE("notes alone tell only of one size, a note and the larger log of any") {
  const TwoHistories h;
  CHECK(h.compare(h.note(h.first, 9), h.note(h.first, 9)) == Comparison::consistent);
  CHECK(h.compare(h.note(h.first, 9), h.note(h.second, 9)) == Comparison::split);
  CHECK(h.compare(h.note(h.first, 9), h.note(h.second, 10)) == Comparison::cannot_tell);
  CHECK(h.compare(h.note(h.first, 9), h.log(h.second, 10)) == Comparison::split);
  CHECK(h.compare(h.log(h.second, 10), h.note(h.first, 9)) == Comparison::split);
  CHECK(h.compare(h.log(h.first, 9), h.note(h.second, 10)) == Comparison::cannot_tell);
}

TEST_CASE("tiles that do not fit their checkpoint prove nothing") {
  const TwoHistories h;
  const ShownLog mixed{"mixed", h.second.note(20), h.first.tiles()};
  CHECK(h.compare(h.note(h.first, 9), mixed) == Comparison::cannot_tell);
  CHECK(h.compare(h.note(h.first, 8), mixed) == Comparison::cannot_tell);
}

TEST_CASE("a note of another key is an error that names the place") {
  const TwoHistories h;
  const auto key = ledger::new_log_signer("example.com/log").key();
  const auto report = compare_logs(h.log(h.first, 3), h.note(h.first, 3), key);
  CHECK(report.error().message.starts_with("a log: "));
}

}  // namespace
}  // namespace kensho::app
