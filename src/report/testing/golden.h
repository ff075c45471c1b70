// For tests: comparing output with a file kept in tests/golden, byte for byte.
// To accept new output: KENSHO_UPDATE_GOLDEN=1 ctest -R report, then look at the difference.
#pragma once

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace kensho::report::testing {

inline std::string read_whole_file(const std::string& path) {
  const std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

// Whether `actual` is what tests/golden/`name` holds; writes it there first when told to update.
inline bool matches_golden(const std::string& name, const std::string& actual) {
  const std::string path = std::string(KENSHO_SOURCE_DIR) + "/tests/golden/" + name;
  // Tests read it on one thread.
  const char* update = std::getenv("KENSHO_UPDATE_GOLDEN");  // NOLINT(concurrency-mt-unsafe)
  if (update != nullptr && std::string(update) == "1") {
    std::ofstream(path, std::ios::binary) << actual;
  }
  return read_whole_file(path) == actual;
}

}  // namespace kensho::report::testing
