#include "study/dataset.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/crypto_hash.h"
#include "base/encoding.h"
#include "base/json.h"

namespace kensho::study {
namespace {

Result<double> read_value(const std::string& text, const Recorded<Assessment>& assessment) {
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem == std::errc{} && end == text.data() + text.size() && std::isfinite(value))
    return value;
  return Error{Errc::corrupted, fmt::format("entry {}: the value of {} is not a number",
                                            assessment.entry.seq, assessment.fact.variable)};
}

bool meets(const Condition& condition, const std::map<std::string, std::string>& baseline) {
  const auto found = baseline.find(condition.variable);
  if (found == baseline.end()) return false;
  if (!condition.any_of.empty()) {
    return std::ranges::find(condition.any_of, found->second) != condition.any_of.end();
  }
  double value = 0;
  const char* end = found->second.data() + found->second.size();
  if (std::from_chars(found->second.data(), end, value).ptr != end) return false;
  return value >= condition.min.value_or(value) && value <= condition.max.value_or(value);
}

bool of_institution(const Protocol& protocol, const std::string& institution) {
  return protocol.institutions.empty() ||
         std::ranges::find(protocol.institutions, institution) != protocol.institutions.end();
}

bool counted(const Participant& participant, const Protocol& protocol) {
  const auto* treatment = first_given_treatment(participant);
  if (!treatment) return false;
  const auto& from = protocol.population.treated_from;
  if (from && (!treatment->fact.date || *treatment->fact.date < *from)) return false;
  return std::ranges::all_of(protocol.population.where, [&](const Condition& condition) {
    return meets(condition, participant.baseline);
  });
}

/// Days of what was reported; what cannot be placed in time is counted, never guessed.
Result<Case> make_case(const ParticipantKey& key, const Participant& participant,
                       int& without_day) {
  Case out;
  out.institution = key.first;
  out.participant = key.second;
  out.baseline = participant.baseline;
  out.treated_on = first_given_treatment(participant)->fact.date;
  if (participant.last_contact)
    out.last_contact_day = study_day(*participant.last_contact, participant);
  const auto heard_of = [&out](int day) {
    if (day >= 0) out.last_contact_day = std::max(out.last_contact_day.value_or(day), day);
  };
  for (const auto& assessment : participant.assessments) {
    const auto day = study_day(assessment.fact.when, participant);
    if (!day) {
      ++without_day;
      continue;
    }
    const double value = TRY(read_value(assessment.fact.value, assessment));
    out.measurements.push_back({assessment.fact.variable, *day, value});
    heard_of(*day);
  }
  for (const auto& event : participant.events) {
    const auto day = study_day(event.fact.when, participant);
    if (!day) {
      ++without_day;
      continue;
    }
    out.events.push_back({event.fact.kind, *day, event.fact.adverse, event.fact.serious});
    heard_of(*day);
  }
  std::ranges::stable_sort(out.measurements, {}, &Measurement::day);
  std::ranges::stable_sort(out.events, {}, &Occurrence::day);
  return out;
}

/// One line a case: the text that the hash is over.
std::string canonical_line(const Case& participant) {
  std::string line =
      json_quoted(participant.institution) + "," + json_quoted(participant.participant);
  for (const auto& [variable, value] : participant.baseline) {
    line += "," + json_quoted(variable) + "=" + json_quoted(value);
  }
  if (participant.treated_on) line += ";treated " + participant.treated_on->iso();
  if (participant.last_contact_day) line += fmt::format(";last {}", *participant.last_contact_day);
  for (const Measurement& m : participant.measurements) {
    line += fmt::format(";{}@{}={}", json_quoted(m.variable), m.day, to_json_text(Json(m.value)));
  }
  for (const Occurrence& event : participant.events) {
    line += fmt::format(";{}@{}{}{}", json_quoted(event.kind), event.day,
                        event.adverse ? " adverse" : "", event.serious ? " serious" : "");
  }
  return line + "\n";
}

void set_hash(Dataset& dataset) {
  Sha256 hash;
  for (const Case& participant : dataset.cases) hash.update(as_bytes(canonical_line(participant)));
  dataset.sha256 = hex_encode(hash.finish());
}

}  // namespace

Result<Dataset> make_dataset(const Registry& registry, const Protocol& protocol) {
  Dataset dataset;
  dataset.checkpoint = registry.size;
  for (const auto& [key, participant] : registry.participants) {
    if (participant.therapy != protocol.therapy || !of_institution(protocol, key.first)) continue;
    ++dataset.registered;
    if (!counted(participant, protocol)) continue;
    if (participant.withdrawn) {
      dataset.withdrawn.push_back({key.first, first_given_treatment(participant)->fact.date});
      continue;
    }
    dataset.cases.push_back(TRY(make_case(key, participant, dataset.without_known_day)));
  }
  for (const auto& [erasure, entry] : registry.erasures) {
    if (erasure.therapy == protocol.therapy && of_institution(protocol, erasure.institution))
      ++dataset.erased;
  }
  set_hash(dataset);
  return dataset;
}

Dataset at_institution(const Dataset& dataset, std::string_view institution) {
  Dataset part;
  part.checkpoint = dataset.checkpoint;
  std::ranges::copy_if(dataset.cases, std::back_inserter(part.cases),
                       [&](const Case& one) { return one.institution == institution; });
  std::ranges::copy_if(dataset.withdrawn, std::back_inserter(part.withdrawn),
                       [&](const WithdrawnCase& one) { return one.institution == institution; });
  set_hash(part);
  return part;
}

std::optional<Occurrence> first_occurrence(const Case& participant,
                                           const std::vector<std::string>& kinds) {
  // Events are in order of day; on one day the order of `kinds` decides.
  std::optional<Occurrence> first;
  for (const std::string& kind : kinds) {
    const auto found = std::ranges::find(participant.events, kind, &Occurrence::kind);
    if (found != participant.events.end() && (!first || found->day < first->day)) first = *found;
  }
  return first;
}

std::optional<Measurement> measurement_in(const Case& participant, std::string_view variable,
                                          const Window& window) {
  std::optional<Measurement> nearest;
  const auto distance = [&window](int day) {  // from the middle, doubled to stay whole
    return std::abs(2 * day - window.from_day - window.to_day);
  };
  for (const Measurement& m : participant.measurements) {
    if (m.variable != variable || m.day < window.from_day || m.day > window.to_day) continue;
    if (!nearest || distance(m.day) < distance(nearest->day)) nearest = m;
  }
  return nearest;
}

std::optional<Measurement> baseline_measurement(const Case& participant,
                                                std::string_view variable) {
  std::optional<Measurement> last;
  for (const Measurement& m : participant.measurements) {
    if (m.variable == variable && m.day <= 0) last = m;
  }
  return last;
}

}  // namespace kensho::study
