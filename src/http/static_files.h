// A folder of files, read only, under one prefix of the address space.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace kensho {

/// What differs from file to file.
struct FilePolicy {
  std::string cache_control = "no-cache";  // ask again, and be answered 304 if nothing changed
  std::string content_type;                // empty: by the name of the file
};

/// What to serve and how.
struct StaticFilesOptions {
  std::string root;         // folder; may itself be a symbolic link, looked up at every request
  std::string mount = "/";  // e.g. "/log": request "/log/a/b" is file "a/b" of the root
  /// Chooses by the path below the root ("tile/0/001"); none: the defaults of FilePolicy.
  std::function<FilePolicy(std::string_view path)> policy = nullptr;
};

/// Serves GET and HEAD of a folder. A RouteHandler for a pattern like "/log/{path...}".
///
/// A folder's address ends with '/' and shows its index.html; without the slash it is redirected.
/// Every answer has a strong ETag (size, time of the last write and of the last change of the
/// file's node) and Last-Modified; If-None-Match and, without it, If-Modified-Since are answered
/// 304. Never served: what is outside the root, any symbolic link below it, anything but a regular
/// file, and names that begin with '.', except ".well-known". Errors  not_found; unavailable when
/// the system is out of file descriptors or cannot read. Cost    one system call for each segment
/// of the path; the content is streamed by the server. Source  RFC 9110 sections 8.8 and 13.1.
class StaticFiles {
 public:
  /// Errors  invalid_argument: the root is not a readable folder, or the mount has no leading '/'.
  static Result<StaticFiles> make(StaticFilesOptions options);

  /// Answers a request whose path is below the mount.
  Result<Response> operator()(const Request& request) const;

 private:
  explicit StaticFiles(StaticFilesOptions options);

  StaticFilesOptions options_;
  std::size_t mount_segments_;
};

}  // namespace kensho
