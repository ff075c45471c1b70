// The stretch of text a CsvReader is looking at.
#pragma once

#include <cstddef>
#include <vector>

#include "base/result.h"
#include "exchange/csv/text_decoder.h"

namespace kensho {

/// A window over decoded text that always starts at a record. A NUL stands behind its end, so that
/// a scanner needs no other bound.
class CsvBuffer {
 public:
  /// An empty window over `source`, with room for `capacity` bytes (at least 64).
  CsvBuffer(TextDecoder source, std::size_t capacity);

  char* begin() { return text_.data() + begin_; }
  char* end() { return text_.data() + end_; }
  std::size_t size() const { return end_ - begin_; }

  /// True once the window reaches to the end of the source.
  bool at_end() const { return at_end_; }

  /// Drops the text before `place`, which lies in the window. Cost O(1).
  void drop_before(const char* place);

  /// Reads on, keeping what is in the window; doubles the room when the window fills more than half
  /// of it. Moves the text. Errors: the decoder's. Cost: amortised O(bytes read).
  Status extend();

 private:
  TextDecoder source_;
  std::vector<char> text_;  // one byte longer than the room, for the NUL
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool at_end_ = false;
};

}  // namespace kensho
