#include <algorithm>

#include <fmt/format.h>

#include "report/parts.h"
#include "site/class_words.h"
#include "site/pages.h"

namespace kensho::site {
namespace {

using report::Children;
using report::element;
using report::fragment;
using report::heading;
using report::Html;
using report::paragraph;
using report::Wording;

Html class_card(EvidenceClass evidence_class, const PageWriter& writer) {
  const Wording& words = writer.words();
  const std::string_view id = class_id(evidence_class);
  const Html caution =
      element("div", {{"class", "caution"}},
              {heading(4, words("home.not_meaning")),
               report::plain_list(not_meanings(evidence_class, writer.input().rule_set, words))});
  return element(
      "li", {{"class", fmt::format("class-card {}", id)}},
      {element("h3", {}, {badge(evidence_class, words)}),
       element("p", {{"class", "class-short"}}, {words(fmt::format("class.{}.short", id))}),
       paragraph(words(fmt::format("class.{}.long", id))), caution});
}

Html classes_section(const PageWriter& writer) {
  const Wording& words = writer.words();
  Children three;
  for (const EvidenceClass one : all_classes) {
    if (one != EvidenceClass::outside_scope) three.push_back(class_card(one, writer));
  }
  return report::section(
      "classes", words("home.classes_title"),
      {paragraph(words("home.classes_lead")), element("ul", {{"class", "classes"}}, three),
       heading(3, words("home.fourth_title")),
       element("ul", {{"class", "classes"}}, {class_card(EvidenceClass::outside_scope, writer)}),
       heading(3, words("home.misreading_title")),
       report::plain_list({words("misreading.plan_is_not_approval.text"),
                           words("misreading.risk_class_is_not_efficacy.text")})});
}

Html class_tile(EvidenceClass evidence_class, PageWriter& writer) {
  const Wording& words = writer.words();
  const auto offers = offers_of(writer.input(), evidence_class);
  const std::string id(class_id(evidence_class));
  const std::string count = writer.show("class/" + id, words.count(std::ssize(offers)));
  Children content{
      element("dt", {},
              {element("a", {{"href", writer.link(std::string(list_path) + "#" + id)}},
                       {badge(evidence_class, words)})}),
      element("dd", {{"class", "value"}},
              {count, element("span", {{"class", "unit"}}, {words("home.counts_unit")})})};
  const auto running = std::ranges::count_if(offers, [](const OfferPage* offer) {
    return offer->classification.verification_in_progress;
  });
  if (running > 0) {
    const std::string shown = writer.show("class/" + id + "/in-progress", words.count(running));
    content.push_back(
        element("dd", {{"class", "note"}}, {words("home.in_progress_count", {{"count", shown}})}));
  }
  return element("div", {{"class", "tile"}}, content);
}

Html counts_section(PageWriter& writer) {
  const Wording& words = writer.words();
  Children tiles;
  for (const EvidenceClass one : all_classes) tiles.push_back(class_tile(one, writer));
  const std::string total = writer.show("offers", words.count(std::ssize(writer.input().offers)));
  const std::string date = words.date(writer.input().checkpoint_time, writer.offset());
  return report::section(
      "counts", words("home.counts_title"),
      {paragraph(words("home.counts_lead")), element("dl", {{"class", "tiles"}}, tiles),
       report::note(words("home.counts_total", {{"count", total}, {"date", date}}))});
}

Html step(const std::string& title, const std::string& text) {
  return element("li", {}, {heading(3, title), paragraph(text)});
}

Html how_to_read(const Wording& words) {
  const Html steps =
      element("ol", {{"class", "steps"}},
              {step(words("home.read_class_title"), words("home.read_class_text")),
               step(words("home.read_numbers_title"), words("home.read_numbers_text")),
               step(words("home.read_results_title"), words("home.read_results_text")),
               step(words("home.read_ask_title"), words("home.read_ask_text"))});
  return report::section("how-to-read", words("home.how_to_read_title"), {steps});
}

Html check(const PageWriter& writer) {
  const Wording& words = writer.words();
  const Html link = element("a", {{"href", writer.link(verify_path)}}, {words("home.check_link")});
  return report::section("check", words("home.check_title"),
                         {paragraph(words("home.check_text")), element("p", {}, {link})});
}

Html doorway_part(const SiteInput& input, const Wording& words) {
  const std::string tag(report::language_tag(words.language()));
  const Html link = element(
      "a", {{"class", "button"}, {"href", tag + "/" + std::string(home_path)}, {"hreflang", tag}},
      {words("site.enter")});
  return element("section", {{"class", "part"}, {"lang", tag}},
                 {heading(2, words(input.registry.name)), paragraph(words("site.tagline")),
                  element("p", {}, {link})});
}

}  // namespace

Page home_page(PageWriter& writer) {
  const Wording& words = writer.words();
  const Html find =
      element("a", {{"class", "button"}, {"href", writer.link(list_path)}}, {words("home.find")});
  const Html title = element(
      "header", {{"class", "title"}},
      {heading(1, words("home.title")), element("p", {{"class", "lead"}}, {words("home.lead")})});
  const Html main = fragment({title, element("p", {}, {find}), classes_section(writer),
                              counts_section(writer), how_to_read(words), check(writer)});
  return writer.finish({words("nav.home"), words("home.lead"), home_path, main});
}

Page doorway(const SiteInput& input, const Texts& texts) {
  const Wording ja(texts, Language::japanese), en(texts, Language::english);
  report::Document document{.language = Language::japanese};
  document.title = ja.noted(input.registry.name.ja, input.registry.name.en);
  document.description = ja("site.tagline") + " / " + en("site.tagline");
  document.stylesheet = "site.css";
  Html banners;
  if (input.registry.simulated) {
    banners = fragment({report::simulated_banner(ja), report::simulated_banner(en)});
  }
  const Html title = element("h1", {{"class", "unseen"}}, {document.title});
  document.body =
      fragment({banners, element("main", {{"id", "main"}, {"class", "wrap"}},
                                 {title, doorway_part(input, ja), doorway_part(input, en)})});
  return {"index.html", report::to_page(document)};
}

}  // namespace kensho::site
