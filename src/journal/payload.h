// Payloads of the journal's entries: domain values to Json and back. Written for ever, so a member
// is only ever added, never renamed or given another meaning.
#pragma once

#include "base/json.h"
#include "domain/case_report.h"
#include "domain/consent.h"
#include "domain/registry.h"
#include "domain/therapy.h"

namespace kensho::journal {

Json to_json(const RegistryProfile& profile);
Json to_json(const Institution& institution);
Json to_json(const Therapy& therapy);
Json to_json(const Approval& approval);
Json to_json(const Offer& offer);
Json to_json(const CaseReport& report);
Json to_json(const Withdrawal& withdrawal);
Json to_json(const Erasure& erasure);
Json to_json(const LocalizedText& text);

// The way back. `name` is what messages call the source: a file name or "entry 12".
// Errors: invalid_argument naming place, field and rule.
Result<RegistryProfile> read_profile(const Json& payload, std::string_view name);
Result<Institution> read_institution(const Json& payload, std::string_view name);
Result<Therapy> read_therapy(const Json& payload, std::string_view name);
Result<Approval> read_approval(const Json& payload, std::string_view name);
Result<Offer> read_offer(const Json& payload, std::string_view name);
Result<CaseReport> read_case_report(const Json& payload, std::string_view name);
Result<Withdrawal> read_withdrawal(const Json& payload, std::string_view name);
Result<Erasure> read_erasure(const Json& payload, std::string_view name);

/// The participant that a case report or a withdrawal is about.
Result<ParticipantKey> read_participant_key(const Json& payload, std::string_view name);

}  // namespace kensho::journal
