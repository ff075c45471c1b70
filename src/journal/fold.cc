#include "journal/fold.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/json_read.h"
#include "domain/json_fields.h"
#include "journal/payload.h"

namespace kensho::journal {
namespace {

constexpr std::int64_t versions_max = 1'000'000;
constexpr std::int64_t entries_max = std::int64_t{1} << 62;

/// A payload on its way into the registry, with the entry that carries it.
struct Act {
  const Entry& entry;
  Json payload;
  std::string name;

  EntryRef ref() const { return {entry.seq, entry.time}; }
};

Status fold_opened(Registry& registry, const Act& act) {
  registry.profile = TRY(read_profile(act.payload, act.name));
  registry.opened = act.ref();
  return ok();
}

Status fold_institution(Registry& registry, const Act& act) {
  Institution institution = TRY(read_institution(act.payload, act.name));
  const std::string id = institution.id;
  registry.institutions[id] = {std::move(institution), act.ref()};
  return ok();
}

Status fold_therapy(Registry& registry, const Act& act) {
  Therapy therapy = TRY(read_therapy(act.payload, act.name));
  const std::string id = therapy.id;
  registry.therapies[id] = {std::move(therapy), act.ref()};
  return ok();
}

Status fold_approval(Registry& registry, const Act& act) {
  registry.approvals.push_back({TRY(read_approval(act.payload, act.name)), act.ref()});
  return ok();
}

Status fold_offer(Registry& registry, const Act& act) {
  Offer offer = TRY(read_offer(act.payload, act.name));
  const std::pair key(offer.therapy, offer.institution);
  registry.offers[key] = {std::move(offer), act.ref()};
  return ok();
}

void take_treatment(Participant& participant, const Treatment& treatment, const EntryRef& entry) {
  const auto same = std::ranges::find(participant.treatments, treatment.number,
                                      [](const auto& known) { return known.fact.number; });
  if (same == participant.treatments.end()) {
    participant.treatments.push_back({treatment, entry});
  } else {
    *same = {treatment, entry};
  }
}

Status fold_report(Registry& registry, const Act& act) {
  const CaseReport report = TRY(read_case_report(act.payload, act.name));
  const ParticipantKey key(report.institution, report.participant);
  auto [place, is_new] = registry.participants.try_emplace(key);
  Participant& participant = place->second;
  if (participant.withdrawn) {
    return Error{Errc::corrupted,
                 fmt::format("{}: reports on a participant who withdrew in entry {}", act.name,
                             participant.withdrawn->entry.seq)};
  }
  if (is_new != report.registers) {
    return Error{Errc::corrupted, fmt::format("{}: {}", act.name,
                                              is_new ? "reports on a participant nobody registered"
                                                     : "registers a participant a second time")};
  }
  if (is_new) {
    participant.therapy = report.therapy;
    participant.registered = act.ref();
  }
  for (const auto& [variable, value] : report.baseline) participant.baseline[variable] = value;
  if (report.treatment) take_treatment(participant, *report.treatment, act.ref());
  for (const auto& item : report.assessments) participant.assessments.push_back({item, act.ref()});
  for (const auto& item : report.events) participant.events.push_back({item, act.ref()});
  if (report.last_contact) participant.last_contact = report.last_contact;
  return ok();
}

Status fold_withdrawal(Registry& registry, const Act& act) {
  const Withdrawal withdrawal = TRY(read_withdrawal(act.payload, act.name));
  const auto found = registry.participants.find({withdrawal.institution, withdrawal.participant});
  if (found == registry.participants.end() || found->second.withdrawn) {
    return Error{Errc::corrupted, fmt::format("{}: withdraws a participant who is not in the "
                                              "registry, or a second time",
                                              act.name)};
  }
  found->second.withdrawn = Recorded<Date>{withdrawal.on, act.ref()};
  return ok();
}

Status fold_erasure(Registry& registry, const Act& act) {
  registry.erasures.push_back({TRY(read_erasure(act.payload, act.name)), act.ref()});
  return ok();
}

Status fold_protocol(Registry& registry, const Act& act) {
  const JsonReader reader(act.payload, act.name);
  SealedProtocol protocol;
  protocol.id = TRY(read_identifier(reader, "id"));
  protocol.version = static_cast<int>(TRY(reader.integer_in("version", 1, versions_max)));
  protocol.text = TRY(reader.text("text"));
  protocol.sha256 = TRY(reader.text("sha256"));
  protocol.entry = act.ref();
  registry.protocols.push_back(std::move(protocol));
  return ok();
}

Status fold_study(Registry& registry, const Act& act) {
  const JsonReader reader(act.payload, act.name);
  RecordedStudy study;
  study.protocol = TRY(read_identifier(reader, "protocol"));
  study.protocol_version =
      static_cast<int>(TRY(reader.integer_in("protocol_version", 1, versions_max)));
  study.checkpoint_size =
      static_cast<std::uint64_t>(TRY(reader.integer_in("checkpoint_size", 0, entries_max)));
  study.as_sealed = TRY(reader.flag("as_sealed"));
  study.result = TRY(reader.text("result"));
  study.sha256 = TRY(reader.text("sha256"));
  study.entry = act.ref();
  registry.studies.push_back(std::move(study));
  return ok();
}

Status fold_publication(Registry& registry, const Act& act) {
  const JsonReader reader(act.payload, act.name);
  StartedPublication publication;
  const auto studies = TRY(reader.numbers("studies"));
  for (const double seq : studies) {
    if (!(seq >= 0 && seq <= static_cast<double>(entries_max)))
      return reader.fail_at("studies", "must be numbers of entries");
    publication.studies.push_back(static_cast<std::uint64_t>(seq));
  }
  publication.entry = act.ref();
  registry.publications.push_back(std::move(publication));
  return ok();
}

Status fold_nothing(Registry&, const Act&) {
  return ok();
}

struct Row {
  std::string_view kind;
  Status (*fold)(Registry&, const Act&);
};
constexpr Row rows[] = {
    {kind::registry_opened, fold_opened},     {kind::institution_registered, fold_institution},
    {kind::therapy_registered, fold_therapy}, {kind::approval_recorded, fold_approval},
    {kind::offer_registered, fold_offer},     {kind::case_reported, fold_report},
    {kind::import_accepted, fold_nothing},    {kind::protocol_sealed, fold_protocol},
    {kind::study_recorded, fold_study},       {kind::publication_started, fold_publication},
    {kind::publication_sealed, fold_nothing}, {kind::consent_withdrawn, fold_withdrawal},
    {kind::entries_erased, fold_erasure},
};

Status fold_payload(Registry& registry, const Entry& entry, const Row& row,
                    const std::string& name) {
  Result<Json> payload = parse_json(entry.act.payload);
  if (!payload) return Error{Errc::corrupted, fmt::format("{}: {}", name, payload.error().message)};
  Status folded = row.fold(registry, Act{entry, std::move(payload).value(), name});
  if (!folded) return Error{Errc::corrupted, folded.error().message};
  return ok();
}

/// An erased entry leaves its place in the count and nothing else.
Status fold_erased(Registry& registry, const Entry& entry, const std::string& name) {
  if (!is_about_a_person(entry.act.kind)) {
    return Error{Errc::corrupted, fmt::format("{}: its sealed part is missing, and entries of kind "
                                              "'{}' cannot be erased",
                                              name, entry.act.kind)};
  }
  ++registry.erased_entries;
  return ok();
}

}  // namespace

Status fold(Registry& registry, const Entry& entry) {
  const auto row = std::ranges::find(rows, entry.act.kind, &Row::kind);
  const std::string name = fmt::format("entry {}", entry.seq);
  if (row == std::end(rows)) {
    return Error{Errc::corrupted, fmt::format("{}: its kind '{}' is not known to this version",
                                              name, entry.act.kind)};
  }
  TRY(entry.erased ? fold_erased(registry, entry, name)
                   : fold_payload(registry, entry, *row, name));
  registry.size = entry.seq + 1;
  registry.last_time = entry.time;
  return ok();
}

}  // namespace kensho::journal
