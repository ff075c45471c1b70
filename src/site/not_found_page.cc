#include "report/parts.h"
#include "site/pages.h"

namespace kensho::site {

using report::element;

Page not_found_page(PageWriter& writer) {
  const report::Wording& words = writer.words();
  const auto way = [](const std::string& link, const std::string& name) {
    return element("li", {}, {element("a", {{"href", link}}, {name})});
  };
  const report::Html ways = element("ul", {},
                                    {way(writer.link(home_path), words("nav.home")),
                                     way(writer.link(list_path), words("nav.therapies")),
                                     way(writer.link(verify_path), words("nav.verify"))});
  const report::Html header = element("header", {{"class", "title"}},
                                      {report::heading(1, words("missing.title")),
                                       element("p", {{"class", "lead"}}, {words("missing.text")})});
  return writer.finish(
      {words("missing.title"), words("missing.text"), "", report::fragment({header, ways})});
}

}  // namespace kensho::site
