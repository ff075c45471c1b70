#include "exchange/csv/text_decoder_bytes.h"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace kensho {
namespace {

std::string system_words(int code) {
  return std::error_code(code, std::generic_category()).message();
}

Error cannot_open(const std::filesystem::path& path, int code) {
  const std::string name = path.string();
  if (code == ENOENT)
    return {Errc::not_found, fmt::format("{}: no such file; check the path", name)};
  if (code == EACCES) {
    return {Errc::permission_denied,
            fmt::format("{}: no permission to read it; ask its owner for read access", name)};
  }
  return {Errc::unavailable, fmt::format("{}: cannot open it: {}", name, system_words(code))};
}

}  // namespace

Result<ByteSource> ByteSource::open(const std::filesystem::path& path) {
  std::error_code unknown;  // then opening it says why
  if (std::filesystem::is_directory(path, unknown)) {
    return Error{Errc::invalid_argument,
                 fmt::format("{}: a directory; name the file in it", path.string())};
  }
  errno = 0;
  ByteSource source;
  source.file_.reset(std::fopen(path.c_str(), "rbe"));  // e: not inherited by child processes
  if (source.file_ == nullptr) return cannot_open(path, errno);
  // Reads go straight into the caller's buffer, without a second copy.
  std::setvbuf(source.file_.get(), nullptr, _IONBF, 0);
  return source;
}

ByteSource ByteSource::from_bytes(std::string bytes) {
  ByteSource source;
  source.bytes_ = std::move(bytes);
  return source;
}

Result<std::size_t> ByteSource::read(std::span<char> out) {
  if (file_ == nullptr) {
    const std::size_t copied = bytes_.copy(out.data(), out.size(), position_);
    position_ += copied;
    return copied;
  }
  errno = 0;
  const std::size_t count = std::fread(out.data(), 1, out.size(), file_.get());
  if (count < out.size() && std::ferror(file_.get()) != 0) {
    return Error{Errc::unavailable, fmt::format("reading failed: {}", system_words(errno))};
  }
  return count;
}

}  // namespace kensho
