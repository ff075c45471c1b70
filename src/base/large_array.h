// Memory for arrays of many megabytes that are filled once and walked often.
#pragma once

#include <cstddef>
#include <new>
#include <utility>
#include <vector>

namespace kensho {

/// Memory in pages of two megabytes where the system gives them and the array is that large: a
/// fresh page costs an interruption of the program however small it is.
/// Errors  std::bad_alloc, as operator new.
void* allocate_large(std::size_t bytes);
void free_large(void* memory, std::size_t bytes);

/// For a std::vector whose values are undefined until they are set, in large pages.
template <class T>
struct LargeAllocator {
  using value_type = T;
  LargeAllocator() = default;
  template <class Other>
  LargeAllocator(const LargeAllocator<Other>&) {}

  T* allocate(std::size_t count) { return static_cast<T*>(allocate_large(count * sizeof(T))); }
  void deallocate(T* memory, std::size_t count) { free_large(memory, count * sizeof(T)); }
  template <class Value>
  void construct(Value* place) {
    ::new (static_cast<void*>(place)) Value;
  }
  template <class Value, class... From>
  void construct(Value* place, From&&... from) {
    ::new (static_cast<void*>(place)) Value(std::forward<From>(from)...);
  }
  bool operator==(const LargeAllocator&) const = default;
};

/// `LargeArray<double> values(n)` sets nothing; `values(n, 0.0)` does.
template <class T>
using LargeArray = std::vector<T, LargeAllocator<T>>;

}  // namespace kensho
