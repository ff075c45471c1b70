#pragma once

#include <functional>

#include "app/classify_offers.h"
#include "app/manifest.h"

namespace kensho::app {

/// What a site is made from: the registry at the checkpoint of the publication, classified.
struct PublicationData {
  const Registry* registry = nullptr;
  const std::vector<ClassifiedOffer>* offers = nullptr;
  std::string root;        // hexadecimal
  std::string checkpoint;  // the signed note
};

/// What a site maker gives back.
struct MadeSite {
  SiteFiles files;
  Json numbers = Json::array();  // every number shown and where it comes from
};

struct PublishReport {
  std::uint64_t files = 0;
  std::uint64_t numbers = 0;
  std::uint64_t entry = 0;  // the entry that seals the manifest
};

/// Publishes: an entry says which results will be shown (all that are recorded, whatever they say),
/// `make` turns that checkpoint into pages, the manifest of the pages is sealed in the journal, and
/// the folder is replaced as a whole. Until the last step readers see the old site.
///
/// Errors  those of the journal and of `make`; unavailable: the folder cannot be written. The
///         entries made until then stay: they are true, and the next publication begins anew.
Result<PublishReport> publish(Journal& journal, const Actor& actor, const RuleSet& rules,
                              const std::filesystem::path& folder,
                              const std::function<Result<MadeSite>(const PublicationData&)>& make);

}  // namespace kensho::app
