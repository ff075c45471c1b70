#include "http/static_files.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <span>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http/content_type.h"
#include "http/http_date.h"

namespace kensho {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  int get() const { return value_; }
  int release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

Error no_such_file() {
  return Error{Errc::not_found, "there is no such file"};
}

Error open_failure(int code) {
  if (code == EMFILE || code == ENFILE || code == ENOMEM || code == EIO)
    return Error{Errc::unavailable, "the file cannot be opened now"};
  return no_such_file();
}

// The path is walked one segment at a time without following links, so no name, however made and
// however the tree changes meanwhile, leads out of the root.
bool may_be_served(std::string_view segment) {
  if (segment.empty() || segment.find_first_of(std::string_view("/\0", 2)) != segment.npos)
    return false;
  return segment.front() != '.' || segment == ".well-known";
}

Result<Descriptor> open_below(int folder, const std::string& segment, int flags) {
  if (!may_be_served(segment)) return no_such_file();
  Descriptor opened(
      ::openat(folder, segment.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | flags));
  if (opened.get() < 0) return open_failure(errno);
  return opened;
}

Result<Descriptor> open_root(const std::string& root) {
  Descriptor opened(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() < 0) return open_failure(errno);
  return opened;
}

Result<Descriptor> open_path(const std::string& root, std::span<const std::string> segments) {
  Descriptor at = TRY(open_root(root));
  for (std::size_t i = 0; i < segments.size(); ++i)
    at = TRY(open_below(at.get(), segments[i], i + 1 < segments.size() ? O_DIRECTORY : 0));
  return at;
}

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

// The change time of the node cannot be set by anyone, so a file replaced by another of the same
// size and write time (as reproducible builds make them) still gets a new tag.
std::string entity_tag(const struct stat& info) {
  return fmt::format("\"{:x}-{:x}-{:x}\"", info.st_size, nanoseconds(info.st_mtim),
                     nanoseconds(info.st_ctim));
}

bool lists_tag(std::string_view list, std::string_view tag) {
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    std::string_view one = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    one.remove_prefix(std::min(one.find_first_not_of(" \t"), one.size()));
    one.remove_suffix(one.size() - std::min(one.find_last_not_of(" \t") + 1, one.size()));
    if (one.starts_with("W/")) one.remove_prefix(2);  // weak comparison, RFC 9110 section 13.1.2
    if (one == tag || one == "*") return true;
  }
  return false;
}

// If-Modified-Since is compared as text: a client sends back what it got, and a date that is only
// older or newer tells nothing after a roll-back of the folder.
bool client_has_it(const Request& request, std::string_view tag, std::string_view modified) {
  if (const auto tags = request.header("if-none-match")) return lists_tag(*tags, tag);
  return request.header("if-modified-since") == modified;
}

std::string joined(std::span<const std::string> segments) {
  return fmt::format("{}", fmt::join(segments, "/"));
}

Response with_slash(const Request& request) {
  std::string location = request.raw_path + "/";
  if (!request.raw_query.empty()) location += "?" + request.raw_query;
  return redirect(308, std::move(location));
}

Response file_response(const Request& request, FilePolicy policy, Descriptor file,
                       const struct stat& info) {
  Response response;
  const std::string tag = entity_tag(info);
  const std::string modified = http_date(info.st_mtim.tv_sec);
  response.headers = {{"ETag", tag},
                      {"Last-Modified", modified},
                      {"Cache-Control", std::move(policy.cache_control)}};
  if (client_has_it(request, tag, modified)) {
    response.status = 304;
    return response;
  }
  response.content_type = std::move(policy.content_type);
  response.file = OpenFile(file.release(), static_cast<std::uint64_t>(info.st_size));
  return response;
}

}  // namespace

StaticFiles::StaticFiles(StaticFilesOptions options)
    : options_(std::move(options)),
      mount_segments_(options_.mount == "/"
                          ? 0
                          : static_cast<std::size_t>(std::ranges::count(options_.mount, '/'))) {}

Result<StaticFiles> StaticFiles::make(StaticFilesOptions options) {
  if (!options.mount.starts_with('/') || (options.mount != "/" && options.mount.ends_with('/')))
    return Error{Errc::invalid_argument, "static files: the mount must look like \"/name\""};
  if (!open_root(options.root)) {
    return Error{Errc::invalid_argument,
                 "static files: \"" + options.root + "\" is not a readable folder"};
  }
  return StaticFiles(std::move(options));
}

Result<Response> StaticFiles::operator()(const Request& request) const {
  if (request.segments.size() <= mount_segments_) return no_such_file();
  std::vector<std::string> path(
      request.segments.begin() + static_cast<std::ptrdiff_t>(mount_segments_),
      request.segments.end());
  if (path.back().empty()) path.back() = "index.html";

  Descriptor file = TRY(open_path(options_.root, path));
  struct stat info = {};
  if (::fstat(file.get(), &info) != 0) return open_failure(errno);
  if (S_ISDIR(info.st_mode)) return with_slash(request);
  if (!S_ISREG(info.st_mode)) return no_such_file();

  FilePolicy policy = options_.policy ? options_.policy(joined(path)) : FilePolicy{};
  if (policy.content_type.empty()) policy.content_type = content_type_of(path.back());
  return file_response(request, std::move(policy), std::move(file), info);
}

}  // namespace kensho
