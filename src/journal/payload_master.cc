// What the registry is set up with: itself, institutions, therapies, approvals, offers.
#include <array>

#include <fmt/format.h>

#include "base/json_read.h"
#include "domain/identifier.h"
#include "domain/json_fields.h"
#include "journal/payload.h"

namespace kensho::journal {
namespace {

constexpr std::array<std::string_view, 5> modality_names = {
    "processed_cells", "nucleic_acids", "extracellular_vesicles", "approved_product", "other"};

Result<Modality> read_modality(const JsonReader& reader) {
  const std::string name = TRY(reader.text("modality"));
  for (std::size_t i = 0; i < modality_names.size(); ++i) {
    if (modality_names[i] == name) return static_cast<Modality>(i);
  }
  return reader.fail_at("modality",
                        "must be processed_cells, nucleic_acids, extracellular_vesicles, "
                        "approved_product or other");
}

Json texts(const std::vector<std::string>& all) {
  Json list = Json::array();
  for (const std::string& text : all) list.push(text);
  return list;
}

}  // namespace

Json to_json(const LocalizedText& text) {
  return Json::object().set("en", text.en).set("ja", text.ja);
}

Json to_json(const RegistryProfile& profile) {
  Json run_by = Json::object();
  run_by.set("id", profile.run_by.id).set("name", to_json(profile.run_by.name));
  run_by.set("tied_to", texts(profile.run_by.tied_to));
  Json out = Json::object();
  out.set("id", profile.id).set("name", to_json(profile.name)).set("operator", std::move(run_by));
  out.set("simulated", profile.simulated).set("utc_offset_minutes", profile.utc_offset_minutes);
  return out;
}

Json to_json(const Institution& institution) {
  Json out = Json::object();
  out.set("id", institution.id).set("name", to_json(institution.name));
  return out.set("place", to_json(institution.place));
}

Json to_json(const Therapy& therapy) {
  Json out = Json::object();
  out.set("id", therapy.id).set("name", to_json(therapy.name));
  out.set("disease", to_json(therapy.disease)).set("description", to_json(therapy.description));
  out.set("modality", modality_names[static_cast<std::size_t>(therapy.modality)]);
  if (therapy.outside_scope()) {
    out.set("outside_scope_reason", to_json(therapy.outside_scope_reason));
  }
  return out.set("processors", texts(therapy.processors));
}

Json to_json(const Approval& approval) {
  Json out = Json::object();
  out.set("therapy", approval.therapy).set("product", to_json(approval.product));
  out.set("state", approval.state == ApprovalState::full ? "full" : "conditional");
  out.set("from", approval.from.iso());
  if (approval.until) out.set("until", approval.until->iso());
  return out.set("source", approval.source);
}

Json to_json(const Offer& offer) {
  Json out = Json::object();
  out.set("therapy", offer.therapy).set("institution", offer.institution);
  return out.set("plan_number", offer.plan_number).set("from", offer.from.iso());
}

Result<RegistryProfile> read_profile(const Json& payload, std::string_view name) {
  const JsonReader reader(payload, name);
  TRY(reader.only({"id", "name", "operator", "simulated", "utc_offset_minutes"}));
  const JsonReader run_by = TRY(reader.object("operator"));
  TRY(run_by.only({"id", "name", "tied_to"}));
  RegistryProfile profile;
  profile.id = TRY(read_identifier(reader, "id"));
  profile.name = TRY(read_localized(reader, "name"));
  profile.run_by.id = TRY(read_identifier(run_by, "id"));
  profile.run_by.name = TRY(read_localized(run_by, "name"));
  profile.run_by.tied_to = TRY(run_by.texts("tied_to"));
  profile.simulated = TRY(reader.flag_or("simulated", false));
  if (reader.has("utc_offset_minutes")) {
    profile.utc_offset_minutes =
        static_cast<int>(TRY(reader.integer_in("utc_offset_minutes", -1440, 1440)));
  }
  if (profile.utc_offset_minutes < -720 || profile.utc_offset_minutes > 840) {
    return reader.fail_at("utc_offset_minutes", "must lie between -720 and 840");
  }
  return profile;
}

Result<Institution> read_institution(const Json& payload, std::string_view name) {
  const JsonReader reader(payload, name);
  TRY(reader.only({"id", "name", "place"}));
  Institution institution;
  institution.id = TRY(read_identifier(reader, "id"));
  institution.name = TRY(read_localized(reader, "name"));
  institution.place = TRY(read_localized(reader, "place"));
  return institution;
}

Result<Therapy> read_therapy(const Json& payload, std::string_view name) {
  const JsonReader reader(payload, name);
  TRY(reader.only(
      {"id", "name", "disease", "description", "modality", "outside_scope_reason", "processors"}));
  Therapy therapy;
  therapy.id = TRY(read_identifier(reader, "id"));
  therapy.name = TRY(read_localized(reader, "name"));
  therapy.disease = TRY(read_localized(reader, "disease"));
  therapy.description = TRY(read_localized(reader, "description"));
  therapy.modality = TRY(read_modality(reader));
  if (reader.has("outside_scope_reason")) {
    therapy.outside_scope_reason = TRY(read_localized(reader, "outside_scope_reason"));
  }
  therapy.processors = TRY(reader.texts("processors"));
  return therapy;
}

Result<Approval> read_approval(const Json& payload, std::string_view name) {
  const JsonReader reader(payload, name);
  TRY(reader.only({"therapy", "product", "state", "from", "until", "source"}));
  Approval approval;
  approval.therapy = TRY(read_identifier(reader, "therapy"));
  approval.product = TRY(read_localized(reader, "product"));
  const std::string state = TRY(reader.text("state"));
  if (state != "full" && state != "conditional") {
    return reader.fail_at("state", "must be full or conditional");
  }
  approval.state = state == "full" ? ApprovalState::full : ApprovalState::conditional;
  approval.from = TRY(read_date(reader, "from"));
  if (reader.has("until")) approval.until = TRY(read_date(reader, "until"));
  approval.source = TRY(reader.text("source"));
  return approval;
}

Result<Offer> read_offer(const Json& payload, std::string_view name) {
  const JsonReader reader(payload, name);
  TRY(reader.only({"therapy", "institution", "plan_number", "from"}));
  Offer offer;
  offer.therapy = TRY(read_identifier(reader, "therapy"));
  offer.institution = TRY(read_identifier(reader, "institution"));
  offer.plan_number = TRY(reader.text_or("plan_number", ""));
  offer.from = TRY(read_date(reader, "from"));
  return offer;
}

}  // namespace kensho::journal
