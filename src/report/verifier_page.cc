#include "report/verifier_page.h"

#include <array>

#include "base/embedded.h"
#include "base/json.h"

namespace kensho::report {
namespace {

constexpr std::string_view place_of_words = "{{words}}";
constexpr std::array<std::string_view, 2> prefixes{"receipt.", "verifier."};

Json words_in(const Texts& texts, Language language) {
  Json words = Json::object();
  for (const std::string& key : texts.keys()) {
    for (const std::string_view prefix : prefixes) {
      if (!key.starts_with(prefix)) continue;
      const std::string name = key.substr(prefix.size());
      // The words of the page itself come last and go before those of the printed receipt.
      if (Json* earlier = words.find(name)) {
        *earlier = texts.both(key).in(language);
      } else {
        words.set(name, texts.both(key).in(language));
      }
    }
  }
  return words;
}

/// JSON that no HTML parser takes for markup.
std::string script_text(const Json& words) {
  std::string out;
  for (const char c : to_json_text(words)) {
    if (c == '<') {
      out += "\\u003c";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string verifier_page(const Texts& texts) {
  Json words = Json::object();
  words.set("en", words_in(texts, Language::english));
  words.set("ja", words_in(texts, Language::japanese));
  std::string page(embedded_file("web/verify.html"));
  const std::size_t place = page.find(place_of_words);
  ENSURE(place != std::string::npos);
  return page.replace(place, place_of_words.size(), script_text(words));
}

}  // namespace kensho::report
