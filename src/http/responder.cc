#include "http/responder.h"

#include <atomic>

#include "http/error_response.h"

namespace kensho {

struct Responder::State {
  explicit State(std::function<void(Response)> given) : send(std::move(given)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { answer(error_response({Errc::corrupted, "no answer was given"})); }

  void answer(Response response) {
    if (answered.exchange(true)) return;
    if (!route.empty()) response.route = route;
    send(std::move(response));
  }

  std::function<void(Response)> send;
  std::string route;
  std::atomic<bool> answered = false;
};

Responder::Responder(std::function<void(Response)> send)
    : state_(std::make_shared<State>(std::move(send))) {}

void Responder::operator()(Response response) const {
  state_->answer(std::move(response));
}

void Responder::operator()(const Error& error) const {
  state_->answer(error_response(error));
}

void Responder::set_route(std::string pattern) const {
  state_->route = std::move(pattern);
}

}  // namespace kensho
