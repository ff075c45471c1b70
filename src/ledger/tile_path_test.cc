#include "ledger/tile_path.h"

#include <limits>

#include <doctest/doctest.h>

namespace kensho::ledger {
namespace {

TEST_CASE("paths are those of the tlog-tiles page") {
  CHECK(path_of(TileId{0, 1234067}) == "tile/0/x001/x234/067");
  CHECK(path_of(TileId{0, 0}) == "tile/0/000");
  CHECK(path_of(TileId{1, 999, 17}) == "tile/1/999.p/17");
  CHECK(path_of(TileId{7, 1000, 255}) == "tile/7/x001/000.p/255");
  CHECK(path_of(BundleId{1234067, 8}) == "tile/entries/x001/x234/067.p/8");
  CHECK(path_of(BundleId{5}) == "tile/entries/005");
}

TEST_CASE("a path reads back as what it was made from") {
  for (const std::uint64_t index :
       {std::uint64_t{0}, std::uint64_t{7}, std::uint64_t{999}, std::uint64_t{1000},
        std::uint64_t{1234067}, std::numeric_limits<std::uint64_t>::max()}) {
    for (const std::uint32_t width : {1U, 9U, 255U, 256U}) {
      const TileId tile{63, index, width};
      const BundleId bundle{index, width};
      CHECK(std::get<TileId>(parse_tile_path(path_of(tile)).value()) == tile);
      CHECK(std::get<BundleId>(parse_tile_path(path_of(bundle)).value()) == bundle);
    }
  }
}

TEST_CASE("a path with a second spelling is no path") {
  for (const std::string_view bad : {"",
                                     "tile",
                                     "tile/",
                                     "tile/0",
                                     "tile/0/",
                                     "tile/0/0",
                                     "tile/0/00",
                                     "tile/0/0000",
                                     "tile/00/000",
                                     "tile/64/000",
                                     "tile/256/000",
                                     "tile/-1/000",
                                     "tile/+1/000",
                                     "tile/0/x000/000",
                                     "tile/0/001/000",
                                     "tile/0/x001",
                                     "tile/0/x001/x000",
                                     "tile/0/000.p/0",
                                     "tile/0/000.p/256",
                                     "tile/0/000.p/01",
                                     "tile/0/000.p/",
                                     "tile/0/000.p",
                                     "tile/0/000.p/1/",
                                     "tile/0/000/",
                                     "/tile/0/000",
                                     "tile/0/000.p/1.p/1",
                                     "tile/entries/",
                                     "tile/entries/0",
                                     "tile/0/../000",
                                     "tile/0/x018/x446/x744/x073/x709/x551/616",  // 2^64
                                     "checkpoint",
                                     "tile/entries/x1/000",
                                     "tile/0/x0x1/000"})
    CHECK_MESSAGE(!parse_tile_path(bad), bad);
}

TEST_CASE("the width of a tile follows from the tree size") {
  CHECK(tile_width_in(70000, 0, 272) == 256);
  CHECK(tile_width_in(70000, 0, 273) == 112);
  CHECK(tile_width_in(70000, 0, 274) == 0);
  CHECK(tile_width_in(70000, 1, 0) == 256);
  CHECK(tile_width_in(70000, 1, 1) == 17);
  CHECK(tile_width_in(70000, 2, 0) == 1);
  CHECK(tile_width_in(70000, 3, 0) == 0);
  CHECK(tile_width_in(256, 0, 1) == 0);
  CHECK(tile_width_in(0, 0, 0) == 0);
  CHECK(hashes_on_level(std::numeric_limits<std::uint64_t>::max(), 8) == 0);
}

}  // namespace
}  // namespace kensho::ledger
