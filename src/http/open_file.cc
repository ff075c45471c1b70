#include "http/open_file.h"

#include <cerrno>

#include <unistd.h>

namespace kensho {

OpenFile::~OpenFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::size_t> OpenFile::read_at(std::uint64_t offset_bytes, std::span<char> into) const {
  for (;;) {
    const ssize_t count =
        ::pread(descriptor_, into.data(), into.size(), static_cast<off_t>(offset_bytes));
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) return Error{Errc::unavailable, "the file cannot be read"};
  }
}

}  // namespace kensho
