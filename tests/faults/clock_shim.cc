// A clock that was set wrong: the program under the shim sees the time CLOCK_OFFSET_S seconds away.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <cstdlib>
#include <ctime>

#include <dlfcn.h>

extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
  static const auto next =
      reinterpret_cast<decltype(&::clock_gettime)>(::dlsym(RTLD_NEXT, "clock_gettime"));
  const int done = next(clock, time);
  const char* offset_s = std::getenv("CLOCK_OFFSET_S");
  if (done == 0 && clock == CLOCK_REALTIME && offset_s) time->tv_sec += std::atol(offset_s);
  return done;
}
