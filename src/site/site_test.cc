#include "site/site.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include <doctest/doctest.h>

#include "report/escape.h"
#include "report/testing/markup_checker.h"
#include "site/testing/sample_site.h"

namespace kensho::site {
namespace {

const Site& sample() {
  static const Site site = [] {
    auto made = make_site(testing::sample_input(), Texts::load().value());
    REQUIRE_MESSAGE(made, (made ? "" : made.error().message));
    return std::move(made).value();
  }();
  return site;
}

/// The pages for reading. The one that checks receipts computes and is tested in a browser
/// (tests/e2e/test_receipts.py).
std::map<std::string, std::string> html_pages(const Site& site) {
  std::map<std::string, std::string> pages;
  for (const Page& page : site.pages) {
    const bool reading = page.path.ends_with(".html") && page.path != "verify-receipt.html";
    if (reading) pages[page.path] = page.content;
  }
  return pages;
}

/// The body as the tiny checker reads it; what comes before is fixed text with void elements.
report::testing::CheckedMarkup checked(const std::string& page) {
  const auto from = page.find("<body>");
  const auto to = page.rfind("</html>");
  REQUIRE(from != std::string::npos);
  REQUIRE(to != std::string::npos);
  return report::testing::MarkupChecker(page.substr(from, to - from)).read();
}

int headings(const std::string& page) {
  int count = 0;
  for (const char* tag : {"<h1", "<h2", "<h3", "<h4"}) {
    for (auto at = page.find(tag); at != std::string::npos; at = page.find(tag, at + 1)) ++count;
  }
  return count;
}

std::string resolved(const std::string& page, const std::string& link) {
  const auto path = std::filesystem::path(page).parent_path() / link.substr(0, link.find('#'));
  return path.lexically_normal().relative_path().generic_string();  // "/en/" is the site's "en/"
}

TEST_CASE("every page is there in both languages, with the same headings and tables") {
  const auto pages = html_pages(sample());
  int english = 0;
  for (const auto& [path, content] : pages) {
    if (!path.starts_with("en/")) continue;
    ++english;
    INFO(path);
    const auto other = pages.find("ja/" + path.substr(3));
    REQUIRE(other != pages.end());
    CHECK(headings(content) == headings(other->second));
    CHECK(checked(content).all("tr").size() == checked(other->second).all("tr").size());
    CHECK(checked(content).all("svg").size() == checked(other->second).all("svg").size());
    CHECK(content.find("<html lang=\"en\">") != std::string::npos);
    CHECK(other->second.find("<html lang=\"ja\">") != std::string::npos);
  }
  CHECK(pages.size() == static_cast<std::size_t>(2 * english + 1));
}

TEST_CASE("every page is well formed, has one h1, and carries neither script nor inline style") {
  for (const auto& [path, content] : html_pages(sample())) {
    INFO(path);
    const auto markup = checked(content);
    CHECK_MESSAGE(markup.problem.empty(), markup.problem);
    CHECK(markup.all("h1").size() == 1);
    CHECK(markup.all("script").empty());
    CHECK(content.find("http://") == content.find("http://www.w3.org/2000/svg"));
    CHECK(content.find("https://") == std::string::npos);
    for (const auto& element : markup.elements) CHECK(!element.attributes.contains("style"));
  }
}

TEST_CASE("ids are unique on a page") {
  for (const auto& [path, content] : html_pages(sample())) {
    std::set<std::string> ids;
    for (const auto& element : checked(content).elements) {
      const auto id = element.attributes.find("id");
      if (id == element.attributes.end()) continue;
      INFO(path << " " << id->second);
      CHECK(ids.insert(id->second).second);
    }
  }
}

TEST_CASE("no link is dead: files and the places inside them exist") {
  std::map<std::string, std::set<std::string>> ids;
  for (const Page& page : sample().pages) {
    auto& found = ids[page.path];
    if (!page.path.ends_with(".html")) continue;
    for (const auto& element : checked(page.content).elements) {
      const auto id = element.attributes.find("id");
      if (id != element.attributes.end()) found.insert(id->second);
    }
  }
  int links = 0;
  for (const auto& [path, content] : html_pages(sample())) {
    for (const auto& element : checked(content).elements) {
      const auto href = element.attributes.find("href");
      if (href == element.attributes.end()) continue;
      ++links;
      INFO(path << " -> " << href->second);
      const std::string& link = href->second;
      const std::string target = link.starts_with("#") ? path : resolved(path, link);
      REQUIRE(ids.contains(target));
      const auto hash = link.find('#');
      if (hash != std::string::npos) CHECK(ids[target].contains(link.substr(hash + 1)));
      if (!link.starts_with("#")) CHECK(link.substr(0, hash).ends_with(".html"));
    }
  }
  CHECK(links > 100);
}

TEST_CASE("every page of a simulated registry says so, and no other does") {
  for (const auto& [path, content] : html_pages(sample())) {
    INFO(path);
    CHECK(content.find("<aside class=\"notice simulated\"") != std::string::npos);
  }
  SiteInput input = testing::sample_input();
  input.registry.simulated = false;
  for (OfferPage& offer : input.offers) offer.study.reset();
  const auto made = make_site(input, Texts::load().value());
  REQUIRE(made);
  for (const auto& [path, content] : html_pages(*made))
    CHECK(content.find("notice simulated\"") == std::string::npos);
}

TEST_CASE("every number listed stands on its page; numbers of a study name its entry") {
  const auto pages = html_pages(sample());
  int of_study = 0;
  for (const ShownNumber& number : sample().numbers) {
    INFO(number.page << " " << number.id << " " << number.value);
    REQUIRE(pages.contains(number.page));
    CHECK(pages.at(number.page).find(report::escape_markup(number.value)) != std::string::npos);
    CHECK(number.checkpoint == 4213);
    CHECK(number.protocol.empty() == (number.entry == 0));
    if (number.entry) ++of_study;
  }
  CHECK(of_study > 400);
}

TEST_CASE("the numbers of every cell of a result table are listed") {
  std::map<std::string, std::set<std::string>> listed;
  for (const ShownNumber& number : sample().numbers)
    listed[number.page].insert(report::escape_markup(number.value));
  for (const auto& [path, content] : html_pages(sample())) {
    for (const auto& cell : checked(content).all("td")) {
      const auto kind = cell.attributes.find("class");
      if (kind == cell.attributes.end() || kind->second != "number" || cell.text.empty()) continue;
      const std::string column = cell.attributes.at("data-label");
      if (cell.text == "\u2014" || column == "At least" || column == "下限") continue;
      if (column == "Time since treatment" || column == "治療からの時間") continue;
      INFO(path << " " << column << " " << cell.text);
      CHECK((listed[path].contains(cell.text) || cell.text == "not shown" ||
             cell.text == "示さない"));
    }
  }
}

TEST_CASE("text from outside is escaped") {
  for (const auto& [path, content] : html_pages(sample())) {
    INFO(path);
    CHECK(content.find("<script") == std::string::npos);
  }
  const auto pages = html_pages(sample());
  CHECK(pages.at("en/therapies/posthoc/clinic-c/index.html").find("&lt;script&gt;") !=
        std::string::npos);
}

TEST_CASE("a post-hoc study is labelled on its pages at every analysis") {
  const auto pages = html_pages(sample());
  for (const char* path :
       {"en/therapies/posthoc/clinic-c/index.html", "en/reports/posthoc-study-4104.html"}) {
    const std::string& page = pages.at(path);
    CHECK(page.find("Post hoc: not as the sealed protocol says") != std::string::npos);
    int labels = 0;
    for (auto at = page.find("(post hoc, not in the protocol)"); at != std::string::npos;
         at = page.find("(post hoc", at + 1))
      ++labels;
    CHECK(labels == 6);
  }
}

TEST_CASE("a blinded study shows why it is closed and no estimate") {
  const std::string page = html_pages(sample()).at("en/reports/blinded-study-4103.html");
  CHECK(page.find("The results stay closed") != std::string::npos);
  CHECK(page.find("Not passed") != std::string::npos);
  CHECK(page.find("Alive without relapse") == std::string::npos);
}

TEST_CASE("small numbers of people are not shown") {
  const std::string page = html_pages(sample()).at("en/therapies/posthoc/clinic-c/index.html");
  CHECK(page.find("fewer than 10") != std::string::npos);
  CHECK(page.find("&lt;10") != std::string::npos);
  CHECK(page.find(">7<") == std::string::npos);
  CHECK(page.find("11.7%") == std::string::npos);  // 7 of 60 as a share
}

TEST_CASE("the same input gives the same bytes") {
  const auto again = make_site(testing::sample_input(), Texts::load().value());
  REQUIRE(again);
  REQUIRE(again->pages.size() == sample().pages.size());
  for (std::size_t i = 0; i < again->pages.size(); ++i)
    CHECK(again->pages[i].content == sample().pages[i].content);
}

TEST_CASE("a damaged result is an error, not a page") {
  SiteInput input = testing::sample_input();
  std::string& result = input.offers[0].study->result;
  result.replace(result.find("\"survival\""), 10, "\"survivel\"");
  const auto made = make_site(input, Texts::load().value());
  REQUIRE_FALSE(made);
  CHECK(made.error().code == Errc::corrupted);
}

TEST_CASE("a registry without offers has its pages too") {
  SiteInput input = testing::sample_input();
  input.offers.clear();
  const auto made = make_site(input, Texts::load().value());
  REQUIRE(made);
  CHECK(html_pages(*made).size() == 9);
}

TEST_CASE("the pages can be written out to be looked at") {
  const char* folder = std::getenv("KENSHO_SITE_FOLDER");
  if (!folder) return;
  for (const Page& page : sample().pages) {
    const auto path = std::filesystem::path(folder) / page.path;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << page.content;
  }
}

}  // namespace
}  // namespace kensho::site
