// kensho_stats_bench make ID DIR: writes a case's columns as raw doubles, DIR/<name>.bin, for R.
// kensho_stats_bench time ID DIR THREADS: reads them back, runs the kernel until five runs or two
// seconds are over, prints "seconds<TAB>value,value,...". kensho_stats_bench list: ids, titles,
// goals.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

#include "base/check.h"
#include "stats/testing/bench.h"

namespace kensho::stats::testing {
namespace {

namespace fs = std::filesystem;

std::vector<Case>& registered() {
  static std::vector<Case> all;
  return all;
}

const Case& find(const std::string& id) {
  const auto found = std::ranges::find(registered(), id, &Case::id);
  ENSURE(found != registered().end());
  return *found;
}

void write(const Columns& columns, const fs::path& folder) {
  fs::create_directories(folder);
  for (const auto& [name, values] : columns) {
    std::ofstream out(folder / (name + ".bin"), std::ios::binary);
    out.write(reinterpret_cast<const char*>(values.data()),
              static_cast<std::streamsize>(values.size() * sizeof(double)));
    ENSURE(out.good());
  }
}

Columns read(const fs::path& folder) {
  Columns columns;
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::vector<double> values(fs::file_size(entry.path()) / sizeof(double));
    std::ifstream in(entry.path(), std::ios::binary);
    in.read(reinterpret_cast<char*>(values.data()),
            static_cast<std::streamsize>(values.size() * sizeof(double)));
    columns.emplace(entry.path().stem().string(), std::move(values));
  }
  return columns;
}

void time_case(const Case& timed, const Columns& columns, unsigned threads) {
  using Clock = std::chrono::steady_clock;
  double best = std::numeric_limits<double>::infinity();
  double total = 0;
  std::vector<double> values;
  for (int run = 0; run < 5 || (run < 100 && total < 0.2); ++run) {
    const auto start = Clock::now();
    values = timed.run(columns, threads);
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    best = std::min(best, seconds);
    total += seconds;
    if (total > 10) break;
  }
  std::printf("%.9g\t", best);
  for (std::size_t i = 0; i < values.size(); ++i)
    std::printf("%s%.17g", i == 0 ? "" : ",", values[i]);
  std::printf("\n");
}

int run(const std::vector<std::string>& words) {
  if (words.size() == 1 && words[0] == "list") {
    for (const Case& each : cases()) {
      std::printf("%s\t%s\t%g\n", each.id.c_str(), each.title.c_str(), each.goal_seconds);
    }
  } else if (words.size() == 3 && words[0] == "make") {
    write(find(words[1]).make(), words[2]);
  } else if (words.size() == 4 && words[0] == "time") {
    time_case(find(words[1]), read(words[2]), static_cast<unsigned>(std::stoul(words[3])));
  } else {
    std::fputs("usage: kensho_stats_bench list | make ID DIR | time ID DIR THREADS\n", stderr);
    return 2;
  }
  return 0;
}

}  // namespace

Registered::Registered(Case added) {
  registered().push_back(std::move(added));
}

std::vector<Case> cases() {
  std::vector<Case> all = registered();
  std::ranges::sort(all, [](const Case& a, const Case& b) {
    return a.id.size() != b.id.size() ? a.id.size() < b.id.size() : a.id < b.id;
  });
  return all;
}

}  // namespace kensho::stats::testing

int main(int count, char** words) {
  return kensho::stats::testing::run(std::vector<std::string>(words + 1, words + count));
}
