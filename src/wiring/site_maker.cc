#include "wiring/site_maker.h"

#include <algorithm>

#include "site/site.h"

namespace kensho::wiring {
namespace {

/// Whether a participant has everything the protocol wants known before treatment.
bool has_baseline(const Participant& participant, const std::vector<std::string>& required) {
  return std::ranges::all_of(required, [&](const std::string& variable) {
    if (participant.baseline.contains(variable)) return true;
    return std::ranges::any_of(participant.assessments, [&](const auto& assessment) {
      const auto day = study_day(assessment.fact.when, participant);
      return assessment.fact.variable == variable && day && *day <= 0;
    });
  });
}

site::OfferNumbers numbers_of(const Registry& registry, const app::ClassifiedOffer& offer) {
  site::OfferNumbers numbers;
  numbers.follow_up_due = offer.facts.follow_up_due;
  numbers.follow_up_complete = offer.facts.follow_up_complete;
  for (const auto& [key, participant] : registry.participants) {
    const Offer& fact = offer.offer->fact;
    if (key.first != fact.institution || participant.therapy != fact.therapy) continue;
    ++numbers.registered;
    if (!first_given_treatment(participant)) continue;
    ++numbers.treated;
    if (has_baseline(participant, offer.facts.baseline_required)) ++numbers.with_baseline;
    if (participant.withdrawn) {
      ++numbers.withdrawn;
      continue;
    }
    for (const auto& event : participant.events) {
      if (!event.fact.adverse) continue;
      ++numbers.adverse_events;
      if (event.fact.serious) ++numbers.serious_adverse_events;
    }
  }
  for (const auto& [erasure, entry] : registry.erasures) {
    const Offer& fact = offer.offer->fact;
    if (erasure.institution == fact.institution && erasure.therapy == fact.therapy)
      ++numbers.erased;
  }
  return numbers;
}

std::optional<Approval> deciding_approval(const Registry& registry, const Classification& result) {
  for (const auto& [approval, entry] : registry.approvals) {
    if (result.approval_entry == entry.seq) return approval;
  }
  return std::nullopt;
}

/// The newest recorded run of a protocol as sealed.
std::optional<RecordedStudy> newest_study(const Registry& registry, const SealedProtocol& sealed) {
  std::optional<RecordedStudy> newest;
  for (const RecordedStudy& study : registry.studies) {
    if (study.protocol == sealed.id && study.as_sealed) newest = study;
  }
  return newest;
}

site::OfferPage page_of(const Registry& registry, const app::ClassifiedOffer& offer) {
  site::OfferPage page;
  const Offer& fact = offer.offer->fact;
  page.therapy = registry.therapies.at(fact.therapy).fact;
  page.institution = registry.institutions.at(fact.institution).fact;
  page.offer = fact;
  page.offer_entry = offer.offer->entry.seq;
  page.approval = deciding_approval(registry, offer.classification);
  page.classification = offer.classification;
  page.numbers = numbers_of(registry, offer);
  page.protocol = offer.protocol;
  if (offer.sealed) {
    page.sealed = *offer.sealed;
    page.study = newest_study(registry, *offer.sealed);
  }
  return page;
}

Json number_json(const site::ShownNumber& number) {
  Json out = Json::object();
  out.set("page", number.page).set("id", number.id).set("value", number.value);
  out.set("checkpoint", number.checkpoint);
  if (number.protocol.empty()) return out;
  return out.set("protocol", number.protocol).set("entry", number.entry);
}

}  // namespace

Result<app::MadeSite> make_site_files(const app::PublicationData& data, const std::string& key,
                                      const Texts& texts) {
  const Registry& registry = *data.registry;
  site::SiteInput input{.registry = registry.profile, .opened = registry.opened};
  input.checkpoint_size = registry.size;
  input.checkpoint_time = registry.last_time;
  input.root = data.root;
  input.checkpoint = data.checkpoint;
  input.key = key;
  for (const app::ClassifiedOffer& offer : *data.offers) {
    input.rule_set = offer.classification.rule_set;
    input.offers.push_back(page_of(registry, offer));
  }
  const site::Site made = TRY(site::make_site(input, texts));
  app::MadeSite out;
  for (const site::Page& page : made.pages) out.files[page.path] = page.content;
  for (const site::ShownNumber& number : made.numbers) out.numbers.push(number_json(number));
  return out;
}

}  // namespace kensho::wiring
