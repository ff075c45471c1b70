#include <fcntl.h>
#include <unistd.h>

#include "measures.h"

namespace kensho::bench {

Result<Rate> measure_disk(const std::filesystem::path& folder, std::size_t bytes,
                          milliseconds time) {
  constexpr std::size_t file_bytes = 64u << 20;
  const std::filesystem::path path = folder / "disk.tmp";
  const int handle = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const Error failed{Errc::unavailable, "cannot write " + path.string()};
  if (handle < 0) return failed;
  const std::string block(1u << 20, 'x');
  for (std::size_t at = 0; at < file_bytes; at += block.size())
    if (::pwrite(handle, block.data(), block.size(), static_cast<off_t>(at)) < 0) return failed;
  if (::fsync(handle) != 0) return failed;

  Rate rate;
  const auto begin = SteadyClock::now();
  for (std::size_t at = 0; SteadyClock::now() - begin < time;
       at = (at + bytes) % (file_bytes / 2)) {
    const auto start = SteadyClock::now();
    if (::pwrite(handle, block.data(), bytes, static_cast<off_t>(at)) < 0) return failed;
    if (::fdatasync(handle) != 0) return failed;
    rate.durations_ns.push_back((SteadyClock::now() - start).count());
  }
  rate.seconds = std::chrono::duration<double>(SteadyClock::now() - begin).count();
  ::close(handle);
  std::filesystem::remove(path);
  return rate;
}

}  // namespace kensho::bench
