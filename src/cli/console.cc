#include "cli/console.h"

#include <iostream>

#include <unistd.h>

namespace kensho::cli {

void print(std::string_view text) {
  std::cout << text << std::flush;
}

void print_json(const Json& document) {
  print(to_json_pretty(document));
}

int fail(const Error& error) {
  end_progress();
  std::cout << std::flush;
  std::cerr << "kensho: " << error.message << '\n';
  return exit_failed;
}

int finish(int exit_code) {
  if (std::cout.flush() || exit_code != exit_done) return exit_code;
  return fail({Errc::unavailable,
               "the output could not be written, so nobody was told; what was asked for is done"});
}

Result<std::string> read_input_line() {
  std::string line;
  if (std::getline(std::cin, line)) return line;
  return Error{Errc::invalid_argument, "standard input is empty"};
}

void remark(std::string_view text) {
  std::cerr << text << '\n';
}

bool shows_progress() {
  return ::isatty(STDERR_FILENO) == 1;
}

void show_progress(std::string_view text) {
  if (shows_progress()) std::cerr << "\r\x1b[K" << text << std::flush;
}

void end_progress() {
  show_progress("");
}

}  // namespace kensho::cli
