#include "model.h"

#include <algorithm>

#include <fmt/format.h>

namespace kensho::sim {
namespace {

template <class Fact>
std::vector<std::pair<Fact, std::uint64_t>> facts(const std::vector<Recorded<Fact>>& recorded) {
  std::vector<std::pair<Fact, std::uint64_t>> out;
  for (const auto& item : recorded) out.emplace_back(item.fact, item.entry.seq);
  return out;
}

/// The name of the first part in which two participants differ.
std::string differing_part(const Participant& found, const Participant& expected) {
  if (found.therapy != expected.therapy) return "therapy";
  if (found.registered.seq != expected.registered.seq) return "registered";
  if (found.baseline != expected.baseline) return "baseline";
  if (facts(found.treatments) != facts(expected.treatments)) return "treatments";
  if (facts(found.assessments) != facts(expected.assessments)) return "assessments";
  if (facts(found.events) != facts(expected.events)) return "events";
  return found.last_contact != expected.last_contact ? "last_contact" : "";
}

}  // namespace

bool Model::breaks_a_rule(const CaseReport& report) const {
  if (!offers_.contains({report.therapy, report.institution})) return true;
  const auto known = therapy_of_.find({report.institution, report.participant});
  if (known == therapy_of_.end()) return !report.registers;
  return report.registers || known->second != report.therapy;
}

Verdict Model::take(const Sent& sent) {
  const std::pair request(sent.client, sent.key);
  if (const auto known = sent_.find(request); !sent.key.empty() && known != sent_.end())
    return known->second.report == sent.report ? Verdict::repeated : Verdict::conflict;
  if (breaks_a_rule(sent.report)) return Verdict::refused;
  const Taken taken{size_++, sent.report};
  reports_.push_back(taken);
  if (!sent.key.empty()) sent_[request] = taken;
  if (sent.report.registers)
    therapy_of_[{sent.report.institution, sent.report.participant}] = sent.report.therapy;
  return Verdict::accepted;
}

std::vector<std::string> Model::participants(const std::string& institution) const {
  std::vector<std::string> ids;
  for (const auto& [key, therapy] : therapy_of_)
    if (key.first == institution) ids.push_back(key.second);
  return ids;
}

std::vector<std::string> Model::institutions() const {
  std::vector<std::string> ids;
  for (const auto& [therapy, institution] : offers_) ids.push_back(institution);
  return ids;
}

Participant Model::expected(const ParticipantKey& key, std::uint64_t size) const {
  Participant participant;
  for (const auto& [seq, report] : reports_) {
    if (seq >= size || key != ParticipantKey(report.institution, report.participant)) continue;
    const EntryRef entry{seq, {}};
    if (report.registers) {
      participant.therapy = report.therapy;
      participant.registered = entry;
    }
    for (const auto& [variable, value] : report.baseline) participant.baseline[variable] = value;
    if (report.treatment) {
      const auto same = std::ranges::find_if(participant.treatments, [&](const auto& known) {
        return known.fact.number == report.treatment->number;
      });
      if (same == participant.treatments.end())
        participant.treatments.push_back({*report.treatment, entry});
      else
        *same = {*report.treatment, entry};
    }
    for (const auto& item : report.assessments) participant.assessments.push_back({item, entry});
    for (const auto& item : report.events) participant.events.push_back({item, entry});
    if (report.last_contact) participant.last_contact = report.last_contact;
  }
  return participant;
}

std::string Model::difference(const Registry& registry, std::uint64_t size) const {
  if (registry.size != size) return fmt::format("{} entries, not {}", registry.size, size);
  std::set<ParticipantKey> keys;
  for (const auto& [seq, report] : reports_)
    if (seq < size) keys.insert({report.institution, report.participant});
  if (registry.participants.size() != keys.size())
    return fmt::format("{} participants, not {}", registry.participants.size(), keys.size());
  for (const ParticipantKey& key : keys) {
    const auto found = registry.participants.find(key);
    if (found == registry.participants.end())
      return fmt::format("participant {} of {} is missing", key.second, key.first);
    const std::string part = differing_part(found->second, expected(key, size));
    if (!part.empty())
      return fmt::format("participant {} of {}: {} differs", key.second, key.first, part);
  }
  return "";
}

}  // namespace kensho::sim
