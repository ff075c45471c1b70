#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "http/router.h"

namespace kensho::cli {

/// Where a command listens.
struct Listen {
  std::string address = "127.0.0.1";
  int port = 8080;
};

/// Serves the routes until the process is asked to end (SIGINT, SIGTERM). `what` goes into the line
/// that says where; each request gives one JSON line on standard error, without anything that
/// points to a person. Errors: those of Router::make and Server::listen.
Status serve_until_stopped(const Listen& listen, std::vector<Route> routes,
                           const std::string& what);

}  // namespace kensho::cli
