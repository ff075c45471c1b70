// The class of one therapy at one institution on one day, with the reason for it. Computed, never
// typed in.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/registry.h"

namespace kensho {

enum class EvidenceClass : unsigned char {
  approved,        // 承認
  explorative,     // 検証型診療
  uninvestigated,  // 無検証診療
  outside_scope    // 対象外: the Declaration's classes do not speak of it
};

enum class ApprovalStanding : unsigned char { none, full, conditional, ended };

enum class Answer : unsigned char { met, not_met, unknown };

/// One criterion's answer, with the numbers its sentence needs and the entries that prove it.
struct CriterionAnswer {
  std::string id;
  Answer answer = Answer::unknown;
  std::string reason;  // a key of the sentence in catalog/declaration
  std::optional<int> count;
  std::optional<int> total;
  std::optional<double> bound;
  std::optional<Date> date;
  std::vector<std::uint64_t> entries;
};

struct Classification {
  std::string therapy;
  std::string institution;
  Date on;
  EvidenceClass evidence_class = EvidenceClass::uninvestigated;
  ApprovalStanding approval = ApprovalStanding::none;
  std::optional<std::uint64_t> approval_entry;
  /// Nothing speaks against it and something is still to come: our own sub-state, not a class.
  bool verification_in_progress = false;
  std::vector<CriterionAnswer> criteria;  // in the rule set's order
  std::string rule_set;                   // "declaration-2025 v1"
};

/// The parameters of a rule set (catalog/declaration/rules.toml).
struct RuleSet {
  std::string id;
  int version = 1;
  /// The share of counted treatments that must have been registered, with baseline, before.
  double registered_before_share_min = 1;
  /// Whether an entry made on the calendar day of the treatment still counts as before it.
  bool same_day_counts = true;
};

/// What classification needs from a sealed protocol and the study of it.
struct ProtocolFacts {
  std::string id;
  EntryRef sealed;
  std::optional<Date> treated_from;
  std::vector<std::string> baseline_required;
  bool has_safety_endpoint = false;
  bool has_efficacy_endpoint = false;
  Date analysis_due;
  double follow_up_bound = 0;
  int follow_up_due = 0;       // participants of this institution whose follow-up is due
  int follow_up_complete = 0;  // of these, complete
};

/// Classifies `therapy` at `institution` as of the day `on`. `registry` is folded up to that day;
/// `protocol` is the one that covers the offer, if any.
///
/// Cost    One pass over the participants of the institution.
/// Source  YOKOHAMA Declaration 2025 (JSRM), glossary; the stricter reading where its two languages
///         differ. The Declaration names no procedure, so the rule set carries a version.
Classification classify(const Registry& registry, const Offer& offer, Date on, const RuleSet& rules,
                        const ProtocolFacts* protocol);

}  // namespace kensho
