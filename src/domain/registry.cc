#include "domain/registry.h"

namespace kensho {

const Recorded<Treatment>* first_given_treatment(const Participant& participant) {
  const Recorded<Treatment>* first = nullptr;
  for (const auto& treatment : participant.treatments) {
    if (treatment.fact.planned) continue;
    const bool earlier = !first || (treatment.fact.date && first->fact.date &&
                                    *treatment.fact.date < *first->fact.date);
    if (earlier) first = &treatment;
  }
  return first;
}

std::optional<int> study_day(const When& when, const Participant& participant) {
  if (when.study_day) return when.study_day;
  const auto* treatment = first_given_treatment(participant);
  if (!when.date || !treatment || !treatment->fact.date) return std::nullopt;
  return days_between(*treatment->fact.date, *when.date);
}

std::uint64_t erased_since(const Registry& registry) {
  std::uint64_t known = 0;
  for (const auto& erasure : registry.erasures) known += erasure.fact.entries.size();
  // An erasure that names more than was erased is damage, which checking the registry finds.
  return registry.erased_entries > known ? registry.erased_entries - known : 0;
}

const SealedProtocol* find_protocol(const Registry& registry, std::string_view id) {
  const SealedProtocol* newest = nullptr;
  for (const SealedProtocol& protocol : registry.protocols) {
    if (protocol.id == id && (!newest || protocol.version >= newest->version)) newest = &protocol;
  }
  return newest;
}

}  // namespace kensho
