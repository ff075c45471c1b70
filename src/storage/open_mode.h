#pragma once

namespace kensho {

/// How a store is opened.
enum class OpenMode : unsigned char {
  create,    // make what does not exist
  existing,  // it must be there already
  read_only,
};

}  // namespace kensho
