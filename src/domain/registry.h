// The registry as its entries left it at one checkpoint: plain values, made by folding the journal.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "domain/case_report.h"
#include "domain/consent.h"
#include "domain/therapy.h"

namespace kensho {

/// The journal entry that proves a fact.
struct EntryRef {
  std::uint64_t seq = 0;
  TimeUtc time;
  bool operator==(const EntryRef&) const = default;
};

template <class Fact>
struct Recorded {
  Fact fact;
  EntryRef entry;
};

/// Everything reported about one participant, in the order it was reported.
struct Participant {
  std::string therapy;
  EntryRef registered;
  std::map<std::string, std::string> baseline;
  std::vector<Recorded<Treatment>> treatments;  // the newest word on each treatment number
  std::vector<Recorded<Assessment>> assessments;
  std::vector<Recorded<Event>> events;
  std::optional<When> last_contact;
  std::optional<Recorded<Date>> withdrawn;  // their consent, on that day
};

/// (institution, participant): the identity of a person within the registry.
using ParticipantKey = std::pair<std::string, std::string>;

/// A sealed protocol (検証計画): its text is the truth, the rest is what classification needs.
struct SealedProtocol {
  std::string id;
  int version = 1;
  std::string text;    // the TOML as sealed
  std::string sha256;  // of that text
  EntryRef entry;
};

/// A recorded run of a sealed protocol (検証).
struct RecordedStudy {
  std::string protocol;
  int protocol_version = 1;
  std::uint64_t checkpoint_size = 0;
  bool as_sealed = true;  // false: post hoc, outside the sealed protocol
  std::string result;     // the result document as JSON text
  std::string sha256;     // of that text
  EntryRef entry;
};

/// A publication that began: the study entries it promises to show, whatever they say.
struct StartedPublication {
  std::vector<std::uint64_t> studies;
  EntryRef entry;
};

struct Registry {
  RegistryProfile profile;
  EntryRef opened;
  std::map<std::string, Recorded<Institution>> institutions;
  std::map<std::string, Recorded<Therapy>> therapies;
  std::vector<Recorded<Approval>> approvals;
  std::map<std::pair<std::string, std::string>, Recorded<Offer>> offers;  // therapy, institution
  std::map<ParticipantKey, Participant> participants;
  std::vector<SealedProtocol> protocols;
  std::vector<RecordedStudy> studies;
  std::vector<StartedPublication> publications;
  std::vector<Recorded<Erasure>> erasures;
  std::uint64_t erased_entries = 0;  // of those folded: their sealed part is gone
  std::uint64_t size = 0;            // entries folded: the checkpoint this is as of
  TimeUtc last_time;
};

/// The first treatment that was given (not only planned), or nullptr.
const Recorded<Treatment>* first_given_treatment(const Participant& participant);

/// `when` in days after the first given treatment; empty where that cannot be known.
std::optional<int> study_day(const When& when, const Participant& participant);

/// How many entries of this checkpoint were erased after it: a registry made at the time held what
/// they said, this one cannot.
std::uint64_t erased_since(const Registry& registry);

/// The newest sealed version of a protocol, or nullptr.
const SealedProtocol* find_protocol(const Registry& registry, std::string_view id);

}  // namespace kensho
