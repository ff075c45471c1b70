// Loaded in front of the C library (LD_PRELOAD): writes down what a program does to the disk, and
// lets chosen calls fail. See docs/adr/0016.
//
//   DISK_ROOT   the folder that counts; nothing outside it is recorded or fails
//   DISK_TRACE  the file to append records to (disk_trace.h); none: nothing is recorded
//   DISK_FAIL   KIND:K:ERRNO:HOW, the K-th call (from 1) of a kind fails. KIND: write, sync,
//   rename,
//               create, truncate, unlink. HOW: once; stuck (all later ones of the kind too); short
//               (a write that takes half of its bytes, once); full (short, then stuck)
//   DISK_FIRED  a file that is made when the failure came
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <cerrno>
#include <climits>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>

#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "disk_trace.h"

namespace kensho::faults {
namespace {

/// The next definition of a function: the C library's own.
template <class Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}
#define REAL(name) static const auto next = real<decltype(&::name)>(#name)

std::string text_of(const char* variable) {
  const char* value = std::getenv(variable);
  return value ? value : "";
}

/// What the environment asks for.
struct Settings {
  std::string root = text_of("DISK_ROOT");
  int trace = open_trace();
  std::string kind;
  long fail_at = 0;
  int code = EIO;
  std::string how;

  Settings() {
    const std::string fail = text_of("DISK_FAIL");
    if (fail.empty()) return;
    const std::size_t first = fail.find(':'), second = fail.find(':', first + 1),
                      third = fail.find(':', second + 1);
    kind = fail.substr(0, first);
    fail_at = std::atol(fail.c_str() + first + 1);
    code = std::atoi(fail.c_str() + second + 1);
    how = fail.substr(third + 1);
  }

  static int open_trace() {
    const std::string path = text_of("DISK_TRACE");
    if (path.empty()) return -1;
    return static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path.c_str(),
                                      O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644));
  }
};

Settings& settings() {
  static Settings made;
  return made;
}

std::recursive_mutex& one_at_a_time() {
  static std::recursive_mutex mutex;
  return mutex;
}

/// Holds every other disk call off, so that the trace has the order in which things happened.
#define IN_ORDER const std::scoped_lock in_order(one_at_a_time())

bool is_below_root(const std::string& path) {
  const std::string& root = settings().root;
  return !root.empty() && (path == root || path.starts_with(root + "/"));
}

void record(const Record& what) {
  if (settings().trace >= 0) write_record(settings().trace, what);
}

std::string path_of(int handle) {
  char buffer[PATH_MAX];
  const std::string link = "/proc/self/fd/" + std::to_string(handle);
  const ssize_t size = ::readlink(link.c_str(), buffer, sizeof buffer);
  return size < 0 ? "" : std::string(buffer, static_cast<std::size_t>(size));
}

/// The absolute path without links in its folders; empty where the folder does not exist.
std::string path_of(int folder, const char* name) {
  std::string path = name;
  if (!path.starts_with('/')) {
    char here[PATH_MAX];
    path = (folder == AT_FDCWD ? std::string(::getcwd(here, sizeof here)) : path_of(folder)) + "/" +
           path;
  }
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  const std::size_t slash = path.rfind('/');
  char resolved[PATH_MAX];
  if (!::realpath(slash == 0 ? "/" : path.substr(0, slash).c_str(), resolved)) return "";
  return std::string(resolved) + path.substr(slash);
}

struct stat status_of(int handle) {
  struct stat status{};
  ::fstat(handle, &status);
  return status;
}

bool exists(const std::string& path) {
  struct stat status{};
  return ::lstat(path.c_str(), &status) == 0;
}

/// Whether the failure that was asked for comes now; `how` it does then.
const std::string* due(std::string_view kind) {
  static long calls = 0;
  const int kept = errno;
  Settings& asked = settings();
  if (asked.fail_at == 0 || kind != asked.kind) return nullptr;
  ++calls;
  const bool stuck = asked.how == "stuck" || asked.how == "full";
  if (calls < asked.fail_at || (calls > asked.fail_at && !stuck)) return nullptr;
  static const std::string full = "stuck";
  const long handle = ::syscall(SYS_openat, AT_FDCWD, text_of("DISK_FIRED").c_str(),
                                O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (handle >= 0) ::syscall(SYS_close, handle);
  errno = kept;
  return calls > asked.fail_at ? &full : &asked.how;
}

/// True, and errno set, if this call must fail as a whole.
bool fails(std::string_view kind) {
  if (!due(kind)) return false;
  errno = settings().code;
  return true;
}

/// How many bytes a write may take; -1, and errno set, if it must fail.
ssize_t allowed(std::size_t bytes) {
  const std::string* how = due("write");
  if (!how) return static_cast<ssize_t>(bytes);
  if ((*how == "short" || *how == "full") && bytes > 1) return static_cast<ssize_t>(bytes / 2);
  if (*how == "short") return static_cast<ssize_t>(bytes);
  errno = settings().code;
  return -1;
}

/// A file that was just opened: was it made, was it emptied?
void note_opened(int handle, const std::string& path, bool was_there, int flags) {
  if (handle < 0 || !is_below_root(path)) return;
  const struct stat status = status_of(handle);
  if (!S_ISREG(status.st_mode)) return;
  if (!was_there)
    record({.op = 'C', .a = status.st_ino, .b = status.st_mode & 07777, .path = path});
  else if (flags & O_TRUNC)
    record({.op = 'T', .a = status.st_ino, .b = 0});
}

template <class Open>
int open_noted(int folder, const char* name, int flags, Open open) {
  IN_ORDER;
  const bool changes = (flags & (O_CREAT | O_TRUNC)) != 0;
  const std::string path = changes ? path_of(folder, name) : "";
  const bool was_there = changes && exists(path);
  if (changes && !was_there && is_below_root(path) && fails("create")) return -1;
  const int handle = open();
  if (changes) note_opened(handle, path, was_there, flags);
  return handle;
}

/// A write of some kind: `call(bytes)` does it, with so many bytes at most.
template <class Call>
ssize_t write_noted(int handle, std::string_view data, off_t offset, Call call) {
  IN_ORDER;
  const struct stat status = status_of(handle);
  if (!S_ISREG(status.st_mode) || !is_below_root(path_of(handle))) return call(data.size());
  const ssize_t most = allowed(data.size());
  if (most < 0) return -1;
  const ssize_t written = call(static_cast<std::size_t>(most));
  if (written > 0) {
    const off_t at = offset >= 0 ? offset : ::lseek(handle, 0, SEEK_CUR) - written;
    record({.op = 'W',
            .a = status.st_ino,
            .b = static_cast<std::uint64_t>(at),
            .data = data.substr(0, static_cast<std::size_t>(written))});
  }
  return written;
}

template <class Call>
int sync_noted(int handle, char op, Call call) {
  IN_ORDER;
  const std::string path = path_of(handle);
  if (!is_below_root(path)) return call();
  if (fails("sync")) return -1;
  const int done = call();
  if (done == 0) record({.op = op, .a = status_of(handle).st_ino, .path = path});
  return done;
}

template <class Call>
int path_noted(std::string_view kind, char op, const std::string& path, Call call) {
  IN_ORDER;
  if (!is_below_root(path)) return call();
  if (fails(kind)) return -1;
  const int done = call();
  if (done == 0) record({.op = op, .path = path});
  return done;
}

template <class Call>
int rename_noted(const std::string& from, const std::string& to, unsigned flags, Call call) {
  IN_ORDER;
  if (!is_below_root(from) && !is_below_root(to)) return call();
  if (fails("rename")) return -1;
  const int done = call();
  if (done == 0) record({.op = 'R', .a = flags, .path = from, .to = to});
  return done;
}

template <class Call>
int truncate_noted(int handle, off_t size, Call call) {
  IN_ORDER;
  if (!is_below_root(path_of(handle))) return call();
  if (fails("truncate")) return -1;
  const int done = call();
  if (done == 0)
    record({.op = 'T', .a = status_of(handle).st_ino, .b = static_cast<std::uint64_t>(size)});
  return done;
}

/// What goes out over a socket: the moment of an answer.
void note_sent(int handle, std::string_view data) {
  if (S_ISSOCK(status_of(handle).st_mode)) record({.op = 'N', .data = data});
}

mode_t mode_of(int flags, va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? static_cast<mode_t>(va_arg(arguments, int)) : 0;
}

}  // namespace
}  // namespace kensho::faults

using namespace kensho::faults;

#define OPEN_WITH_MODE(folder, call)             \
  va_list arguments;                             \
  va_start(arguments, flags);                    \
  const mode_t mode = mode_of(flags, arguments); \
  va_end(arguments);                             \
  return open_noted(folder, path, flags, [&] { return call; })

extern "C" {

int open(const char* path, int flags, ...) {
  REAL(open);
  OPEN_WITH_MODE(AT_FDCWD, next(path, flags, mode));
}
int open64(const char* path, int flags, ...) {
  REAL(open64);
  OPEN_WITH_MODE(AT_FDCWD, next(path, flags, mode));
}
int openat(int folder, const char* path, int flags, ...) {
  REAL(openat);
  OPEN_WITH_MODE(folder, next(folder, path, flags, mode));
}
int openat64(int folder, const char* path, int flags, ...) {
  REAL(openat64);
  OPEN_WITH_MODE(folder, next(folder, path, flags, mode));
}

ssize_t write(int handle, const void* data, size_t size) {
  REAL(write);
  return write_noted(handle, {static_cast<const char*>(data), size}, -1,
                     [&](std::size_t bytes) { return next(handle, data, bytes); });
}
ssize_t pwrite(int handle, const void* data, size_t size, off_t offset) {
  REAL(pwrite);
  return write_noted(handle, {static_cast<const char*>(data), size}, offset,
                     [&](std::size_t bytes) { return next(handle, data, bytes, offset); });
}
ssize_t pwrite64(int handle, const void* data, size_t size, off64_t offset) {
  REAL(pwrite64);
  return write_noted(handle, {static_cast<const char*>(data), size}, offset,
                     [&](std::size_t bytes) { return next(handle, data, bytes, offset); });
}
ssize_t writev(int handle, const iovec* parts, int count) {
  REAL(writev);
  const std::string data(gathered(parts, count, SSIZE_MAX));
  return write_noted(handle, data, -1, [&](std::size_t bytes) {
    note_sent(handle, data);
    return bytes == data.size() ? next(handle, parts, count) : ::write(handle, data.data(), bytes);
  });
}
ssize_t send(int handle, const void* data, size_t size, int flags) {
  REAL(send);
  IN_ORDER;
  note_sent(handle, {static_cast<const char*>(data), size});
  return next(handle, data, size, flags);
}
ssize_t sendmsg(int handle, const msghdr* message, int flags) {
  REAL(sendmsg);
  IN_ORDER;
  note_sent(handle, gathered(message->msg_iov, static_cast<int>(message->msg_iovlen), SSIZE_MAX));
  return next(handle, message, flags);
}

int ftruncate(int handle, off_t size) noexcept {
  REAL(ftruncate);
  return truncate_noted(handle, size, [&] { return next(handle, size); });
}
int ftruncate64(int handle, off64_t size) noexcept {
  REAL(ftruncate64);
  return truncate_noted(handle, size, [&] { return next(handle, size); });
}

int fsync(int handle) {
  REAL(fsync);
  return sync_noted(handle, 'F', [&] { return next(handle); });
}
int fdatasync(int handle) {
  REAL(fdatasync);
  return sync_noted(handle, 'F', [&] { return next(handle); });
}
int syncfs(int handle) noexcept {
  REAL(syncfs);
  return sync_noted(handle, 'S', [&] { return next(handle); });
}

int rename(const char* from, const char* to) noexcept {
  REAL(rename);
  return rename_noted(path_of(AT_FDCWD, from), path_of(AT_FDCWD, to), 0,
                      [&] { return next(from, to); });
}
int renameat2(int from_folder, const char* from, int to_folder, const char* to,
              unsigned flags) noexcept {
  REAL(renameat2);
  return rename_noted(path_of(from_folder, from), path_of(to_folder, to), flags,
                      [&] { return next(from_folder, from, to_folder, to, flags); });
}

int mkdir(const char* path, mode_t mode) noexcept {
  REAL(mkdir);
  const std::string full = path_of(AT_FDCWD, path);
  if (exists(full)) return next(path, mode);  // the answer is EEXIST, no change
  return path_noted("create", 'M', full, [&] { return next(path, mode); });
}
int rmdir(const char* path) noexcept {
  REAL(rmdir);
  return path_noted("unlink", 'D', path_of(AT_FDCWD, path), [&] { return next(path); });
}
int unlink(const char* path) noexcept {
  REAL(unlink);
  const std::string full = path_of(AT_FDCWD, path);
  if (!exists(full)) return next(path);
  return path_noted("unlink", 'U', full, [&] { return next(path); });
}
int unlinkat(int folder, const char* path, int flags) noexcept {
  REAL(unlinkat);
  return path_noted("unlink", (flags & AT_REMOVEDIR) != 0 ? 'D' : 'U', path_of(folder, path),
                    [&] { return next(folder, path, flags); });
}
int remove(const char* path) noexcept {
  struct stat status{};
  const bool is_folder = ::lstat(path, &status) == 0 && S_ISDIR(status.st_mode);
  return is_folder ? ::rmdir(path) : ::unlink(path);
}

/// The program writes what it says, then flushes: the moment from which an answer counts.
int fflush(FILE* stream) {
  REAL(fflush);
  IN_ORDER;
  if (stream == stdout) record({.op = 'A'});
  return next(stream);
}

}  // extern "C"
