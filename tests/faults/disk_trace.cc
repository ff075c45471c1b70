#include "disk_trace.h"

#include <algorithm>
#include <string>

#include <sys/syscall.h>
#include <unistd.h>

namespace kensho::faults {
namespace {

void put(std::string& out, std::uint64_t value) {
  for (int shift = 0; shift < 64; shift += 8) out.push_back(static_cast<char>(value >> shift));
}

}  // namespace

void write_record(int trace, const Record& record) {
  std::string bytes(1, record.op);
  for (const std::uint64_t value :
       {record.a, record.b, std::uint64_t{record.path.size()}, std::uint64_t{record.to.size()},
        std::uint64_t{record.data.size()}})
    put(bytes, value);
  bytes.append(record.path).append(record.to).append(record.data);
  // The plain system call: the wrapped write must not see it.
  if (::syscall(SYS_write, trace, bytes.data(), bytes.size()) != static_cast<long>(bytes.size()))
    ::_exit(99);  // a trace with a hole proves nothing
}

std::string_view gathered(const iovec* parts, int count, std::size_t bytes) {
  thread_local std::string all;
  all.clear();
  for (int i = 0; i < count && bytes > 0; ++i) {
    const std::size_t taken = std::min(bytes, parts[i].iov_len);
    all.append(static_cast<const char*>(parts[i].iov_base), taken);
    bytes -= taken;
  }
  return all;
}

}  // namespace kensho::faults
