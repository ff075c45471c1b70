// Makes big registries through the journal's own batches and times what their operator waits for.
//
//   kensho_fill make HOME ENTRIES            prints entries a second, of each tenth of the way
//   kensho_fill append HOME ENTRIES BATCH    the same for more entries in batches of that size
//   kensho_fill open HOME                    seconds to open for reading, for writing
//   kensho_fill rebuild HOME                 seconds to make every view anew
#include <chrono>
#include <cstdlib>
#include <functional>
#include <string>

#include <fmt/format.h>

#include "app/register_masters.h"
#include "case_reports.h"
#include "wiring/home.h"

namespace kensho::bench {
namespace {

constexpr std::uint64_t batch_of_import = 10'000;
const app::Actor actor{"bench", "bench"};

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// The value, or the end of the program with the error's message.
template <class T>
T must(Result<T> result) {
  if (result) return std::move(result).value();
  fmt::print(stderr, "kensho_fill: {}\n", result.error().message);
  std::exit(1);
}

std::unique_ptr<wiring::Home> open(const char* home, wiring::Purpose purpose) {
  static const SystemClock clock;
  return must(wiring::Home::open(home, purpose, clock));
}

void append(app::Journal& journal, CaseReports& reports, std::uint64_t entries,
            std::uint64_t batch_entries) {
  while (entries > 0) {
    app::Batch batch = must(journal.begin(actor));
    const std::uint64_t count = std::min(entries, batch_entries);
    for (std::uint64_t i = 0; i < count; ++i) {
      const CaseReport report = reports.next();
      must(batch.participant(report.institution, report.participant));  // as an import asks
      must(batch.add_report(report, ""));
    }
    must(batch.commit());
    entries -= count;
  }
}

void append_and_tell(app::Journal& journal, CaseReports& reports, std::uint64_t entries,
                     std::uint64_t batch_entries) {
  const double seconds = seconds_of([&] { append(journal, reports, entries, batch_entries); });
  fmt::print("{:.1f}\n", static_cast<double>(entries) / seconds);
  std::fflush(stdout);
}

void make(const char* folder, std::uint64_t entries) {
  static const SystemClock clock;
  const auto home = must(wiring::Home::create(folder, "kensho.bench/scale", clock));
  const Json document = registry_document();
  must(app::open_registry(home->journal(), actor, document, "bench"));
  must(app::register_masters(home->journal(), actor, document, "bench"));
  CaseReports reports(0);
  for (std::uint64_t tenth = 0; tenth < 10; ++tenth) {
    const std::uint64_t count = (tenth + 1) * entries / 10 - tenth * entries / 10;
    append_and_tell(home->journal(), reports, count, batch_of_import);
  }
}

void append_more(const char* folder, std::uint64_t entries, std::uint64_t batch_entries) {
  const auto home = open(folder, wiring::Purpose::writing);
  // Participants that nobody registered before: the size is above their number at any time.
  CaseReports reports(must(home->store().head()).size + 20'000);
  append_and_tell(home->journal(), reports, entries, batch_entries);
}

void time_opening(const char* folder) {
  for (const auto purpose : {wiring::Purpose::reading, wiring::Purpose::writing})
    fmt::print("{:.4f}\n", seconds_of([&] { open(folder, purpose); }));
}

void rebuild(const char* folder) {
  const auto home = open(folder, wiring::Purpose::writing);
  fmt::print("{:.2f}\n", seconds_of([&] { must(home->store().rebuild_views()); }));
}

int run(int count, char** words) {
  const std::string what = count > 2 ? words[1] : "";
  const auto number = [&](int i) { return std::strtoull(words[i], nullptr, 10); };
  if (what == "make" && count == 4) return make(words[2], number(3)), 0;
  if (what == "append" && count == 5) return append_more(words[2], number(3), number(4)), 0;
  if (what == "open" && count == 3) return time_opening(words[2]), 0;
  if (what == "rebuild" && count == 3) return rebuild(words[2]), 0;
  fmt::print(stderr, "usage: see the head of bench/journal/fill.cc\n");
  return 2;
}

}  // namespace
}  // namespace kensho::bench

int main(int count, char** words) {
  return kensho::bench::run(count, words);
}
