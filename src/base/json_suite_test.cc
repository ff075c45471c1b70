// JSON against the files of others: the parsing test suite and the Big List of Naughty Strings.
#include <filesystem>
#include <map>
#include <sstream>

#include <doctest/doctest.h>

#include "base/canonical_json.h"
#include "base/file.h"
#include "base/json.h"

namespace kensho {
namespace {

namespace fs = std::filesystem;

const fs::path reference = fs::path(KENSHO_SOURCE_DIR) / "tests/reference";

/// A row of our_answers.tsv: what we do with a file where the suite leaves it open or we differ.
struct Answer {
  std::string parsed;
  std::string canonical;
};

std::map<std::string, Answer> our_answers() {
  std::istringstream lines(read_file(reference / "json/test_suite/our_answers.tsv").value());
  std::map<std::string, Answer> answers;
  std::string line, name, why;
  std::getline(lines, line);  // the header
  while (std::getline(lines, line)) {
    std::istringstream fields(line);
    Answer answer;
    for (std::string* field : {&name, &answer.parsed, &answer.canonical, &why})
      REQUIRE(std::getline(fields, *field, '\t'));
    answers[name] = answer;
  }
  return answers;
}

const char* word_for(bool accepted) {
  return accepted ? "accepted" : "refused";
}

Answer answer_of(const std::string& text) {
  const auto parsed = parse_json(text);
  if (!parsed) return {word_for(false), "-"};
  return {word_for(true), word_for(static_cast<bool>(canonical_json(*parsed)))};
}

TEST_CASE("the public parsing suite is answered as it demands, or as we say we do") {
  const auto answers = our_answers();
  std::size_t accepted = 0, refused = 0, ours = 0;
  for (const auto& file : fs::directory_iterator(reference / "json/test_suite/test_parsing")) {
    const std::string name = file.path().filename().string();
    CAPTURE(name);
    const Answer answer = answer_of(read_file(file.path()).value());
    if (const auto known = answers.find(name); known != answers.end()) {
      CHECK(answer.parsed == known->second.parsed);
      CHECK(answer.canonical == known->second.canonical);
      ++ours;
    } else {
      REQUIRE((name.starts_with("y_") || name.starts_with("n_")));
      CHECK(answer.parsed == word_for(name.starts_with("y_")));
      ++(name.starts_with("y_") ? accepted : refused);
    }
  }
  CHECK(accepted == 93);
  CHECK(refused == 188);
  CHECK(ours == answers.size());
  CHECK(ours == 37);
}

TEST_CASE("what is accepted of the suite reads back from its own text, plain and canonical") {
  for (const auto& file : fs::directory_iterator(reference / "json/test_suite/test_parsing")) {
    CAPTURE(file.path().filename().string());
    const auto parsed = parse_json(read_file(file.path()).value());
    if (!parsed) continue;
    CHECK(parse_json(to_json_text(*parsed)).value() == *parsed);
    CHECK(parse_json(to_json_pretty(*parsed)).value() == *parsed);
    const auto canonical = canonical_json(*parsed);
    if (canonical) CHECK(canonical_json(parse_json(*canonical).value()).value() == *canonical);
  }
}

TEST_CASE("every naughty string survives JSON and canonical JSON, as a value and as a name") {
  const Json list = parse_json(read_file(reference / "blns/blns.json").value()).value();
  REQUIRE(list.items().size() == 485);
  for (const Json& item : list.items()) {
    const std::string& text = *item.if_string();
    CAPTURE(text);
    const Json object = Json::object().set(text, text);
    for (const std::string& written :
         {to_json_text(object), to_json_pretty(object), canonical_json(object).value()})
      CHECK(parse_json(written).value() == object);
    CHECK(parse_json(json_quoted(text)).value() == item);
  }
}

}  // namespace
}  // namespace kensho
