#pragma once

#include <map>

#include "domain/classification.h"
#include "study/protocol.h"

namespace kensho::app {

/// An offer with its class and what led to it.
struct ClassifiedOffer {
  const Recorded<Offer>* offer = nullptr;  // borrowed from the registry
  Classification classification;
  std::optional<study::Protocol> protocol;  // the sealed one that covers it
  const SealedProtocol* sealed = nullptr;
  ProtocolFacts facts;  // meaningful where there is a protocol
};

/// Classifies every offer of the registry as of the day `on`; the registry is folded up to it.
/// Errors: corrupted: a sealed protocol cannot be read.
Result<std::vector<ClassifiedOffer>> classify_offers(const Registry& registry, Date on,
                                                     const RuleSet& rules);

}  // namespace kensho::app
