#pragma once

#include "app/publish.h"
#include "catalog/texts.h"

namespace kensho::wiring {

/// The public site of a publication: gathers what the pages show and hands it to the site module.
/// `key` is the log's public key in its text form.
Result<app::MadeSite> make_site_files(const app::PublicationData& data, const std::string& key,
                                      const Texts& texts);

}  // namespace kensho::wiring
