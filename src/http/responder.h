// Responder: the answer to a request as something that can be kept, handed on and given later.
#pragma once

#include <functional>
#include <memory>

#include "http/message.h"

namespace kensho {

/// Answers one request, from any thread, once; further answers are dropped. When the last copy goes
/// without an answer the client gets 500, so that no request hangs for ever.
class Responder {
 public:
  /// `send` is called with the answer, on the thread that gives it.
  explicit Responder(std::function<void(Response)> send);

  void operator()(Response response) const;
  /// The problem response of an error.
  void operator()(const Error& error) const;

  /// The pattern of the matched route, for the access log; set by the router before it hands on.
  void set_route(std::string pattern) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// Answers one request, at once or later. Called from several threads at once; must not wait for
/// anything slow, as only so many threads call it.
using AsyncHandler = std::function<void(Request, Responder)>;

}  // namespace kensho
