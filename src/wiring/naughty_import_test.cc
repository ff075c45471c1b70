// The Big List of Naughty Strings through a whole import: file, mapping, journal, and back.
#include <algorithm>
#include <array>
#include <filesystem>

#include <doctest/doctest.h>

#include "app/check_registry.h"
#include "app/import_cases.h"
#include "app/register_masters.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/random_bytes.h"
#include "base/toml.h"
#include "base/utf8.h"
#include "exchange/csv/csv_cases.h"
#include "exchange/csv/csv_writer.h"
#include "wiring/home.h"

namespace kensho::wiring {
namespace {

namespace fs = std::filesystem;

const app::Actor actor{"test", "society"};

const char* mapping_text = R"(
format = 1
[file]
missing = [""]
[therapy]
value = "allogeneic-bmt"
[institution]
value = "osu"
[participant]
column = "id"
registers = true
[[baseline]]
variable = "remark"
column = "remark"
required = false
)";

/// The strings a file may hold: all but those with control characters, which an import refuses.
std::vector<std::string> naughty_strings() {
  const fs::path file = fs::path(KENSHO_SOURCE_DIR) / "tests/reference/blns/blns.json";
  const Json list = parse_json(read_file(file).value()).value();
  std::vector<std::string> texts;
  for (const Json& item : list.items()) {
    if (std::ranges::none_of(*item.if_string(), is_control_character))
      texts.push_back(*item.if_string());
  }
  return texts;
}

std::string id_of(std::size_t index) {
  return "p" + std::to_string(index);
}

void write_csv(const fs::path& file, const std::vector<std::string>& texts) {
  CsvWriter writer;
  writer.add(std::array<std::string_view, 2>{"id", "remark"});
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string id = id_of(i);
    writer.add(std::array<std::string_view, 2>{id, texts[i]});
  }
  REQUIRE(replace_file(file, writer.take()));
}

/// Without the spaces around it, which a mapping takes off: ASCII space, tab, ideographic space.
std::string trimmed(std::string text) {
  for (const std::string space : {" ", "\t", "\u3000"}) {
    if (text.starts_with(space)) return trimmed(text.substr(space.size()));
    if (text.ends_with(space)) return trimmed(text.substr(0, text.size() - space.size()));
  }
  return text;
}

TEST_CASE("every naughty string is imported, proven, and read back as it was") {
  const fs::path root = fs::temp_directory_path() / ("kensho-" + hex_encode(random_bytes(8)));
  const SystemClock clock;
  const Json config = parse_toml(read_file(fs::path(KENSHO_SOURCE_DIR) /
                                           "examples/bone-marrow-transplant/registry.toml")
                                     .value(),
                                 "registry.toml")
                          .value();
  auto home = Home::create(root, "kensho.test/log", clock).value();
  REQUIRE(app::open_registry(home->journal(), actor, config, "registry.toml"));
  REQUIRE(app::register_masters(home->journal(), actor, config, "registry.toml"));
  const auto texts = naughty_strings();
  REQUIRE(texts.size() == 482);
  write_csv(root / "naughty.csv", texts);

  const Mapping mapping = parse_mapping(mapping_text, "mapping.toml", {}).value();
  auto cases = CsvCases::open(root / "naughty.csv", mapping, {}).value();
  const auto report = app::import_cases(
      home->journal(), *cases, {.actor = actor, .digest = "d", .file_name = "naughty.csv"},
      {.on_problem = [](const RowProblem& problem) { FAIL_CHECK(problem.rule); }});
  REQUIRE(report);
  home = nullptr;
  home = Home::open(root, Purpose::reading, clock).value();

  CHECK(app::check_registry(home->journal()).findings.empty());
  const Registry registry = home->journal().registry().value();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    CAPTURE(texts[i]);
    const auto& baseline = registry.participants.at({"osu", id_of(i)}).baseline;
    const auto found = baseline.find("remark");
    CHECK((found == baseline.end() ? "" : found->second) == trimmed(texts[i]));
  }
  fs::remove_all(root);
}

}  // namespace
}  // namespace kensho::wiring
