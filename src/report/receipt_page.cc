#include "report/receipt_page.h"

#include <fmt/format.h>

#include "base/crypto_hash.h"
#include "base/encoding.h"
#include "base/version.h"
#include "report/figure/qr_figure.h"
#include "report/number_format.h"
#include "report/parts.h"
#include "report/payload_view.h"

namespace kensho::report {
namespace {

/// One receipt on its way to a page.
class ReceiptWriter {
 public:
  ReceiptWriter(const ReceiptFacts& facts, const Texts& texts) : facts_(facts), texts_(texts) {}

  Html body() const {
    const Html title = element("header", {{"class", "title"}},
                               {kicker(), element("h1", {}, {words("title", {{"entry", entry()}})}),
                                element("p", {{"class", "lead"}}, {words("lead")})});
    const Html main =
        element("main", {{"id", "main"}, {"class", "wrap receipt"}},
                {title, part("who_title", {act_rows()}), part("what_title", {content()}),
                 part("log_title", {log_rows()}), code_part(), check_part(), privacy(), text()});
    return fragment({banner(), main});
  }

  std::string title(Language language) const {
    return texts_.in(language, "receipt.title", {{"entry", entry()}});
  }

 private:
  Html words(const std::string& key, std::initializer_list<Fill> fills = {}) const {
    return both_languages(texts_, "receipt." + key, fills);
  }

  std::string entry() const { return fmt::format("{}", facts_.seq); }

  Html part(const std::string& title, const Children& content) const {
    return element("section", {{"class", "part"}},
                   {element("h2", {}, {words(title)}), fragment(content)});
  }

  Html kicker() const {
    return element("p", {{"class", "kicker"}},
                   {facts_.registry.name.ja, " / ",
                    element("span", {{"lang", "en"}}, {facts_.registry.name.en})});
  }

  Html banner() const {
    if (!facts_.registry.simulated) return {};
    return fragment({simulated_banner(Wording(texts_, Language::japanese)),
                     simulated_banner(Wording(texts_, Language::english))});
  }

  Html row(const std::string& key, const Html& value) const {
    return element("div", {}, {element("dt", {}, {words(key)}), element("dd", {}, {value})});
  }

  Html rows(const Children& all) const { return element("dl", {{"class", "pairs"}}, all); }

  Html moment(TimeUtc time) const {
    const int offset = facts_.registry.utc_offset_minutes;
    const auto in = [&](Language language) {
      return element("span", {{"lang", std::string(language_tag(language))}},
                     {Wording(texts_, language).date_time(time, offset)});
    };
    return element("span", {{"class", "both"}},
                   {in(Language::japanese), " ", in(Language::english)});
  }

  Html act_rows() const {
    const std::string key = "kind_of." + facts_.kind;
    const Html kind = texts_.has("receipt." + key) ? words(key) : Html(facts_.kind);
    return rows({row("entry", entry()), row("time", moment(facts_.time)), row("kind", kind),
                 row("organisation", facts_.organisation), row("actor", facts_.actor)});
  }

  Html content() const {
    if (facts_.erased) return rows({row("erased", words("erased_text"))});
    Children about{row("subject", facts_.subject)};
    if (!facts_.reason.empty()) about.push_back(row("reason", facts_.reason));
    return fragment({rows(about), payload_view(facts_.payload, texts_)});
  }

  Html log_rows() const {
    return rows({row("log", facts_.key.substr(0, facts_.key.find('+'))),
                 row("size", format_count(static_cast<std::int64_t>(facts_.log_size))),
                 row("root", hash(facts_.root))});
  }

  Html code_part() const {
    FigureHead head{.id_prefix = "code"};
    head.title = texts_.in(Language::japanese, "receipt.code_name") + " / " +
                 texts_.in(Language::english, "receipt.code_name");
    head.description = title(Language::japanese) + " / " + title(Language::english);
    const auto figure = qr_figure(facts_.code, head);
    if (!figure) {
      return part("code_title",
                  {element("p", {}, {words("code_too_large")}),
                   rows({row("title_short", facts_.file_name)}),
                   element("p", {}, {hash(hex_encode(sha256(as_bytes(facts_.receipt))))})});
    }
    // web/site.css prints them so that a module is 0.8 mm or more, which phones can read.
    const char* size = figure->modules > 137 ? "large" : figure->modules > 93 ? "medium" : "small";
    return part("code_title", {element("p", {}, {words("code_text")}),
                               element("div", {{"class", fmt::format("code-figure {}", size)}},
                                       {raw_svg(figure->svg)})});
  }

  Html check_part() const {
    const std::string command = fmt::format("kensho verify {} --key KEY", facts_.file_name);
    return part(
        "check_title",
        {element("p", {}, {words("check_page")}), element("p", {}, {words("check_program")}),
         element("pre", {{"class", "code"}}, {command}), element("p", {}, {words("check_key")}),
         rows({row("key", hash(facts_.key))})});
  }

  Html privacy() const { return part("privacy_title", {element("p", {}, {words("privacy")})}); }

  /// On the screen only: to be copied where no file is at hand.
  Html text() const {
    return element(
        "details", {{"class", "receipt-text"}},
        {element("summary", {}, {words("text_title")}),
         element("pre", {{"class", "code"}}, {facts_.receipt}),
         element("p", {{"class", "note"}}, {words("made", {{"version", program_version}})})});
  }

  const ReceiptFacts& facts_;
  const Texts& texts_;
};

}  // namespace

std::string receipt_page(const ReceiptFacts& facts, const Texts& texts) {
  const ReceiptWriter writer(facts, texts);
  Document document{.language = Language::japanese};
  document.title = writer.title(Language::japanese) + " / " + writer.title(Language::english);
  document.description = document.title;
  document.body = writer.body();
  return to_page(document);
}

}  // namespace kensho::report
