#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace kensho::cli {

/// The program's exit codes: done; failed; called wrongly.
inline constexpr int exit_done = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_wrong_use = 2;

/// Text to standard output.
void print(std::string_view text);
/// A Json document to standard output, indented.
void print_json(const Json& document);
/// An error's message to standard error; gives exit_failed.
int fail(const Error& error);
/// The exit code of the program: an answer that could not be written (a full disk) is no success.
int finish(int exit_code);
/// A line of standard input, without its end. Errors: invalid_argument: there is none.
Result<std::string> read_input_line();
/// A line to standard error that is not an error.
void remark(std::string_view text);

/// Whether standard error is a terminal: only then is progress shown.
bool shows_progress();
/// Overwrites the progress line; nothing where it is not shown.
void show_progress(std::string_view text);
/// Wipes the progress line.
void end_progress();

}  // namespace kensho::cli
