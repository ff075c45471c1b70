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

/// Blocks the signals that end a server in this thread and in those it starts from now on: to be
/// called before the first thread, so that only the one that waits for them gets them.
void hold_stop_signals();

/// Serves the routes until the process is asked to end (SIGINT, SIGTERM). `what` goes into the line
/// that says where; each request gives one JSON line on standard error, without anything that
/// points to a person. Errors: those of Router::make and Server::listen.
Status serve_until_stopped(const Listen& listen, std::vector<Route> routes,
                           const std::string& what);

}  // namespace kensho::cli
