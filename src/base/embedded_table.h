#pragma once

namespace kensho {

/// One file inside the program; the table (made by cmake/embed.cmake, ordered by path) ends with a
/// row of nullptr.
struct EmbeddedRow {
  const char* path;
  const char* begin;
  const char* end;
};
extern const EmbeddedRow embedded_rows[];

}  // namespace kensho
