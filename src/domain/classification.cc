#include "domain/classification.h"

#include <algorithm>

#include <fmt/format.h>

namespace kensho {
namespace {

/// What every criterion looks at.
struct Case {
  const Registry& registry;
  const Offer& offer;
  Date on;
  const RuleSet& rules;
  const ProtocolFacts* protocol;
};

Date local_day(const Registry& registry, TimeUtc time) {
  const auto day = calendar_day(time, registry.profile.utc_offset_minutes);
  return *Date::from_days_since_1970(day.time_since_epoch().count());
}

CriterionAnswer independent_registry(const Case& c) {
  CriterionAnswer answer{.id = "independent_registry", .entries = {c.registry.opened.seq}};
  const Operator& run_by = c.registry.profile.run_by;
  std::vector<std::string> parties = c.registry.therapies.at(c.offer.therapy).fact.processors;
  parties.push_back(c.offer.institution);
  const bool tied = std::ranges::any_of(parties, [&](const std::string& party) {
    return party == run_by.id || std::ranges::find(run_by.tied_to, party) != run_by.tied_to.end();
  });
  answer.answer = tied ? Answer::not_met : Answer::met;
  answer.reason = tied ? "tied" : "independent";
  return answer;
}

/// Whether everything the protocol wants known before treatment was in the journal by then.
bool registered_before(const Participant& participant, const Recorded<Treatment>& treatment,
                       const Case& c) {
  const Date given = *treatment.fact.date;
  const auto in_time = [&](const EntryRef& entry) {
    const Date entered = local_day(c.registry, entry.time);
    return c.rules.same_day_counts ? entered <= given : entered < given;
  };
  if (!in_time(participant.registered)) return false;
  if (!c.protocol) return !participant.baseline.empty() || !participant.assessments.empty();
  return std::ranges::all_of(c.protocol->baseline_required, [&](const std::string& variable) {
    if (participant.baseline.contains(variable)) return true;
    return std::ranges::any_of(participant.assessments, [&](const auto& assessment) {
      const auto& when = assessment.fact.when;
      return assessment.fact.variable == variable && in_time(assessment.entry) &&
             (!when.date || *when.date <= given);
    });
  });
}

/// The treatments that count: given at this institution with this therapy, since the protocol's
/// first day where there is a protocol.
template <class Visit>
void for_each_counted(const Case& c, Visit visit) {
  const auto first = c.registry.participants.lower_bound({c.offer.institution, ""});
  for (auto it = first; it != c.registry.participants.end(); ++it) {
    const auto& [key, participant] = *it;
    if (key.first != c.offer.institution) return;
    if (participant.therapy != c.offer.therapy) continue;
    for (const auto& treatment : participant.treatments) {
      const auto& from = c.protocol ? c.protocol->treated_from : std::nullopt;
      const bool early = from && treatment.fact.date && *treatment.fact.date < *from;
      if (!treatment.fact.planned && !early) visit(participant, treatment);
    }
  }
}

CriterionAnswer registered_before_treatment(const Case& c) {
  CriterionAnswer answer{.id = "registered_before_treatment"};
  int counted = 0, before = 0, undated = 0;
  for_each_counted(c, [&](const Participant& participant, const Recorded<Treatment>& treatment) {
    ++counted;
    if (!treatment.fact.date) {
      ++undated;
    } else if (registered_before(participant, treatment, c)) {
      ++before;
    } else if (answer.entries.size() < 5) {  // enough to check by hand
      answer.entries.push_back(treatment.entry.seq);
    }
  });
  answer.count = before;
  answer.total = counted;
  const bool enough = before >= c.rules.registered_before_share_min * counted;
  if (counted == 0) {
    answer.reason = "no_treatment";
  } else if (undated > 0 && before + undated == counted) {
    answer.reason = "date_unknown";
  } else {
    answer.answer = enough ? Answer::met : Answer::not_met;
    answer.reason = enough ? "before" : "late";
  }
  return answer;
}

CriterionAnswer protocol_sealed_first(const Case& c) {
  CriterionAnswer answer{.id = "protocol_sealed_first", .answer = Answer::not_met};
  if (!c.protocol) {
    answer.reason = "no_protocol";
    return answer;
  }
  answer.entries = {c.protocol->sealed.seq};
  answer.date = local_day(c.registry, c.protocol->sealed.time);
  if (!c.protocol->has_safety_endpoint || !c.protocol->has_efficacy_endpoint) {
    answer.reason = "endpoint_missing";
    return answer;
  }
  bool undated = false, late = false;
  for_each_counted(c, [&](const Participant&, const Recorded<Treatment>& treatment) {
    const auto& given = treatment.fact.date;
    undated |= !given;
    if (given) late |= c.rules.same_day_counts ? *given < *answer.date : *given <= *answer.date;
  });
  answer.answer = late ? Answer::not_met : undated ? Answer::unknown : Answer::met;
  answer.reason = late ? "sealed_late" : undated ? "date_unknown" : "sealed_first";
  return answer;
}

/// The first publication that shows a run of the sealed protocol as sealed.
const StartedPublication* first_publication(const Case& c) {
  for (const StartedPublication& publication : c.registry.publications) {
    for (const RecordedStudy& study : c.registry.studies) {
      const bool listed =
          std::ranges::find(publication.studies, study.entry.seq) != publication.studies.end();
      if (listed && study.as_sealed && study.protocol == c.protocol->id) return &publication;
    }
  }
  return nullptr;
}

CriterionAnswer analysis_published_on_time(const Case& c) {
  CriterionAnswer answer{.id = "analysis_published_on_time", .answer = Answer::not_met};
  if (!c.protocol) {
    answer.reason = "no_protocol";
    return answer;
  }
  answer.date = c.protocol->analysis_due;
  const StartedPublication* publication = first_publication(c);
  if (publication) {
    const bool on_time = local_day(c.registry, publication->entry.time) <= c.protocol->analysis_due;
    answer.entries = {publication->entry.seq};
    answer.answer = on_time ? Answer::met : Answer::not_met;
    answer.reason = on_time ? "published" : "published_late";
  } else if (c.on <= c.protocol->analysis_due) {
    answer.answer = Answer::unknown;
    answer.reason = "not_due";
  } else {
    answer.reason = "overdue";
  }
  return answer;
}

CriterionAnswer follow_up_complete(const Case& c) {
  CriterionAnswer answer{.id = "follow_up_complete", .answer = Answer::not_met};
  if (!c.protocol) {
    answer.reason = "no_protocol";
    return answer;
  }
  answer.count = c.protocol->follow_up_complete;
  answer.total = c.protocol->follow_up_due;
  answer.bound = c.protocol->follow_up_bound;
  if (*answer.total == 0) {
    answer.answer = Answer::unknown;
    answer.reason = "not_due";
    return answer;
  }
  const bool enough = *answer.count >= *answer.bound * *answer.total;
  answer.answer = enough ? Answer::met : Answer::not_met;
  answer.reason = enough ? "complete" : "incomplete";
  return answer;
}

void look_up_approval(Classification& result, const Case& c) {
  for (const auto& [approval, entry] : c.registry.approvals) {
    if (approval.therapy != c.offer.therapy || approval.from > c.on) continue;
    const bool ended = approval.until && *approval.until < c.on;
    if (ended && result.approval != ApprovalStanding::none) continue;
    result.approval = ended                                   ? ApprovalStanding::ended
                      : approval.state == ApprovalState::full ? ApprovalStanding::full
                                                              : ApprovalStanding::conditional;
    result.approval_entry = entry.seq;
  }
}

void decide(Classification& result, const Case& c) {
  const auto count = [&](Answer answer) {
    return std::ranges::count(result.criteria, answer, &CriterionAnswer::answer);
  };
  const bool in_force =
      result.approval == ApprovalStanding::full || result.approval == ApprovalStanding::conditional;
  if (c.registry.therapies.at(c.offer.therapy).fact.outside_scope()) {
    result.evidence_class = EvidenceClass::outside_scope;
  } else if (in_force) {
    result.evidence_class = EvidenceClass::approved;
  } else if (count(Answer::met) == std::ssize(result.criteria)) {
    result.evidence_class = EvidenceClass::explorative;
  } else {
    result.evidence_class = EvidenceClass::uninvestigated;
    result.verification_in_progress = c.protocol && count(Answer::not_met) == 0;
  }
}

}  // namespace

Classification classify(const Registry& registry, const Offer& offer, Date on, const RuleSet& rules,
                        const ProtocolFacts* protocol) {
  const Case c{registry, offer, on, rules, protocol};
  Classification result;
  result.therapy = offer.therapy;
  result.institution = offer.institution;
  result.on = on;
  result.rule_set = fmt::format("{} v{}", rules.id, rules.version);
  look_up_approval(result, c);
  result.criteria = {independent_registry(c), registered_before_treatment(c),
                     protocol_sealed_first(c), analysis_published_on_time(c),
                     follow_up_complete(c)};
  decide(result, c);
  return result;
}

}  // namespace kensho
