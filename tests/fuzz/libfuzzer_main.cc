// kensho_fuzz with libFuzzer: --list and --target=NAME as in replay_main.cc; what follows is
// libFuzzer's own (folders of inputs, -max_total_time=60; files alone are run once each).
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "chosen_target.h"

namespace {
std::optional<kensho::testing::FuzzTarget> target;
}

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  if (*count == 2 && std::string_view((*arguments)[1]) == "--list")
    std::exit(kensho::list_targets());
  target = kensho::chosen_target(*count, *arguments);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  target->check({reinterpret_cast<const char*>(data), size});
  return 0;
}
