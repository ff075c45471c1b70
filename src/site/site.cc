#include "site/site.h"

#include <set>

#include <fmt/format.h>

#include "base/embedded.h"
#include "report/study_report.h"
#include "report/verifier_page.h"
#include "site/page_writer.h"
#include "site/pages.h"

namespace kensho::site {
namespace {

constexpr Language languages[] = {Language::japanese, Language::english};

/// The study whose numbers a page shows besides plain counts.
const RecordedStudy* study_of(const OfferPage* offer) {
  return offer && offer->study && offer->protocol ? &*offer->study : nullptr;
}

/// Adds the page with its numbers. Numbers of a study name an analysis or the gate first.
void add(Site& site, Page page, const std::vector<report::ShownValue>& shown,
         const SiteInput& input, const OfferPage* offer, bool whole_report) {
  const RecordedStudy* study = study_of(offer);
  for (const report::ShownValue& value : shown) {
    ShownNumber number{.page = page.path,
                       .id = value.id,
                       .value = value.value,
                       .checkpoint = input.checkpoint_size};
    if (study && (whole_report || value.id.find('/') != std::string::npos)) {
      number.protocol = fmt::format("{} v{}", study->protocol, study->protocol_version);
      number.entry = study->entry.seq;
      number.checkpoint = study->checkpoint_size;
    }
    site.numbers.push_back(std::move(number));
  }
  site.pages.push_back(std::move(page));
}

Status add_report(Site& site, const SiteInput& input, const Texts& texts, const OfferPage& offer,
                  Language language) {
  PageWriter writer(input, texts, language, report_path(*offer.study));
  const Json result = TRY(parse_json(offer.study->result));
  const report::ReportInput report_input{.result = result,
                                         .protocol = *offer.protocol,
                                         .registry_name = input.registry.name,
                                         .utc_offset_minutes = input.registry.utc_offset_minutes,
                                         .entry = offer.study->entry,
                                         .result_sha256 = offer.study->sha256,
                                         .other_language = writer.other_language(),
                                         .back = writer.link(home_path)};
  auto made = TRY(report::standalone_report(report_input, texts, language));
  add(site, {writer.address(), std::move(made.html)}, made.shown, input, &offer, true);
  return ok();
}

Status add_language(Site& site, const SiteInput& input, const Texts& texts, Language language) {
  PageWriter home(input, texts, language, std::string(home_path));
  Page home_made = home_page(home);
  add(site, std::move(home_made), home.shown().all(), input, nullptr, false);
  PageWriter list(input, texts, language, std::string(list_path));
  Page list_made = list_page(list);
  add(site, std::move(list_made), list.shown().all(), input, nullptr, false);
  std::set<std::uint64_t> reported;  // offers of one protocol share its study
  for (const OfferPage& offer : input.offers) {
    PageWriter writer(input, texts, language, offer_path(offer));
    Page page = TRY(therapy_page(writer, offer));
    add(site, std::move(page), writer.shown().all(), input, &offer, false);
    const RecordedStudy* study = study_of(&offer);
    if (study && reported.insert(study->entry.seq).second)
      TRY(add_report(site, input, texts, offer, language));
  }
  PageWriter verify(input, texts, language, std::string(verify_path));
  Page verify_made = verify_page(verify);
  add(site, std::move(verify_made), verify.shown().all(), input, nullptr, false);
  PageWriter not_found(input, texts, language, std::string(not_found_path), Links::from_top);
  Page not_found_made = not_found_page(not_found);
  add(site, std::move(not_found_made), not_found.shown().all(), input, nullptr, false);
  return ok();
}

}  // namespace

Result<Site> make_site(const SiteInput& input, const Texts& texts) {
  Site site;
  site.pages.push_back(doorway(input, texts));
  site.pages.push_back({"site.css", std::string(embedded_file("web/site.css"))});
  site.pages.push_back({std::string(receipt_check_path), report::verifier_page(texts)});
  for (const Language language : languages) TRY(add_language(site, input, texts, language));
  return site;
}

}  // namespace kensho::site
