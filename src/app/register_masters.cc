#include "app/register_masters.h"

#include <fmt/format.h>

#include "base/canonical_json.h"
#include "base/json_read.h"
#include "journal/payload.h"

namespace kensho::app {
namespace {

/// A registration on its way: acts that say something new.
class Masters {
 public:
  Masters(const Journal& journal, const JsonReader& document, std::string_view name)
      : journal_(journal), document_(document), name_(name) {}

  Status read() {
    TRY(each("institution", [this](const Json& item) { return institution(item); }));
    TRY(each("therapy", [this](const Json& item) { return therapy(item); }));
    TRY(each("approval", [this](const Json& item) { return approval(item); }));
    return each("offer", [this](const Json& item) { return offer(item); });
  }

  std::vector<Act>& acts() { return acts_; }
  int unchanged() const { return unchanged_; }

 private:
  template <class Take>
  Status each(std::string_view key, Take take) {
    const auto items = TRY(document_.objects(key));
    for (const JsonReader& item : items) TRY(take(item.value()));
    return ok();
  }

  Status institution(const Json& item) {
    const Institution institution = TRY(journal::read_institution(item, name_));
    return take(journal::kind::institution_registered, institution.id,
                journal::to_json(institution));
  }

  Status therapy(const Json& item) {
    const Therapy therapy = TRY(journal::read_therapy(item, name_));
    return take(journal::kind::therapy_registered, therapy.id, journal::to_json(therapy));
  }

  Status approval(const Json& item) {
    const Approval approval = TRY(journal::read_approval(item, name_));
    TRY(must_be_known(journal::kind::therapy_registered, approval.therapy, item, "therapy"));
    const std::string subject = fmt::format("{}/{}", approval.therapy, approval.from.iso());
    return take(journal::kind::approval_recorded, subject, journal::to_json(approval));
  }

  Status offer(const Json& item) {
    const Offer offer = TRY(journal::read_offer(item, name_));
    TRY(must_be_known(journal::kind::therapy_registered, offer.therapy, item, "therapy"));
    TRY(must_be_known(journal::kind::institution_registered, offer.institution, item,
                      "institution"));
    return take(journal::kind::offer_registered, offer_subject(offer.therapy, offer.institution),
                journal::to_json(offer));
  }

  Status must_be_known(std::string_view kind, const std::string& id, const Json& item,
                       std::string_view field) {
    for (const Act& act : acts_) {
      if (act.kind == kind && act.subject == id) return ok();
    }
    if (TRY(journal_.store().newest_payload(kind, id))) return ok();
    return JsonReader(item, name_)
        .fail_at(field, fmt::format("names '{}', which is not registered", id));
  }

  Status take(std::string_view kind, const std::string& subject, Json payload) {
    const auto known = TRY(journal_.store().newest_payload(kind, subject));
    if (known && *known == TRY(canonical_json(payload))) {
      ++unchanged_;
      return ok();
    }
    acts_.push_back({.kind = kind, .subject = subject, .payload = std::move(payload)});
    return ok();
  }

  const Journal& journal_;
  const JsonReader& document_;
  std::string_view name_;
  std::vector<Act> acts_;
  int unchanged_ = 0;
};

}  // namespace

std::string offer_subject(std::string_view therapy, std::string_view institution) {
  return fmt::format("{}/{}", therapy, institution);
}

Result<Receipt> open_registry(Journal& journal, const Actor& actor, const Json& document,
                              std::string_view name) {
  if (TRY(journal.store().head()).size > 0) {
    return Error{Errc::conflict, "this registry was opened before; its first entry cannot change"};
  }
  const JsonReader reader(document, name);
  const JsonReader registry = TRY(reader.object("registry"));
  const RegistryProfile profile = TRY(journal::read_profile(registry.value(), name));
  return journal.append(actor, {.kind = journal::kind::registry_opened,
                                .subject = profile.id,
                                .payload = journal::to_json(profile)});
}

Result<RegisterReport> register_masters(Journal& journal, const Actor& actor, const Json& document,
                                        std::string_view name) {
  const JsonReader reader(document, name);
  TRY(reader.only({"registry", "institution", "therapy", "approval", "offer"}));
  Masters masters(journal, reader, name);
  TRY(masters.read());
  RegisterReport report{.added = static_cast<int>(masters.acts().size()),
                        .unchanged = masters.unchanged()};
  if (masters.acts().empty()) return report;
  Batch batch = TRY(journal.begin(actor));
  for (Act& act : masters.acts()) TRY(batch.add(std::move(act)));
  TRY(batch.commit());
  return report;
}

}  // namespace kensho::app
