// For fuzzing: a target is one function of some bytes, in a file NAME_fuzz.cc beside what it
// checks. It must hold for every input; what must not be true is said with ENSURE. docs/fuzzing.md.
#pragma once

#include <string_view>
#include <vector>

#include "base/check.h"

namespace kensho::testing {

struct FuzzTarget {
  std::string_view name;
  void (*check)(std::string_view input);
};

/// Every target of the program.
inline std::vector<FuzzTarget>& fuzz_targets() {
  static std::vector<FuzzTarget> targets;
  return targets;
}

struct FuzzRegistration {
  FuzzRegistration(std::string_view name, void (*check)(std::string_view)) {
    fuzz_targets().push_back({name, check});
  }
};

}  // namespace kensho::testing

/// KENSHO_FUZZ(name) { ... `input` ... }: the target of that name.
#define KENSHO_FUZZ(name)                                                                    \
  static void fuzz_##name(std::string_view input);                                           \
  static const ::kensho::testing::FuzzRegistration registration_##name(#name, &fuzz_##name); \
  static void fuzz_##name(std::string_view input)
