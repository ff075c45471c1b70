#include "report/parts.h"

#include <fmt/format.h>

#include "base/embedded.h"
#include "report/escape.h"

namespace kensho::report {
namespace {

struct NoticeStyle {
  const char* class_name;
  const char* icon_name;
};

NoticeStyle style_of(NoticeKind kind) {
  switch (kind) {
    case NoticeKind::info:
      return {"notice info", "info"};
    case NoticeKind::simulated:
      return {"notice simulated", "simulated"};
    case NoticeKind::warning:
      return {"notice warning", "warning"};
  }
  return {};
}

}  // namespace

Html icon(std::string_view name) {
  return element("svg",
                 {{"class", "icon"}, {"width", "20"}, {"height", "20"}, {"aria-hidden", "true"}},
                 {element("use", {{"href", fmt::format("#i-{}", name)}})});
}

Html notice(NoticeKind kind, std::string_view title, std::string_view words) {
  const NoticeStyle style = style_of(kind);
  const Html content =
      element("div", {},
              {element("p", {{"class", "notice-title"}}, {title}), " ", element("p", {}, {words})});
  return element("div", {{"class", style.class_name}}, {icon(style.icon_name), content});
}

Html simulated_banner(const Wording& words) {
  const std::string title = words("notice.simulated_title");
  const Html content = element("div", {},
                               {element("p", {{"class", "notice-title"}}, {title}), " ",
                                paragraph(words("notice.simulated_text"))});
  return element("aside",
                 {{"class", "notice simulated"},
                  {"lang", std::string(language_tag(words.language()))},
                  {"aria-label", title}},
                 {icon("simulated"), content});
}

Html skip_link(const Wording& words) {
  return element("a", {{"class", "skip"}, {"href", "#main"}}, {words("site.skip")});
}

Html heading(int level, std::string_view words) {
  return element(fmt::format("h{}", level), {}, {words});
}

Html paragraph(std::string_view words) {
  return element("p", {}, {words});
}

Html note(std::string_view words) {
  return element("p", {{"class", "note"}}, {words});
}

Html section(std::string_view id, std::string_view title, const Children& content) {
  return element("section", {{"class", "part"}, {"id", std::string(id)}},
                 {heading(2, title), fragment(content)});
}

Html plain_list(const std::vector<std::string>& sentences) {
  Children items;
  for (const std::string& sentence : sentences) items.push_back(element("li", {}, {sentence}));
  return element("ul", {{"class", "plain"}}, items);
}

Html pairs(const std::vector<Pair>& rows) {
  Children children;
  for (const auto& [term, value] : rows) {
    children.push_back(element("div", {}, {element("dt", {}, {term}), element("dd", {}, {value})}));
  }
  return element("dl", {{"class", "pairs"}}, children);
}

Html hash(std::string_view text) {
  return element("code", {{"class", "hash"}}, {text});
}

std::string_view language_tag(Language language) {
  return language == Language::japanese ? "ja" : "en";
}

std::string to_page(const Document& document) {
  const bool japanese = document.language == Language::japanese;
  const std::string_view other = language_tag(japanese ? Language::english : Language::japanese);
  std::string page = "<!DOCTYPE html>\n";
  page += fmt::format("<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n",
                      language_tag(document.language));
  page += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  page += element("title", {}, {document.title}).markup() + "\n";
  page +=
      element("meta", {{"name", "description"}, {"content", document.description}}).markup() + "\n";
  if (document.stylesheet.empty()) {
    page += fmt::format("<style>\n{}</style>\n", embedded_file("web/site.css"));
  } else {
    page += element("link", {{"rel", "stylesheet"}, {"href", document.stylesheet}}).markup() + "\n";
  }
  if (!document.other_language.empty()) {
    page += element("link", {{"rel", "alternate"},
                             {"hreflang", std::string(other)},
                             {"href", document.other_language}})
                .markup() +
            "\n";
  }
  // An empty icon, so that no browser asks a server for one.
  page += "<link rel=\"icon\" href=\"data:,\">\n</head>\n<body>\n";
  page += fmt::format("<div hidden=\"\">{}</div>\n", embedded_file("web/icons.svg"));
  return page + document.body.markup() + "\n</body>\n</html>\n";
}

}  // namespace kensho::report
