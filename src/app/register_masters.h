#pragma once

#include "app/journal.h"

namespace kensho::app {

/// What a registration did.
struct RegisterReport {
  int added = 0;
  int unchanged = 0;  // said the same before: no entry
};

/// Opens a registry: the first entry of an empty journal says who runs it.
/// `document` has the member "registry" (journal/payload.h, RegistryProfile); `name` is its file's.
/// Errors: conflict: the journal is not empty; invalid_argument naming file, line, field.
Result<Receipt> open_registry(Journal& journal, const Actor& actor, const Json& document,
                              std::string_view name);

/// Registers the institutions, therapies, approvals and offers of a document (arrays "institution",
/// "therapy", "approval", "offer"). All of it or nothing; what is known already adds nothing, what
/// changed becomes a new entry.
/// Errors: invalid_argument naming file, line, field, or the id that an approval or offer names and
/// nobody registered.
Result<RegisterReport> register_masters(Journal& journal, const Actor& actor, const Json& document,
                                        std::string_view name);

/// The subject under which an offer is found: "therapy/institution".
std::string offer_subject(std::string_view therapy, std::string_view institution);

}  // namespace kensho::app
