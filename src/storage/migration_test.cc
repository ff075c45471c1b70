#include "storage/migration.h"

#include <doctest/doctest.h>

namespace kensho::storage {
namespace {

std::vector<Migration> three() {
  return {{1, "0001_a", "a", "aa"}, {2, "0002_b", "b", "bb"}, {3, "0003_c", "c", "cc"}};
}

TEST_CASE("what a store lacks is what comes after what it has") {
  const auto known = three();

  CHECK(pending_migrations(known, {}, "store").value().size() == 3);
  const std::vector<AppliedMigration> first = {as_applied(known[0])};
  const auto pending = pending_migrations(known, first, "store").value();
  REQUIRE(pending.size() == 2);
  CHECK(pending[0].name == "0002_b");
  const std::vector<AppliedMigration> all = {as_applied(known[0]), as_applied(known[1]),
                                             as_applied(known[2])};
  CHECK(pending_migrations(known, all, "store").value().empty());
}

TEST_CASE("a store from a newer program is refused, naming what is not known") {
  const auto known = three();
  const std::vector<AppliedMigration> more = {
      as_applied(known[0]), as_applied(known[1]), as_applied(known[2]), {4, "0004_d", "dd"}};

  const Error error = pending_migrations(known, more, "store").error();

  CHECK(error.code == Errc::conflict);
  CHECK(error.message.find("0004_d") != std::string::npos);
}

TEST_CASE("a migration that was altered, renamed or left out is refused") {
  const auto known = three();
  for (const AppliedMigration& second :
       {AppliedMigration{2, "0002_b", "ff"}, AppliedMigration{2, "0002_x", "bb"},
        AppliedMigration{3, "0003_c", "cc"}}) {
    CAPTURE(second.name);
    const std::vector<AppliedMigration> applied = {as_applied(known[0]), second};
    CHECK(pending_migrations(known, applied, "store").error().code == Errc::corrupted);
  }
}

TEST_CASE("the program carries the migrations of both engines, numbered without a gap") {
  for (const char* engine : {"sqlite", "postgres"}) {
    CAPTURE(engine);
    const auto all = migrations_of(engine);
    REQUIRE_FALSE(all.empty());
    for (std::size_t i = 0; i < all.size(); ++i) {
      CHECK(all[i].number == static_cast<int>(i) + 1);
      CHECK(all[i].sha256.size() == 64);
    }
    CHECK(views_version(engine).size() == 64);
  }
}

}  // namespace
}  // namespace kensho::storage
