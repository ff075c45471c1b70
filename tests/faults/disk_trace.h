// What disk_shim.cc writes down: one record a call that changes or syncs something below the root.
#pragma once

#include <cstdint>
#include <string_view>

#include <sys/uio.h>

namespace kensho::faults {

/// A record on the way into the trace. In the file: op, a, b, the lengths of the three texts, the
/// texts; numbers little-endian. disk_model.py reads it.
struct Record {
  char op;              // see disk_model.py
  std::uint64_t a = 0;  // the inode, where one is meant
  std::uint64_t b = 0;
  std::string_view path;
  std::string_view to;
  std::string_view data;
};

/// Appends a record to the file descriptor in one call, so that records of several processes stay
/// whole.
void write_record(int trace, const Record& record);

/// The bytes of a vector of buffers, at most `bytes` of them, for write_record; valid until the
/// next call of this thread.
std::string_view gathered(const iovec* parts, int count, std::size_t bytes);

}  // namespace kensho::faults
