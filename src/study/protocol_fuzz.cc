// Protocols: an accepted one holds together.
#include <algorithm>

#include "base/testing/fuzz_target.h"
#include "study/methods.h"
#include "study/protocol.h"

namespace kensho::study {
namespace {

KENSHO_FUZZ(protocol) {
  const auto protocol = parse_protocol(input, "p.toml");
  if (!protocol) {
    ENSURE(protocol.error().code == Errc::invalid_argument);
    ENSURE(protocol.error().message.find("p.toml") != std::string::npos);
    return;
  }
  ENSURE(!protocol->id.empty() && !protocol->therapy.empty());
  ENSURE(std::ranges::count(protocol->analyses, true, &Analysis::primary) >= 1);
  const auto has_role = [&](EndpointRole role) {
    return std::ranges::find(protocol->endpoints, role, &Endpoint::role) !=
           protocol->endpoints.end();
  };
  ENSURE(has_role(EndpointRole::efficacy) && has_role(EndpointRole::safety));
  for (const Analysis& analysis : protocol->analyses) {
    ENSURE(analysis.confidence > 0 && analysis.confidence < 1);
    ENSURE(analysis.endpoint.empty() || protocol->endpoint(analysis.endpoint) != nullptr);
  }
  for (const Endpoint& endpoint : protocol->endpoints)
    for (const Window& visit : endpoint.visits) ENSURE(visit.from_day <= visit.to_day);
}

}  // namespace
}  // namespace kensho::study
