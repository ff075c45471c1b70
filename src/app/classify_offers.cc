#include "app/classify_offers.h"

#include <algorithm>

#include <fmt/format.h>

#include "study/completeness.h"

namespace kensho::app {
namespace {

struct ParsedProtocol {
  const SealedProtocol* sealed;
  study::Protocol protocol;
  study::Dataset dataset;
};

/// The newest version of every sealed protocol, read, with its data.
Result<std::vector<ParsedProtocol>> parse_protocols(const Registry& registry) {
  std::vector<ParsedProtocol> parsed;
  for (const SealedProtocol& sealed : registry.protocols) {
    if (find_protocol(registry, sealed.id) != &sealed) continue;
    auto protocol = study::parse_protocol(sealed.text, sealed.id);
    if (!protocol) {
      return Error{Errc::corrupted, fmt::format("entry {}: the sealed protocol cannot be read: {}",
                                                sealed.entry.seq, protocol.error().message)};
    }
    study::Dataset dataset = TRY(study::make_dataset(registry, *protocol));
    parsed.push_back({&sealed, std::move(protocol).value(), std::move(dataset)});
  }
  return parsed;
}

/// The protocol that covers an offer: of its therapy, and of its institution or of all.
const ParsedProtocol* covering(const std::vector<ParsedProtocol>& protocols, const Offer& offer) {
  for (const ParsedProtocol& candidate : protocols) {
    const auto& places = candidate.protocol.institutions;
    const bool here =
        places.empty() || std::ranges::find(places, offer.institution) != places.end();
    if (candidate.protocol.therapy == offer.therapy && here) return &candidate;
  }
  return nullptr;
}

ProtocolFacts facts_of(const ParsedProtocol& parsed, const Offer& offer, Date on) {
  const study::Protocol& protocol = parsed.protocol;
  const auto has_role = [&](study::EndpointRole role) {
    return std::ranges::find(protocol.endpoints, role, &study::Endpoint::role) !=
           protocol.endpoints.end();
  };
  const study::Completeness follow_up = study::follow_up_completeness(
      study::at_institution(parsed.dataset, offer.institution), protocol.follow_up, on);
  return {.id = protocol.id,
          .sealed = parsed.sealed->entry,
          .treated_from = protocol.population.treated_from,
          .baseline_required = protocol.baseline_required,
          .has_safety_endpoint = has_role(study::EndpointRole::safety),
          .has_efficacy_endpoint = has_role(study::EndpointRole::efficacy),
          .analysis_due = protocol.analysis_due,
          .follow_up_bound = protocol.follow_up.bound,
          .follow_up_due = follow_up.due,
          .follow_up_complete = follow_up.complete};
}

}  // namespace

Result<std::vector<ClassifiedOffer>> classify_offers(const Registry& registry, Date on,
                                                     const RuleSet& rules) {
  const std::vector<ParsedProtocol> protocols = TRY(parse_protocols(registry));
  std::vector<ClassifiedOffer> classified;
  for (const auto& [key, offer] : registry.offers) {
    ClassifiedOffer one{.offer = &offer};
    const ParsedProtocol* parsed = covering(protocols, offer.fact);
    if (parsed) {
      one.protocol = parsed->protocol;
      one.sealed = parsed->sealed;
      one.facts = facts_of(*parsed, offer.fact, on);
    }
    one.classification = classify(registry, offer.fact, on, rules, parsed ? &one.facts : nullptr);
    classified.push_back(std::move(one));
  }
  return classified;
}

}  // namespace kensho::app
