// Withdrawals and erasures. An erasure names entries, never a person.
#include <cmath>

#include "base/json_read.h"
#include "domain/json_fields.h"
#include "journal/payload.h"

namespace kensho::journal {

Json to_json(const Withdrawal& withdrawal) {
  return Json::object()
      .set("institution", withdrawal.institution)
      .set("participant", withdrawal.participant)
      .set("date", withdrawal.on.iso());
}

Json to_json(const Erasure& erasure) {
  Json entries = Json::array();
  for (const std::uint64_t seq : erasure.entries) entries.push(seq);
  return Json::object()
      .set("entries", std::move(entries))
      .set("institution", erasure.institution)
      .set("therapy", erasure.therapy)
      .set("treated", erasure.treated)
      .set("tag", erasure.tag);
}

Result<Withdrawal> read_withdrawal(const Json& payload, std::string_view name) {
  const JsonReader reader(payload, name);
  Withdrawal withdrawal;
  withdrawal.institution = TRY(read_identifier(reader, "institution"));
  withdrawal.participant = TRY(read_identifier(reader, "participant"));
  withdrawal.on = TRY(read_date(reader, "date"));
  return withdrawal;
}

Result<Erasure> read_erasure(const Json& payload, std::string_view name) {
  const JsonReader reader(payload, name);
  Erasure erasure;
  const auto entries = TRY(reader.numbers("entries"));
  for (const double seq : entries) {
    const bool is_seq = seq >= 0 && seq < 0x1p53 && seq == std::floor(seq);
    const bool in_order =
        erasure.entries.empty() || static_cast<double>(erasure.entries.back()) < seq;
    if (!is_seq || !in_order) return reader.fail_at("entries", "must be entries in order");
    erasure.entries.push_back(static_cast<std::uint64_t>(seq));
  }
  erasure.institution = TRY(read_identifier(reader, "institution"));
  erasure.therapy = TRY(read_identifier(reader, "therapy"));
  erasure.treated = TRY(reader.flag("treated"));
  erasure.tag = TRY(reader.text("tag"));
  return erasure;
}

Result<ParticipantKey> read_participant_key(const Json& payload, std::string_view name) {
  const JsonReader reader(payload, name);
  std::string institution = TRY(read_identifier(reader, "institution"));
  return ParticipantKey(std::move(institution), TRY(read_identifier(reader, "participant")));
}

}  // namespace kensho::journal
