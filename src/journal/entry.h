// A journal entry: one accepted act. What may be shown and what is sealed are kept apart, so that
// erasure can destroy the sealed part while the tree still proves that the act took place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/crypto_hash.h"

namespace kensho::journal {

/// The kinds of act. Names are stored; they never change their meaning.
namespace kind {
inline constexpr std::string_view registry_opened = "registry.opened";
inline constexpr std::string_view institution_registered = "institution.registered";
inline constexpr std::string_view therapy_registered = "therapy.registered";
inline constexpr std::string_view approval_recorded = "approval.recorded";
inline constexpr std::string_view offer_registered = "offer.registered";
inline constexpr std::string_view case_reported = "case.reported";
inline constexpr std::string_view import_accepted = "import.accepted";
inline constexpr std::string_view protocol_sealed = "protocol.sealed";
inline constexpr std::string_view study_recorded = "study.recorded";
inline constexpr std::string_view publication_started = "publication.started";
inline constexpr std::string_view publication_sealed = "publication.sealed";
inline constexpr std::string_view consent_withdrawn = "consent.withdrawn";
inline constexpr std::string_view entries_erased = "entries.erased";
}  // namespace kind

/// Whether acts of this kind are about one participant: these alone can be erased.
constexpr bool is_about_a_person(std::string_view kind) {
  return kind == kind::case_reported || kind == kind::consent_withdrawn;
}

/// An act before it is accepted.
struct NewEntry {
  std::string actor;         // who did it: a pseudonym or a role, never a person's name
  std::string organisation;  // for whom
  std::string kind;
  std::string subject;  // what it is about: a participant, a therapy, a protocol
  std::string reason;   // why; may be empty
  std::string payload;  // canonical JSON
};

/// An accepted act.
struct Entry {
  std::uint64_t seq = 0;  // 0, 1, 2, ...: also its index in the tree
  TimeUtc time;           // never before the entry in front of it
  NewEntry act;
  Hash key{};         // random, for this entry alone; erasure destroys it
  Hash commitment{};  // of subject, reason and payload under the key
  Hash leaf{};        // the public leaf data
  /// Key, subject, reason and payload were destroyed; header, commitment and leaf stay.
  bool erased = false;
};

}  // namespace kensho::journal
