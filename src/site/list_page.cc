#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "report/number_format.h"
#include "report/parts.h"
#include "report/small_counts.h"
#include "report/table.h"
#include "site/class_words.h"
#include "site/pages.h"

namespace kensho::site {
namespace {

using report::Children;
using report::element;
using report::fragment;
using report::Html;
using report::Wording;

std::string followed_text(const OfferNumbers& numbers, const Wording& words) {
  if (numbers.follow_up_due == 0) return words("format.not_due");
  const std::string counts =
      words("list.followed_counts", {{"count", words.people(numbers.follow_up_complete)},
                                     {"total", words.people(numbers.follow_up_due)}});
  const bool small =
      report::is_small(numbers.follow_up_complete) || report::is_small(numbers.follow_up_due);
  if (small) return counts;
  return words.noted(
      words.percent(static_cast<double>(numbers.follow_up_complete) / numbers.follow_up_due),
      counts);
}

std::vector<Html> row_of(PageWriter& writer, const OfferPage& offer) {
  const Wording& words = writer.words();
  const std::string id = fmt::format("{}/{}", offer.offer.therapy, offer.offer.institution);
  const Html link =
      element("a", {{"href", writer.link(offer_path(offer))}}, {words(offer.therapy.name)});
  const OfferNumbers& numbers = offer.numbers;
  return {
      fragment({link, " ", badge(offer.classification.evidence_class, words),
                substate(offer.classification, words)}),
      words(offer.therapy.disease),
      words(offer.institution.name),
      writer.show(id + "/treated", words.people(numbers.treated)),
      writer.show(id + "/follow-up", followed_text(numbers, words)),
      writer.show(id + "/serious-adverse-events", words.events(numbers.serious_adverse_events))};
}

Html class_section(PageWriter& writer, EvidenceClass evidence_class) {
  const Wording& words = writer.words();
  const std::string id(class_id(evidence_class));
  const std::string name = class_name(evidence_class, words);
  const auto offers = offers_of(writer.input(), evidence_class);
  const Html short_text = report::paragraph(words(fmt::format("class.{}.short", id)));
  if (offers.empty())
    return report::section(id, name, {short_text, report::paragraph(words("list.empty"))});
  report::Table table{.caption = name, .caption_unseen = true};
  table.columns = {{words("list.column_therapy")},
                   {words("list.column_disease")},
                   {words("list.column_institution")},
                   {words("list.column_treated"), report::ColumnKind::numbers},
                   {words("list.column_followed"), report::ColumnKind::numbers},
                   {words("list.column_events"), report::ColumnKind::numbers}};
  for (const OfferPage* offer : offers) table.rows.push_back(row_of(writer, *offer));
  return report::section(id, name, {short_text, report::table(table)});
}

Html class_chip(PageWriter& writer, EvidenceClass evidence_class) {
  const Wording& words = writer.words();
  const std::string id(class_id(evidence_class));
  const auto count = std::ssize(offers_of(writer.input(), evidence_class));
  const Html shown =
      element("span", {{"class", "chip-count"}}, {writer.show("class/" + id, words.count(count))});
  return element("li", {},
                 {element("a", {{"class", "chip"}, {"href", "#" + id}},
                          {report::icon(id), class_name(evidence_class, words), " ", shown})});
}

Html class_jump(PageWriter& writer) {
  Children chips;
  for (const EvidenceClass one : all_classes) chips.push_back(class_chip(writer, one));
  return element("nav", {{"aria-labelledby", "jump-class"}},
                 {element("h2", {{"class", "jump"}, {"id", "jump-class"}},
                          {writer.words()("list.jump_class")}),
                  element("ul", {{"class", "chips"}}, chips)});
}

/// Every disease with its therapies, so that a person finds theirs without knowing a class.
Html by_disease(const PageWriter& writer) {
  const Wording& words = writer.words();
  std::map<std::string, Children> diseases;
  for (const OfferPage& offer : writer.input().offers) {
    const std::string name = words(
        "therapy.page_title",
        {{"therapy", words(offer.therapy.name)}, {"institution", words(offer.institution.name)}});
    const Html link = element("a", {{"href", writer.link(offer_path(offer))}}, {name});
    diseases[words(offer.therapy.disease)].push_back(element("li", {}, {link}));
  }
  std::vector<report::Pair> rows;
  for (const auto& [disease, links] : diseases)
    rows.emplace_back(disease, element("ul", {{"class", "plain"}}, links));
  return report::section("diseases", words("list.by_disease"), {report::pairs(rows)});
}

}  // namespace

std::vector<const OfferPage*> offers_of(const SiteInput& input, EvidenceClass evidence_class) {
  std::vector<const OfferPage*> offers;
  for (const OfferPage& offer : input.offers) {
    if (offer.classification.evidence_class == evidence_class) offers.push_back(&offer);
  }
  std::ranges::sort(offers, {}, [](const OfferPage* offer) {
    return std::tie(offer->offer_entry, offer->offer.therapy, offer->offer.institution);
  });
  return offers;
}

Page list_page(PageWriter& writer) {
  const Wording& words = writer.words();
  const std::string lead =
      words("list.lead", {{"date", words.date(writer.input().checkpoint_time, writer.offset())}});
  Children main{
      crumbs({{words("nav.home"), writer.link(home_path)}, {words("list.title"), ""}}, words),
      element("header", {{"class", "title"}},
              {report::heading(1, words("list.title")), element("p", {{"class", "lead"}}, {lead})}),
      class_jump(writer)};
  for (const EvidenceClass one : all_classes) main.push_back(class_section(writer, one));
  if (!writer.input().offers.empty()) main.push_back(by_disease(writer));
  main.push_back(element("p", {{"class", "note part"}}, {words("list.small_numbers")}));
  return writer.finish({words("list.title"), lead, list_path, fragment(main)});
}

}  // namespace kensho::site
