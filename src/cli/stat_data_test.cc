#include "cli/stat_data.h"

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string_view>

#include <doctest/doctest.h>

namespace kensho::cli {
namespace {

using Words = std::vector<std::string>;

// A file that lives as long as the test.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view content) {
    path_ = std::filesystem::temp_directory_path() /
            ("kensho_stat_data_" + std::to_string(reinterpret_cast<std::uintptr_t>(this)) + ".csv");
    std::ofstream(path_, std::ios::binary) << content;
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::filesystem::remove(path_); }

  Result<TableRead> read(TableRequest request = {}) const {
    request.path = path_.string();
    return read_table(request);
  }
  std::string refusal(const TableRequest& request = {}) const {
    const auto table = read(request);
    REQUIRE_FALSE(table);
    const std::string name = path_.filename().string() + ": ";
    REQUIRE(table.error().message.starts_with(name));
    return table.error().message.substr(name.size());
  }

 private:
  std::filesystem::path path_;
};

TEST_CASE("a column of numbers is numeric, any other categorical, numbers before words") {
  const TemporaryFile file("x,arm,dose\n1,b,10\n-2.5,a,none\n1e3,b,9\n 4 ,,\n");

  const TableRead read = file.read().value();

  const stats::Column& x = *read.table.find("x");
  CHECK_FALSE(x.categorical());
  CHECK(x.values == std::vector<double>{1, -2.5, 1000, 4});
  const stats::Column& arm = *read.table.find("arm");
  CHECK(arm.levels == Words{"a", "b"});
  CHECK(arm.values[0] == 1);
  CHECK(arm.values[1] == 0);
  CHECK(std::isnan(arm.values[3]));
  const stats::Column& dose = *read.table.find("dose");
  CHECK(dose.levels == Words{"9", "10", "none"});
  CHECK(dose.values[0] == 1);
  CHECK(dose.values[1] == 2);
  CHECK(read.words.size() == 2);
  CHECK(read.words.at("dose").line == 3);
  CHECK(read.words.at("dose").first == "none");
  CHECK(read.words.at("dose").words == 1);
  CHECK(read.words.at("dose").numbers == 2);
}

TEST_CASE("empty, NA and a point are missing; nan, inf and hexadecimal are words") {
  const TemporaryFile file("x,y\n1,nan\n,inf\nNA,0x1\n.,1\n");

  const TableRead read = file.read().value();

  const stats::Column& x = *read.table.find("x");
  for (std::size_t i = 1; i < 4; ++i) CHECK(std::isnan(x.values[i]));
  CHECK(read.table.find("y")->levels == Words{"1", "0x1", "inf", "nan"});
}

TEST_CASE("factors and levels are as they were asked for") {
  const TemporaryFile file("grade,arm,age\n10,b,1\n9,a,2\n10.0,,3\n");

  const TableRead read =
      file.read({.factors = {"grade"}, .levels = {{"arm", {"b", "c", "a"}}}}).value();

  CHECK(read.table.find("grade")->levels == Words{"9", "10"});
  CHECK(read.table.find("grade")->values == std::vector<double>{1, 0, 1});
  CHECK(read.table.find("arm")->levels == Words{"b", "c", "a"});
  CHECK(read.table.find("arm")->values[1] == 2);
  CHECK_FALSE(read.table.find("age")->categorical());
  CHECK(read.words.empty());
}

TEST_CASE("filters keep rows: values of a column are alternatives, columns must agree") {
  const TemporaryFile file("site,arm,x\n1,a,1\n2,a,2\n3,a,3\n2.0,b,4\n1,b,5\n,a,6\n");
  const auto kept = [&](std::map<std::string, Words> filters) {
    const TableRead read = file.read({.filters = std::move(filters)}).value();
    CHECK(read.rows_in_file == 6);
    return read.table.find("x")->values;
  };

  CHECK(kept({{"site", {"1", "2"}}}) == std::vector<double>{1, 2, 4, 5});
  CHECK(kept({{"site", {"1", "2"}}, {"arm", {"a"}}}) == std::vector<double>{1, 2});
  CHECK(kept({{"site", {"NA"}}}) == std::vector<double>{6});
}

TEST_CASE("an indicator is 1, 0 or missing") {
  const TemporaryFile file("status,x\n1,1\n2,1\n3,1\n,1\n");

  const TableRead read = file.read({.indicators = {{"event", "status", {"2", "3"}}}}).value();

  const std::vector<double>& event = read.table.find("event")->values;
  CHECK(event[0] == 0);
  CHECK(event[1] == 1);
  CHECK(event[2] == 1);
  CHECK(std::isnan(event[3]));
}

TEST_CASE("what a file cannot give is refused with line, column, value and fix") {
  const TemporaryFile file("site,arm\n1,a\n2,b\n");

  CHECK(file.refusal({.factors = {"sex"}}) ==
        "line 1: --factor names the column 'sex', there are: site, arm");
  CHECK(file.refusal({.filters = {{"sex", {"1"}}}}) ==
        "line 1: --where names the column 'sex', there are: site, arm");
  CHECK(file.refusal({.levels = {{"arm", {"a", "c"}}}}) ==
        "line 3, column 'arm', value 'b': none of the levels a, c; add it to --levels, or leave "
        "such rows out with --where");
  CHECK(file.refusal({.filters = {{"arm", {"a", "c"}}}}) ==
        "--where: no row has the value 'c' in column 'arm'; see how the file writes it");
  CHECK(file.refusal({.filters = {{"arm", {"a"}}, {"site", {"2"}}}}) == "--where leaves no row");
  CHECK(file.refusal({.indicators = {{"event", "arm", {"c"}}}}) ==
        "--indicator: no row has the value 'c' in column 'arm'; see how the file writes it");
  CHECK(file.refusal({.indicators = {{"site", "arm", {"a"}}}}) ==
        "--indicator makes the column 'site', which the file has; give it another name");
  CHECK(TemporaryFile("x,y\n").refusal() == "no row below the header");
}

TEST_CASE("every bad row is listed, at most ten in full") {
  std::string text = "x,y\n1,1\n";
  for (int i = 0; i < 12; ++i) text += "1\n";

  const std::string refusal = TemporaryFile(text).refusal();

  CHECK(refusal.starts_with("line 3"));
  CHECK(refusal.find("\n  line 12") != std::string::npos);
  CHECK(refusal.find("line 13") == std::string::npos);
  CHECK(refusal.ends_with("and 2 more"));
}

}  // namespace
}  // namespace kensho::cli
