// kensho_fuzz without a fuzzer: runs a target on files. With a fuzzer, libfuzzer_main.cc answers
// the same command line.
//   kensho_fuzz --list
//   kensho_fuzz --target=NAME FILE...
#include <cstdio>
#include <string_view>

#include "base/file.h"
#include "chosen_target.h"

int main(int count, char** arguments) {
  if (count == 2 && std::string_view(arguments[1]) == "--list") return kensho::list_targets();
  const auto target = kensho::chosen_target(count, arguments);
  for (int i = 2; i < count; ++i) {
    const auto input = kensho::read_file(arguments[i]);
    if (!input) {
      std::fprintf(stderr, "%s\n", input.error().message.c_str());
      return 1;
    }
    std::fprintf(stderr, "Running: %s\n", arguments[i]);
    target.check(*input);
  }
  return 0;
}
