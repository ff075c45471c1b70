// Payloads: whatever is read as a payload is written as one, and reads back as the same.
#include "base/canonical_json.h"
#include "base/testing/fuzz_target.h"
#include "journal/fold.h"
#include "journal/payload.h"

namespace kensho::journal {
namespace {

/// Reads, writes, reads: the two writings must be the same text.
template <class Read>
void check(const Json& payload, Read read) {
  const auto value = read(payload, "payload");
  if (!value) {
    ENSURE(value.error().code == Errc::invalid_argument);
    return;
  }
  const Json written = to_json(*value);
  const auto again = read(written, "payload");
  ENSURE(again);
  ENSURE(to_json_text(to_json(*again)) == to_json_text(written));
}

/// Folding it, as whatever kind of entry, ends in a registry or in an error that names the entry.
void check_fold(const Json& payload) {
  const auto text = canonical_json(payload);
  if (!text) return;
  for (const std::string_view kind :
       {kind::registry_opened, kind::institution_registered, kind::therapy_registered,
        kind::approval_recorded, kind::offer_registered, kind::case_reported, kind::import_accepted,
        kind::protocol_sealed, kind::study_recorded, kind::publication_started,
        kind::publication_sealed}) {
    Registry registry;
    Entry entry;
    entry.act.kind = kind;
    entry.act.payload = *text;
    const Status folded = fold(registry, entry);
    ENSURE(folded ? registry.size == 1
                  : folded.error().code == Errc::corrupted &&
                        folded.error().message.find("entry 0") != std::string::npos);
  }
}

KENSHO_FUZZ(payload) {
  const auto payload = parse_json(input);
  if (!payload) return;
  check(*payload, read_profile);
  check(*payload, read_institution);
  check(*payload, read_therapy);
  check(*payload, read_approval);
  check(*payload, read_offer);
  check(*payload, read_case_report);
  check_fold(*payload);
}

}  // namespace
}  // namespace kensho::journal
