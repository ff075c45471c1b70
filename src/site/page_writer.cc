#include "site/page_writer.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/version.h"
#include "report/number_format.h"
#include "study/run.h"

namespace kensho::site {
namespace {

using report::Attributes;
using report::Children;
using report::element;
using report::fragment;
using report::Html;

Language other(Language language) {
  return language == Language::japanese ? Language::english : Language::japanese;
}

std::string up(std::string_view path) {
  std::string steps;
  for (auto depth = std::ranges::count(path, '/'); depth > 0; --depth) steps += "../";
  return steps;
}

Html language_entry(const PageWriter& writer, Language language) {
  const bool current = language == writer.words().language();
  const std::string tag(report::language_tag(language));
  Attributes attributes{
      {"href", current ? "#main" : writer.other_language()}, {"lang", tag}, {"hreflang", tag}};
  if (current) attributes.push_back({"aria-current", "true"});
  const char* name = language == Language::japanese ? "language.ja" : "language.en";
  return element("li", {}, {element("a", attributes, {writer.words()(name)})});
}

Html menu_entry(const PageWriter& writer, std::string_view path, const char* name,
                std::string_view current) {
  Attributes attributes{{"href", writer.link(path)}};
  if (path == current) attributes.push_back({"aria-current", "page"});
  return element("li", {}, {element("a", attributes, {writer.words()(name)})});
}

Html site_header(const PageWriter& writer, std::string_view menu) {
  const report::Wording& words = writer.words();
  const Html brand =
      element("a", {{"class", "brand"}, {"href", writer.link(home_path)}},
              {element("span", {{"class", "brand-name"}}, {words(writer.input().registry.name)}),
               element("span", {{"class", "brand-tag"}}, {words("site.tagline")})});
  const Html languages = element("nav", {{"class", "lang"}, {"aria-label", words("site.language")}},
                                 {element("ul", {},
                                          {language_entry(writer, Language::japanese),
                                           language_entry(writer, Language::english)})});
  const std::string classes = std::string(home_path) + "#classes";
  const Html entries = element("ul", {{"class", "wrap"}},
                               {menu_entry(writer, home_path, "nav.home", menu),
                                menu_entry(writer, list_path, "nav.therapies", menu),
                                menu_entry(writer, classes, "nav.classes", menu),
                                menu_entry(writer, verify_path, "nav.verify", menu)});
  return element(
      "header", {{"class", "site"}},
      {element("div", {{"class", "wrap bar"}}, {brand, languages}),
       element("nav", {{"class", "menu"}, {"aria-label", words("site.menu")}}, {entries})});
}

Html site_footer(const PageWriter& writer) {
  const report::Wording& words = writer.words();
  const Html verify =
      element("a", {{"href", writer.link(verify_path)}}, {words("footer.verify_link")});
  const Html based = element("section", {{"class", "stamp"}},
                             {report::heading(2, words("footer.checkpoint_title")),
                              report::pairs(stamp(writer)), element("p", {}, {verify})});
  const std::string run_by =
      words.labelled(words("footer.operator"), words(writer.input().registry.run_by.name));
  const Html about =
      element("section", {{"class", "about"}},
              {report::heading(2, words("footer.about_title")), report::paragraph(run_by),
               report::paragraph(words("footer.not_advice")),
               report::note(words("footer.software", {{"version", program_version}}))});
  return element("footer", {{"class", "site"}},
                 {element("div", {{"class", "wrap"}}, {based, about})});
}

}  // namespace

std::string offer_path(const OfferPage& offer) {
  return fmt::format("therapies/{}/{}/index.html", offer.offer.therapy, offer.offer.institution);
}

std::string report_path(const RecordedStudy& study) {
  return fmt::format("reports/{}-{}.html", study.protocol, study.entry.seq);
}

std::string PageWriter::address() const {
  return fmt::format("{}/{}", report::language_tag(words_.language()), path_);
}

std::string PageWriter::link(std::string_view path) const {
  if (links_ == Links::relative) return up(path_) + std::string(path);
  return fmt::format("/{}/{}", report::language_tag(words_.language()), path);
}

std::string PageWriter::other_language() const {
  if (links_ == Links::from_top) {
    return fmt::format("/{}/{}", report::language_tag(other(words_.language())), path_);
  }
  return fmt::format("{}../{}/{}", up(path_), report::language_tag(other(words_.language())),
                     path_);
}

Page PageWriter::finish(const Content& content) const {
  report::Document document{.language = words_.language()};
  document.title = words_("site.page_title",
                          {{"title", content.title}, {"site", words_(input_->registry.name)}});
  document.description = content.description;
  document.stylesheet = link("../site.css");
  document.other_language = other_language();
  const Html main =
      element("main", {{"id", "main"}, {"class", "wrap"}, {"tabindex", "-1"}}, {content.main});
  document.body = fragment({report::skip_link(words_), "\n", site_header(*this, content.menu), "\n",
                            input_->registry.simulated ? report::simulated_banner(words_) : Html(),
                            "\n", main, "\n", site_footer(*this)});
  return {address(), report::to_page(document)};
}

Html crumbs(const std::vector<Crumb>& steps, const report::Wording& words) {
  Children items;
  for (const Crumb& step : steps) {
    const bool last = &step == &steps.back();
    items.push_back(element("li", {},
                            {last ? element("span", {{"aria-current", "page"}}, {step.name})
                                  : element("a", {{"href", step.link}}, {step.name})}));
  }
  return element("nav", {{"class", "crumbs"}, {"aria-label", words("site.you_are_here")}},
                 {element("ol", {}, items)});
}

std::vector<report::Pair> stamp(const PageWriter& writer) {
  const report::Wording& words = writer.words();
  const SiteInput& input = writer.input();
  const std::string origin = input.checkpoint.substr(0, input.checkpoint.find('\n'));
  const std::string entries =
      report::format_count(static_cast<std::int64_t>(input.checkpoint_size));
  return {{words("footer.as_of"), words.date_time(input.checkpoint_time, writer.offset())},
          {words("footer.checkpoint"), words("footer.entries", {{"count", entries}})},
          {words("footer.root"), report::hash(input.root)},
          {words("footer.signed_by"), origin},
          {words("footer.rule_set"), input.rule_set},
          {words("footer.engine"), study::engine_version()}};
}

}  // namespace kensho::site
