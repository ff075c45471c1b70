// The kinds of pages, one function each.
#pragma once

#include "base/result.h"
#include "report/html.h"
#include "site/page_writer.h"

namespace kensho::site {

/// The doorway in both languages, outside their folders.
Page doorway(const SiteInput& input, const Texts& texts);

Page home_page(PageWriter& writer);
Page list_page(PageWriter& writer);
Page verify_page(PageWriter& writer);
/// What a server answers where there is no page; its links go from the top.
Page not_found_page(PageWriter& writer);

/// Errors: corrupted: the result document does not fit its protocol.
Result<Page> therapy_page(PageWriter& writer, const OfferPage& offer);

/// The offers of a class, in the order in which they were registered.
std::vector<const OfferPage*> offers_of(const SiteInput& input, EvidenceClass evidence_class);

}  // namespace kensho::site
