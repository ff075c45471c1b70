#include "app/seal_protocol.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "study/dataset.h"
#include "study/run.h"

namespace kensho::app {
namespace {

Status check_names(const Registry& registry, const study::Protocol& protocol) {
  if (!registry.therapies.contains(protocol.therapy)) {
    return Error{Errc::invalid_argument,
                 fmt::format("'therapy' names '{}', which is not registered", protocol.therapy)};
  }
  for (const std::string& institution : protocol.institutions) {
    if (registry.institutions.contains(institution)) continue;
    return Error{Errc::invalid_argument,
                 fmt::format("'institutions' names '{}', which is not registered", institution)};
  }
  return ok();
}

/// A protocol is written before the treatments it counts; afterwards it is post hoc.
Status check_nothing_counted_yet(const Registry& registry, const study::Protocol& protocol) {
  const study::Dataset counted = TRY(study::make_dataset(registry, protocol));
  const std::size_t treated = counted.cases.size() + counted.withdrawn.size();
  if (treated == 0) return ok();
  std::optional<Date> first;
  const auto take = [&first](const std::optional<Date>& treated_on) {
    if (treated_on && (!first || *treated_on < *first)) first = treated_on;
  };
  for (const study::Case& participant : counted.cases) take(participant.treated_on);
  for (const study::WithdrawnCase& participant : counted.withdrawn) take(participant.treated_on);
  return Error{
      Errc::invalid_argument,
      fmt::format("protocol '{}' counts {} treatments that were given already{}; a protocol "
                  "is sealed before the first treatment it counts. Set "
                  "population.treated_from to a later day, or run it unsealed, as post hoc "
                  "(kensho study run --post-hoc FILE)",
                  protocol.id, treated, first ? ", the first on " + first->iso() : "")};
}

Status check_version(const Registry& registry, const study::Protocol& protocol,
                     const std::string& sha256) {
  const SealedProtocol* newest = find_protocol(registry, protocol.id);
  if (!newest || protocol.version > newest->version) return ok();
  if (newest->version == protocol.version && newest->sha256 == sha256) {
    return Error{Errc::conflict,
                 fmt::format("protocol '{}' version {} is sealed already, in entry {}", protocol.id,
                             protocol.version, newest->entry.seq)};
  }
  return Error{Errc::conflict,
               fmt::format("protocol '{}' version {} is sealed in entry {}; an amended text needs "
                           "version {} or higher",
                           protocol.id, newest->version, newest->entry.seq, newest->version + 1)};
}

}  // namespace

Result<Receipt> seal_protocol(Journal& journal, const Actor& actor, std::string_view toml,
                              std::string_view file_name) {
  const study::Protocol protocol = TRY(study::parse_protocol(toml, file_name));
  const Registry registry = TRY(journal.registry());
  const std::string sha256_text = hex_encode(sha256(as_bytes(toml)));
  TRY(check_names(registry, protocol));
  TRY(check_version(registry, protocol, sha256_text));
  TRY(check_nothing_counted_yet(registry, protocol));
  Json payload = Json::object();
  payload.set("id", protocol.id).set("version", protocol.version);
  payload.set("text", toml).set("sha256", sha256_text);
  return journal.append(actor, {.kind = journal::kind::protocol_sealed,
                                .subject = protocol.id,
                                .payload = std::move(payload)});
}

}  // namespace kensho::app
