#include "catalog/texts.h"

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <doctest/doctest.h>

namespace kensho {
namespace {

const Texts& texts() {
  static const Texts loaded = [] {
    auto made = Texts::load();
    REQUIRE_MESSAGE(made, (made ? "" : made.error().message));
    return std::move(made).value();
  }();
  return loaded;
}

/// The parts of the catalogue that are data of the classes; all others are words of pages.
const std::set<std::string> class_sections = {"source",   "class", "substate", "misreading",
                                              "approval", "state", "criterion"};

/// Sections whose keys the code puts together: there the part behind the dot stands in the code.
const std::set<std::string> composed_sections = {"receipt", "verifier"};

std::string section_of(const std::string& key) {
  return key.substr(0, key.find('.'));
}

/// Every string literal below a folder of the source that has the form of a key.
std::set<std::string> keys_in_code(const std::string& folder) {
  std::set<std::string> found;
  static const std::regex literal("\"([a-z]+\\.[a-z_0-9.]+)\"");
  for (const auto& file : std::filesystem::recursive_directory_iterator(
           std::string(KENSHO_SOURCE_DIR) + "/src" + folder)) {
    const std::string name = file.path().filename().string();
    if (!(name.ends_with(".cc") || name.ends_with(".h")) || name.ends_with("_test.cc")) continue;
    std::ifstream in(file.path());
    std::stringstream text;
    text << in.rdbuf();
    const std::string all = text.str();
    for (std::sregex_iterator it(all.begin(), all.end(), literal), end; it != end; ++it)
      found.insert((*it)[1]);
  }
  return found;
}

/// The text of the pages that are made of composed keys.
std::string text_of_composed_pages() {
  std::stringstream text;
  for (const char* file : {"src/report/receipt_page.cc", "src/report/payload_view.cc",
                           "src/report/verifier_page.cc", "web/verify.html"}) {
    std::ifstream in(std::string(KENSHO_SOURCE_DIR) + "/" + file);
    text << in.rdbuf();
  }
  return text.str();
}

/// Whether the part behind the section stands there, or that before the last dot, as in
/// "kind_of.case.reported", whose end comes from the data.
bool stands_in(const std::string& pages, const std::string& key) {
  const std::string name = key.substr(key.find('.') + 1);
  const std::string group = name.substr(0, name.find('.'));
  return pages.find(name) != std::string::npos ||
         (group != name && pages.find(group + ".") != std::string::npos);
}

TEST_CASE("every text can be written in both languages with its placeholders filled") {
  for (const std::string& key : texts().keys()) {
    INFO(key);
    const LocalizedText& both = texts().both(key);
    CHECK_FALSE(both.en.empty());
    CHECK_FALSE(both.ja.empty());
    CHECK(placeholders(both.en) == placeholders(both.ja));
  }
}

TEST_CASE("placeholders are filled by name") {
  CHECK(texts().in(Language::english, "format.noted", {{"note", "b"}, {"text", "a"}}) == "a (b)");
  CHECK(texts().in(Language::japanese, "format.noted", {{"note", "b"}, {"text", "a"}}) == "a（b）");
  CHECK(placeholders("{b} and {a} and {b}") == std::vector<std::string>{"a", "b"});
}

TEST_CASE("a fill is not read for placeholders again") {
  CHECK(texts().in(Language::english, "format.noted", {{"note", "{x}"}, {"text", "{text}"}}) ==
        "{text} ({x})");
}

TEST_CASE("every word of the pages is used by the code, and every key in the code exists") {
  const auto used = keys_in_code("");
  const std::string pages = text_of_composed_pages();
  std::set<std::string> sections;
  for (const std::string& key : texts().keys()) {
    if (class_sections.contains(section_of(key))) continue;
    sections.insert(section_of(key));
    INFO(key);
    const bool composed = composed_sections.contains(section_of(key)) && stands_in(pages, key);
    CHECK((composed || used.contains(key)));
  }
  // Elsewhere such literals also name the kinds of journal entries.
  auto written = keys_in_code("/report");
  written.merge(keys_in_code("/site"));
  for (const std::string& key : written) {
    const bool file_name =
        key.ends_with(".html") || key.ends_with(".css") || key.ends_with(".json");
    if (key.ends_with(".")) continue;  // the rest comes from the data
    if (!sections.contains(section_of(key)) || file_name) continue;
    INFO(key);
    CHECK(texts().has(key));
  }
}

TEST_CASE("every class has its name, sentences and what it does not mean") {
  for (const std::string id : {"approved", "explorative", "uninvestigated", "outside"}) {
    for (const std::string part : {"name", "short", "long", "reason"}) {
      INFO(id << " " << part);
      CHECK(texts().has("class." + id + "." + part));
    }
    CHECK(texts().list_size("class." + id + ".not_meaning") >= 2);
  }
}

TEST_CASE("every reason that classification can give has its sentence, and no other has one") {
  std::ifstream in(std::string(KENSHO_SOURCE_DIR) + "/src/domain/classification.cc");
  std::stringstream text;
  text << in.rdbuf();
  const std::string code = text.str();
  // Criteria stand one after the other: each starts with its id, its reasons follow.
  static const std::regex token("\\.id = \"([a-z_]+)\"|reason = ([^;]*);");
  std::set<std::string> given;
  std::string criterion;
  for (std::sregex_iterator it(code.begin(), code.end(), token), end; it != end; ++it) {
    if ((*it)[1].matched) {
      criterion = (*it)[1];
      continue;
    }
    const std::string reasons = (*it)[2];
    static const std::regex word("\"([a-z_]+)\"");
    for (std::sregex_iterator r(reasons.begin(), reasons.end(), word), stop; r != stop; ++r) {
      given.insert("criterion." + criterion + ".reason." + (*r)[1].str());
    }
  }
  REQUIRE(given.size() > 15);
  std::set<std::string> known;
  for (const std::string& key : texts().keys()) {
    if (key.find(".reason.") != std::string::npos) known.insert(key);
  }
  CHECK(given == known);
}

}  // namespace
}  // namespace kensho
