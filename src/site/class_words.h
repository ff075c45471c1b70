// The classes in words: badges, reasons, criteria.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "domain/classification.h"
#include "report/html.h"
#include "report/wording.h"
#include "site/site.h"

namespace kensho::site {

/// Every class, in the order pages show them.
inline constexpr std::array<EvidenceClass, 4> all_classes = {
    EvidenceClass::approved, EvidenceClass::explorative, EvidenceClass::uninvestigated,
    EvidenceClass::outside_scope};

/// The class as keys, ids and style sheets name it: "outside".
std::string_view class_id(EvidenceClass evidence_class);

std::string class_name(EvidenceClass evidence_class, const report::Wording& words);

/// The class as a badge.
report::Html badge(EvidenceClass evidence_class, const report::Wording& words);

/// What stands beside the badge: the kind of an approval, verification in progress; mostly empty.
report::Html substate(const Classification& classification, const report::Wording& words);

/// "It is not approved, and of the 5 criteria ..."
std::string class_reason(const OfferPage& offer, const report::Wording& words);

/// Everything a class does not mean.
std::vector<std::string> not_meanings(EvidenceClass evidence_class, const std::string& rule_set,
                                      const report::Wording& words);

/// The criteria with their answers, reasons and proofs.
report::Html criteria_list(const Classification& classification, const report::Wording& words);

/// How many criteria are met.
int criteria_met(const Classification& classification);

}  // namespace kensho::site
