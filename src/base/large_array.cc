#include "base/large_array.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace kensho {
namespace {

constexpr std::size_t page_bytes = std::size_t{1} << 21;
constexpr std::size_t large_bytes = 2 * page_bytes;  // below, the rounding up would be felt

}  // namespace

void* allocate_large(std::size_t bytes) {
  if (bytes < large_bytes) return ::operator new(bytes);
  void* memory = ::operator new(bytes, std::align_val_t{page_bytes});
#if defined(__linux__)
  // A wish: where it is not granted the pages are small ones.
  (void)::madvise(memory, bytes / page_bytes * page_bytes, MADV_HUGEPAGE);
#endif
  return memory;
}

void free_large(void* memory, std::size_t bytes) {
  if (bytes < large_bytes) return ::operator delete(memory);
  ::operator delete(memory, std::align_val_t{page_bytes});
}

}  // namespace kensho
