#include <algorithm>

#include <fmt/format.h>

#include "report/number_format.h"
#include "report/parts.h"
#include "site/class_words.h"
#include "site/pages.h"
#include "site/therapy_parts.h"

namespace kensho::site {
namespace {

using report::Children;
using report::element;
using report::fragment;
using report::heading;
using report::Html;
using report::paragraph;
using report::Wording;

Html verdict(const OfferPage& offer, const PageWriter& writer) {
  const Wording& words = writer.words();
  const Classification& classification = offer.classification;
  const EvidenceClass evidence_class = classification.evidence_class;
  Children content{badge(evidence_class, words), substate(classification, words),
                   element("p", {{"class", "verdict-reason"}}, {class_reason(offer, words)})};
  if (evidence_class == EvidenceClass::outside_scope)
    content.push_back(paragraph(words(offer.therapy.outside_scope_reason)));
  if (classification.verification_in_progress) {
    content.push_back(paragraph(words("substate.in_progress.meaning")));
    content.push_back(report::note(words("substate.in_progress.note")));
  }
  if (evidence_class == EvidenceClass::approved &&
      classification.approval == ApprovalStanding::conditional) {
    content.push_back(paragraph(words("approval.conditional.meaning")));
  }
  content.push_back(
      paragraph(not_meanings(evidence_class, writer.input().rule_set, words).front()));
  return element("div", {{"class", fmt::format("verdict {}", class_id(evidence_class))}}, content);
}

/// A section with its entry in the list of contents.
struct Part {
  std::string id;
  std::string title;
  Html content;
};

Html contents(const std::vector<Part>& parts, const Wording& words) {
  Children items;
  for (const Part& part : parts) {
    items.push_back(element("li", {}, {element("a", {{"href", "#" + part.id}}, {part.title})}));
  }
  return element(
      "nav", {{"class", "toc"}, {"aria-labelledby", "toc-title"}},
      {element("h2", {{"id", "toc-title"}}, {words("site.contents")}), element("ol", {}, items)});
}

Result<std::vector<Part>> parts_of(PageWriter& writer, const OfferPage& offer) {
  const Wording& words = writer.words();
  std::vector<Part> parts;
  parts.push_back({"class", words("therapy.class_title"), class_part(offer, words)});
  if (offer.approval)
    parts.push_back({"approval", words("therapy.approval_title"), approval_part(offer, words)});
  const Html numbers = numbers_part(writer, offer);
  parts.push_back({"numbers", words("therapy.numbers_title"), numbers});
  const Html events = TRY(events_part(writer, offer));
  parts.push_back({"events", words("therapy.events_title"), events});
  const Html results = TRY(results_part(writer, offer));
  parts.push_back({"results", words("therapy.results_title"), results});
  const Html limits = limits_part(offer, words);
  if (!limits.markup().empty()) parts.push_back({"limits", words("therapy.limits_title"), limits});
  parts.push_back({"questions", words("therapy.questions_title"), questions_part(words)});
  if (offer.protocol)
    parts.push_back({"protocol", words("therapy.protocol_title"), protocol_part(offer, writer)});
  parts.push_back({"history", words("therapy.history_title"), history_part(offer, writer)});
  parts.push_back({"check", words("therapy.verify_title"), check_part(writer)});
  return parts;
}

}  // namespace

Result<Page> therapy_page(PageWriter& writer, const OfferPage& offer) {
  const Wording& words = writer.words();
  const std::string& therapy = words(offer.therapy.name);
  const std::string& institution = words(offer.institution.name);
  const auto parts = TRY(parts_of(writer, offer));
  Children sections;
  for (const Part& part : parts)
    sections.push_back(report::section(part.id, part.title, {part.content}));
  const std::string kicker = words(
      "therapy.kicker", {{"disease", words(offer.therapy.disease)}, {"institution", institution}});
  const Html title = element("header", {{"class", "title"}},
                             {element("p", {{"class", "kicker"}}, {kicker}), heading(1, therapy)});
  const Html path = crumbs({{words("nav.home"), writer.link(home_path)},
                            {words("nav.therapies"), writer.link(list_path)},
                            {therapy, ""}},
                           words);
  const Html main =
      fragment({path, title, verdict(offer, writer),
                element("div", {{"class", "with-toc part"}},
                        {contents(parts, words), element("div", {{"class", "text"}}, sections)})});
  const std::string name =
      words("therapy.page_title", {{"therapy", therapy}, {"institution", institution}});
  return writer.finish({name, class_reason(offer, words), list_path, main});
}

}  // namespace kensho::site
