// Which target a command line of kensho_fuzz asks for.
#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/testing/fuzz_target.h"

namespace kensho {

inline int list_targets() {
  auto targets = testing::fuzz_targets();
  std::ranges::sort(targets, {}, &testing::FuzzTarget::name);
  for (const auto& target : targets)
    std::printf("%.*s\n", static_cast<int>(target.name.size()), target.name.data());
  return 0;
}

/// The target of the first argument, --target=NAME. Ends the program where there is none.
inline testing::FuzzTarget chosen_target(int count, char** arguments) {
  std::string_view name = count > 1 ? arguments[1] : "";
  constexpr std::string_view option = "--target=";
  if (name.starts_with(option)) {
    name.remove_prefix(option.size());
    for (const auto& target : testing::fuzz_targets())
      if (target.name == name) return target;
  }
  std::fprintf(stderr, "usage: kensho_fuzz --target=NAME FILE..., NAME one of\n");
  list_targets();
  std::exit(2);
}

}  // namespace kensho
