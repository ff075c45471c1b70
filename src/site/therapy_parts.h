// The sections of the page of one therapy at one institution, without their headings.
#pragma once

#include "base/result.h"
#include "report/html.h"
#include "site/page_writer.h"

namespace kensho::site {

report::Html class_part(const OfferPage& offer, const report::Wording& words);
/// Contract: the offer has an approval.
report::Html approval_part(const OfferPage& offer, const report::Wording& words);
report::Html numbers_part(PageWriter& writer, const OfferPage& offer);
/// Errors of this and the next: corrupted: the result document does not fit its protocol.
Result<report::Html> events_part(PageWriter& writer, const OfferPage& offer);
Result<report::Html> results_part(PageWriter& writer, const OfferPage& offer);
/// Empty where the protocol names no threats.
report::Html limits_part(const OfferPage& offer, const report::Wording& words);
report::Html questions_part(const report::Wording& words);
/// Contract: the offer has a protocol.
report::Html protocol_part(const OfferPage& offer, const PageWriter& writer);
report::Html history_part(const OfferPage& offer, const PageWriter& writer);
report::Html check_part(const PageWriter& writer);

}  // namespace kensho::site
